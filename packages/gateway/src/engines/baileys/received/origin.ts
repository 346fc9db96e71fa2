import { decodeMessageNode, isJidBroadcast, isJidStatusBroadcast, type BinaryNode, type Contact } from 'baileys'
import type { MessageOrigin } from '../../../core/events/event.js'
import type { AddressBook } from '../address-book.js'
import { canonical, phoneOf, type Addresses } from '../addresses.js'
import { bounds, cut } from '../content/bounds.js'
import type { FileOrigin } from '../media/handle.js'

/** Whose message it is, where it is, and how WhatsApp names it. */
export interface StanzaOrigin {
  readonly origin: MessageOrigin
  readonly sender: Addresses
  readonly named: FileOrigin
}

/**
 * Throws for a stanza that does not say whose it is, as the library does.
 * @param me the account itself, which a chat of two does not name as the sender of what its phone sent
 */
export function originOf(stanza: BinaryNode, me: Contact | undefined, book: AddressBook): StanzaOrigin {
  const { attrs } = stanza
  const { key, pushName } = decodeMessageNode(stanza, me?.id ?? '', me?.lid ?? '').fullMessage
  const { id, remoteJid, participant, fromMe } = key
  if (!id || !remoteJid) throw new Error('a message without an id or a chat')
  const own = fromMe === true
  const sender =
    own && me ? book.of(me.id, me.lid) : book.of(participant ?? remoteJid, key.participantAlt ?? key.remoteJidAlt)
  const chat = chatOf(remoteJid, participant ?? undefined, own, sender, attrs, book)
  return {
    sender,
    named: { id, chat: remoteJid, fromMe: own, participant: participant ?? null },
    origin: {
      id: cut(id, bounds.jid),
      chat: canonical(chat),
      chatPhone: phoneOf(chat),
      chatLid: chat.lid,
      sender: canonical(sender),
      phone: phoneOf(sender),
      lid: sender.lid,
      name: cut(pushName, bounds.line) || null,
      fromMe: own,
      sentAt: timeOf(attrs.t),
    },
  }
}

/** What a stanza says of who is who, so that it is no news when the library stores it: the message itself tells it. */
export function introduceAll({ attrs }: BinaryNode, book: AddressBook): void {
  const { participant, from, recipient } = attrs
  if (participant === undefined) book.introduce(from, attrs.sender_pn ?? attrs.sender_lid)
  else book.introduce(participant, attrs.participant_pn ?? attrs.participant_lid)
  if (recipient !== undefined) book.introduce(recipient, otherOfRecipient(attrs))
}

/** The people whose other address a stanza may leave out. */
export function peopleOf({ attrs }: BinaryNode): string[] {
  return [attrs.participant ?? attrs.from, attrs.recipient].filter((jid) => jid !== undefined)
}

function chatOf(
  remoteJid: string,
  participant: string | undefined,
  own: boolean,
  sender: Addresses,
  attrs: BinaryNode['attrs'],
  book: AddressBook,
): Addresses {
  // What somebody sends to a list of people is, to each of them, in the chat with the sender.
  if (isJidBroadcast(remoteJid) && !isJidStatusBroadcast(remoteJid) && !own) return sender
  if (participant !== undefined) return book.of(remoteJid)
  if (!own) return sender
  return book.of(remoteJid, otherOfRecipient(attrs))
}

/** Beside the recipient of what another device of the account sent stands the recipient's other address. */
function otherOfRecipient(attrs: BinaryNode['attrs']): string | undefined {
  return attrs.recipient_pn ?? attrs.peer_recipient_pn ?? attrs.recipient_lid ?? attrs.peer_recipient_lid
}

/** The last moment that a `Date` can hold, in seconds. */
const lastMoment = 8_640_000_000_000

function timeOf(seconds: string | undefined): string {
  const time = Number(seconds ?? Number.NaN)
  return new Date(time >= 0 && time <= lastMoment ? time * 1000 : Date.now()).toISOString()
}
