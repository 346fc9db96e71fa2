import { isJidGroup, proto } from 'baileys'
import { addresses, samePerson } from '../addresses.js'
import { sentKind, type KeyStore } from '../key-store.js'

/** A message as it is kept in the journal of sending: what went out, and where to. */
export interface SentMessage {
  readonly chat: string
  readonly message: proto.IMessage
}

export function encodeSent(id: string, { chat, message }: SentMessage): Uint8Array {
  return proto.WebMessageInfo.encode({ key: { remoteJid: chat, fromMe: true, id }, message }).finish()
}

/** For a transaction of the library to carry, so that the message is stored before a frame of it leaves. */
export function journalEntry(id: string, bytes: Uint8Array): object {
  return { [sentKind]: { [id]: bytes } }
}

export function messageIn(bytes: Uint8Array): SentMessage {
  const { key, message } = proto.WebMessageInfo.decode(bytes)
  return { chat: key?.remoteJid ?? '', message: message ?? {} }
}

/**
 * For a device that could not read a message and asks for it again. Nothing for who asks from another chat: an id is no
 * proof that the message was for them.
 */
export async function sentTo(
  keys: KeyStore,
  { id, remoteJid }: proto.IMessageKey,
): Promise<proto.IMessage | undefined> {
  const bytes = id ? await keys.sent(id) : undefined
  if (!bytes || !remoteJid) return undefined
  const { chat, message } = messageIn(bytes)
  await keys.book.prepare([chat, remoteJid])
  return isSameChat(keys, chat, remoteJid) ? message : undefined
}

function isSameChat({ book }: KeyStore, one: string, other: string): boolean {
  if (isJidGroup(one) === true) return one === other
  return addresses(one).other === addresses(other).other || samePerson(book.of(one), book.of(other))
}
