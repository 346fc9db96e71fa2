import { isJidGroup, isJidNewsletter, isPnUser } from 'baileys'
import { GatewayError } from '../../../core/errors/gateway-error.js'
import type { ChatId } from '../../../core/ids.js'
import { notInGroup } from '../group-book.js'
import { roleIn } from '../group-standing.js'
import { answered, asRefusal } from '../refusals.js'
import type { Session } from '../session.js'

/** Rejects for whoever cannot be written to: WhatsApp would take the message and deliver it to nobody. */
export async function requireRecipient(session: Session, chat: ChatId): Promise<void> {
  if (isJidNewsletter(chat)) throw new GatewayError('not-supported', 'Channels cannot be written to.', { field: 'to' })
  if (isJidGroup(chat) === true) await requireGroup(session, chat)
  else if (isPnUser(chat) === true) await requireNumber(session, chat)
}

async function requireGroup(session: Session, group: ChatId): Promise<void> {
  const found = await session.groups.get(session.socket, group)
  const role = roleIn(session, found)
  if (role === undefined) throw notInGroup()
  if (found.announce === true && role === 'member') {
    throw new GatewayError('not-group-admin', 'Only admins may write to this group.', { field: 'to' })
  }
}

/** Asked once per number and kept for a while. */
async function requireNumber({ socket, numbers }: Session, chat: ChatId): Promise<void> {
  if (numbers.get(chat) === true) return
  let results: Awaited<ReturnType<typeof socket.onWhatsApp>>
  try {
    results = await socket.onWhatsApp(chat)
  } catch (error) {
    throw asRefusal(error)
  }
  if (!answered(results).some(({ exists }) => exists)) {
    throw new GatewayError('recipient-not-found', 'This number is not on WhatsApp.', { field: 'to' })
  }
  numbers.set(chat, true)
}
