import type { AuthenticationCreds, BinaryNode, proto } from 'baileys'
import type { ReceivedEvent, UndecryptableReason } from '../../../core/events/event.js'
import type { AddressBook } from '../address-book.js'
import { addresses, samePerson } from '../addresses.js'
import { peopleIn } from '../content/people.js'
import { readPoll } from '../content/poll.js'
import type { Reading } from '../content/reading.js'
import { unwrap, type Unwrapped } from '../content/unwrap.js'
import { newPoll, type Polls } from '../polls.js'
import { messageEvents, toldBy } from './message-events.js'
import { introduceAll, originOf, peopleOf, type StanzaOrigin } from './origin.js'
import { readVote } from './poll-vote.js'
import type { Secrets } from './secrets.js'

/** Puts what one connection receives into the core's words. */
export class MessageReader {
  readonly #creds: AuthenticationCreds
  readonly #book: AddressBook
  readonly #secrets: Secrets

  constructor(creds: AuthenticationCreds, book: AddressBook, secrets: Secrets) {
    this.#creds = creds
    this.#book = book
    this.#secrets = secrets
  }

  /** Before anything is done with the message. */
  meet(stanza: BinaryNode): void {
    introduceAll(stanza, this.#book)
  }

  /** Inside the transaction in which the message was decrypted. Throws for a stanza that does not say whose it is. */
  async read(stanza: BinaryNode, decoded: proto.IMessage, polls: Polls): Promise<readonly ReceivedEvent[]> {
    const handed = unwrap(decoded.deviceSentMessage?.message ?? decoded)
    await this.#book.prepare([...peopleOf(stanza), ...peopleIn(handed)])
    const whose = originOf(stanza, this.#creds.me, this.#book)
    const secret = secretOf(decoded)
    if (secret) this.#secrets.remember(whose, secret)
    const message = await this.#reveal(handed, whose)
    const { body } = message
    const vote = body.pollUpdateMessage && (await readVote(body.pollUpdateMessage, whose, polls))
    if (vote) return toldBy(whose.origin, vote)
    await keepPoll(body, secret, whose, polls)
    return messageEvents(message, whose.origin, this.#reading(whose))
  }

  /** The same at once, with what is in memory, for what was not encrypted. */
  readNow(stanza: BinaryNode, message: proto.IMessage): readonly ReceivedEvent[] {
    const whose = originOf(stanza, this.#creds.me, this.#book)
    return messageEvents(unwrap(message), whose.origin, this.#reading(whose))
  }

  unreadable(stanza: BinaryNode, reason: UndecryptableReason): readonly ReceivedEvent[] {
    try {
      const { origin } = originOf(stanza, this.#creds.me, this.#book)
      return [{ kind: 'message.undecryptable', data: { ...origin, reason } }]
    } catch {
      // A stanza without an id or a sender: there is nothing to name it by, and the library refuses it.
      return []
    }
  }

  async #reveal(message: Unwrapped, whose: StanzaOrigin): Promise<Unwrapped> {
    const { me } = this.#creds
    const body = await this.#secrets.reveal(message.body, whose, addresses(me?.id ?? '', me?.lid))
    if (body === message.body) return message
    const revealed = unwrap(body)
    await this.#book.prepare(peopleIn(revealed))
    return revealed
  }

  #reading({ named }: StanzaOrigin): Reading {
    const { me } = this.#creds
    return {
      nameOf: (jid) => this.#book.nameOf(jid),
      isMe: (jid) => me !== undefined && samePerson(addresses(jid), addresses(me.id, me.lid)),
      origin: named,
    }
  }
}

const pollForms = [
  'pollCreationMessage',
  'pollCreationMessageV2',
  'pollCreationMessageV3',
  'pollCreationMessageV5',
] as const satisfies readonly (keyof proto.IMessage)[]

async function keepPoll(
  body: proto.IMessage,
  secret: Uint8Array | undefined,
  { origin, sender }: StanzaOrigin,
  polls: Polls,
): Promise<void> {
  const form = pollForms.find((name) => body[name])
  const poll = form && body[form]
  if (poll && secret) await polls.add(origin.chat, origin.id, newPoll(readPoll(poll), sender, secret))
}

/** It stands beside what was said: within what another device sent, or around it. */
function secretOf(decoded: proto.IMessage): Uint8Array | undefined {
  const { deviceSentMessage } = decoded
  const inner = deviceSentMessage?.message?.messageContextInfo?.messageSecret
  const secret = inner?.length ? inner : decoded.messageContextInfo?.messageSecret
  return secret?.length === 32 ? secret : undefined
}
