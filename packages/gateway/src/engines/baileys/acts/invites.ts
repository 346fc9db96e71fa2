import { getBinaryNodeChild } from 'baileys'
import { GatewayError } from '../../../core/errors/gateway-error.js'
import { refusalCode } from '../refusals.js'
import type { Session } from '../session.js'
import type { Act } from './act.js'
import { acting, always, groupQuery } from './groups.js'

export const code: Act<'group.invite'> = (session, { group }) =>
  acting(session, group, always, async () => required(await session.socket.groupInviteCode(group)))

export const revoke: Act<'group.revoke-invite'> = (session, { group }) =>
  acting(session, group, always, async () => required(await session.socket.groupRevokeInvite(group)))

/** Already in it is as good as let in; where admins let people in, the request stands from now on. */
export const join: Act<'group.join'> = async (session, { code: invite }) => {
  const node = { tag: 'invite', attrs: { code: invite } }
  try {
    const answer = await groupQuery(session, '@g.us', node)
    const entered = getBinaryNodeChild(answer, 'group') ?? getBinaryNodeChild(answer, 'membership_approval_request')
    return required(entered?.attrs.jid)
  } catch (error) {
    if (refusalCode(error) === 409) return groupOf(session, invite)
    if (error instanceof GatewayError && error.code !== 'whatsapp-refused') throw error
    throw new GatewayError('group-not-found', 'No group has this invite code.', { cause: error })
  }
}

async function groupOf(session: Session, invite: string): Promise<string> {
  const answer = await groupQuery(session, '@g.us', { tag: 'invite', attrs: { code: invite } }, 'get')
  const id = required(getBinaryNodeChild(answer, 'group')?.attrs.id)
  return id.includes('@') ? id : `${id}@g.us`
}

function required(answer: string | undefined): string {
  if (answer === undefined) throw new GatewayError('whatsapp-refused', 'WhatsApp has answered without saying it.')
  return answer
}
