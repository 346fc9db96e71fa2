import type { proto } from 'baileys'
import { SimulatorError } from '../errors.js'
import type { GroupInviteContent } from '../phone-content.js'
import type { Correspondent } from './correspondent.js'

/** WhatsApp's invitations are good for three days. */
const lifetime = 3 * 86_400

export function inviteTo(phone: Correspondent, { group: id, text }: GroupInviteContent): proto.IMessage {
  const group = phone.network.groups.byJid(id)
  if (group === undefined) throw new SimulatorError('group-not-found', `there is no group ${id}`)
  return {
    groupInviteMessage: {
      groupJid: group.jid,
      groupName: group.record.subject,
      inviteCode: phone.network.groupActs.inviteCode(phone.account, group),
      inviteExpiration: Math.floor(Date.now() / 1000) + lifetime,
      ...(text !== undefined && { caption: text }),
    },
  }
}
