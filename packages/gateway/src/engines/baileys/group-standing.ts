import type { GroupMetadata } from 'baileys'
import { GatewayError } from '../../core/errors/gateway-error.js'
import { addresses, samePerson } from './addresses.js'
import { notInGroup } from './group-book.js'
import type { Session } from './session.js'

/**
 * Why WhatsApp refuses what was tried in a group: it says little more than that it does, so the group as it is now tells
 * whether this account is in it, and may.
 * @param as what is left when it is and may
 * @param forAdmins whether only admins may do what was tried
 */
export async function whyRefused(
  session: Session,
  group: string,
  as: GatewayError,
  forAdmins: (group: GroupMetadata) => boolean,
): Promise<GatewayError> {
  session.groups.forget(group)
  try {
    const found = await session.groups.ask(session.socket, group)
    const role = roleIn(session, found)
    if (role === undefined) return notInGroup()
    if (role === 'admin' || !forAdmins(found)) return as
    return new GatewayError('not-group-admin', 'Only admins of the group may do this.')
  } catch (error) {
    return error instanceof GatewayError && error.effect === 'none' ? error : as
  }
}

/** Undefined for a group that this account is not in. */
export function roleIn({ creds }: Session, group: GroupMetadata): 'member' | 'admin' | undefined {
  const me = addresses(creds.me?.id ?? '', creds.me?.lid)
  const own = group.participants.find(({ id, phoneNumber, lid }) => samePerson(addresses(id, phoneNumber ?? lid), me))
  if (!own) return undefined
  return own.admin ? 'admin' : 'member'
}
