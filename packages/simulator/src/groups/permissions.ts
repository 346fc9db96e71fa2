import type { Account } from '../accounts/account.js'
import { SimulatorError } from '../errors.js'
import type { Group } from './group.js'

export function mustBeMember(group: Group, actor: Account): void {
  if (group.roleOf(actor) !== undefined) return
  throw new SimulatorError('not-a-member', `${actor.number} is not in the group ${group.jid}`)
}

export function mustBeAdmin(group: Group, actor: Account): void {
  mustBeMember(group, actor)
  if (group.isAdmin(actor)) return
  throw new SimulatorError('not-an-admin', `${actor.number} is not an admin of the group ${group.jid}`)
}

export function mustBeAllowedToEdit(group: Group, actor: Account): void {
  if (group.record.locked) mustBeAdmin(group, actor)
  else mustBeMember(group, actor)
}
