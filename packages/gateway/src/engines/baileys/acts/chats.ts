import { isJidGroup, isPnUser, type ChatModification } from 'baileys'
import { GatewayError } from '../../../core/errors/gateway-error.js'
import type { ChatId } from '../../../core/ids.js'
import type { DatedMessage } from '../../../core/ports/engine-acts.js'
import { keyOf } from '../sending/message-acts.js'
import { hasMembers, writingTo } from '../sending/writing.js'
import type { Session } from '../session.js'
import type { Act } from './act.js'
import { changeState } from './app-state.js'

export const read: Act<'chat.read'> = async (session, { chat, messages }) => {
  const theirs = messages.filter(({ sender }) => sender !== null)
  const where = await addressOfChat(session, chat)
  const writing = await writingTo(
    session,
    where,
    theirs.map(({ sender }) => sender),
  )
  if (theirs.length > 0) await session.socket.readMessages(theirs.map((message) => keyOf(message, writing)))
  return null
}

export const archive: Act<'chat.archive'> = async (session, { chat, on, newest }) => {
  await changeState(session, { archive: on, lastMessages: await rangeOf(session, chat, newest) }, chat)
  return null
}

export const markUnread: Act<'chat.mark-unread'> = async (session, { chat, on, newest }) => {
  await changeState(session, { markRead: !on, lastMessages: await rangeOf(session, chat, newest) }, chat)
  return null
}

export const pin: Act<'chat.pin'> = async (session, { chat, on }) => {
  await changeState(session, { pin: on }, chat)
  return null
}

export const hideMessage: Act<'chat.hide-message'> = async (session, { chat, message: { id, sender, sentAt } }) => {
  // WhatsApp wants its author to be named there, for which the library has no room.
  if (sender !== null && hasMembers(chat)) {
    throw new GatewayError('not-supported', 'In a group, this account deletes for itself only what it wrote.')
  }
  const key = { id, remoteJid: chat, fromMe: sender === null }
  const timestamp = Math.floor(sentAt.getTime() / 1000)
  await changeState(session, { deleteForMe: { key, timestamp, deleteMedia: true } }, chat)
  return null
}

export const mute: Act<'chat.mute'> = async (session, { chat, until }) => {
  await changeState(session, { mute: until === null ? null : until === 'always' ? always : Date.parse(until) }, chat)
  return null
}

/** Where WhatsApp has the end of a silence, in ms. */
const always = -1

/** Receipts go where the messages came from: from the LID of whoever has one. */
async function addressOfChat({ keys }: Session, chat: ChatId): Promise<string> {
  if (isPnUser(chat) !== true) return chat
  await keys.book.prepare([chat])
  return keys.book.of(chat).lid ?? chat
}

type Range = Extract<ChatModification, { archive: boolean }>['lastMessages']

/** Up to where a chat is archived or read; others see by it whether something came later. */
async function rangeOf(session: Session, chat: ChatId, newest: readonly DatedMessage[]): Promise<Range> {
  const writing = await writingTo(
    session,
    chat,
    newest.map(({ sender }) => sender),
  )
  return newest.map((message) => {
    const { participant, ...key } = keyOf(message, writing)
    const timestamp = Math.floor(message.sentAt.getTime() / 1000)
    // The library passes the list on as it is, under its own name for the time.
    return {
      key: isJidGroup(chat) === true && participant ? { ...key, participant } : key,
      messageTimestamp: timestamp,
      timestamp,
    }
  })
}
