import { createHash, randomBytes } from 'node:crypto'
import { aesEncryptGCM, decryptPollVote, hmacSign, normalizeMessageContent, proto } from 'baileys'
import type { Account } from '../accounts/account.js'
import { SimulatorError } from '../errors.js'
import { Group } from '../groups/group.js'
import type { PhoneMessage, PollTally } from '../message.js'
import { lidJid, numberJid } from '../wire/addresses.js'
import { optionsOf, pollIn } from './options.js'
import type { Correspondent } from './correspondent.js'
import { chatOf, keyOf } from './whereabouts.js'

/** A vote for these options, by name; for none of them, it is taken back. */
export function ballot(phone: Correspondent, poll: PhoneMessage, options: readonly string[]): proto.IMessage {
  const selectedOptions = checked(poll, options).map(hashOf)
  const author = authorOf(phone, poll)
  const form = addressingOf(phone, poll, author)
  const plaintext = proto.Message.PollVoteMessage.encode({ selectedOptions }).finish()
  const voter = addressIn(form, phone.account)
  const [key, encIv] = [voteKey(poll.id, addressIn(form, author), voter, secretOf(poll)), randomBytes(12)]
  const encPayload = aesEncryptGCM(plaintext, key, encIv, Buffer.from(`${poll.id}\0${voter}`))
  return {
    pollUpdateMessage: {
      pollCreationMessageKey: keyOf(phone, poll),
      vote: { encPayload, encIv },
      senderTimestampMs: Date.now(),
    },
  }
}

/** The options that somebody voted for; undefined if the poll is not known here, or the vote is not for it. */
export function readVote(
  phone: Correspondent,
  voter: Account,
  { pollCreationMessageKey: key, vote }: proto.Message.IPollUpdateMessage,
): readonly string[] | undefined {
  const poll = key?.id ? phone.log.withId(key.id) : undefined
  const author = poll && phone.network.directory.byNumber(poll.from)
  if (poll === undefined || author === undefined || !vote) return undefined
  // Creator and voter are named in one form, the one that the chat has for the voter.
  for (const form of ['lid', 'number'] as const) {
    const names = { pollCreatorJid: addressIn(form, author), voterJid: addressIn(form, voter) }
    try {
      const { selectedOptions } = decryptPollVote(vote, { ...names, pollMsgId: poll.id, pollEncKey: secretOf(poll) })
      return namesOf(poll, selectedOptions)
    } catch {
      continue
    }
  }
  return undefined
}

/** What everybody voted last, as far as it reached this phone. */
export function tallyOf(phone: Correspondent, poll: PhoneMessage): PollTally {
  const votes = new Map<string, readonly string[]>()
  for (const { kind, about, from, choices } of phone.log.all()) {
    if (kind === 'vote' && about === poll.id) votes.set(from, choices ?? [])
  }
  const voters = (name: string) => [...votes].filter(([, choices]) => choices.includes(name)).map(([from]) => from)
  const options = optionsOf(poll.content) ?? []
  return { question: poll.text, options: options.map(({ id }) => ({ name: id, voters: voters(id) })) }
}

function checked(poll: PhoneMessage, options: readonly string[]): readonly string[] {
  const content = pollOf(poll)
  const offered = optionsOf(poll.content) ?? []
  const unknown = options.find((option) => !offered.some(({ id }) => id === option))
  if (unknown !== undefined) throw new SimulatorError('bad-choice', `the poll has no option ${unknown}`)
  const most = content.selectableOptionsCount ?? 0
  // 0 stands for any number.
  if (most > 0 && options.length > most)
    throw new SimulatorError('bad-choice', `the poll takes at most ${most} options`)
  return options
}

export function pollOf(poll: PhoneMessage): proto.Message.IPollCreationMessage {
  const content = pollIn(normalizeMessageContent(poll.content) ?? poll.content)
  if (content === undefined) throw new SimulatorError('message-not-found', `the message ${poll.id} is no poll`)
  return content
}

/** As the library's `decryptPollVote` derives it: HKDF of the poll's secret. */
function voteKey(poll: string, creator: string, voter: string, secret: Uint8Array): Buffer {
  const info = Buffer.concat([Buffer.from(`${poll}${creator}${voter}Poll Vote`), Buffer.from([1])])
  return hmacSign(info, hmacSign(secret, new Uint8Array(32), 'sha256'), 'sha256')
}

function secretOf({ id, content }: PhoneMessage): Uint8Array {
  const inner = normalizeMessageContent(content)
  const secret = content.messageContextInfo?.messageSecret ?? inner?.messageContextInfo?.messageSecret
  if (!secret) throw new SimulatorError('bad-choice', `the poll ${id} has no secret to encrypt votes with`)
  return secret
}

function authorOf(phone: Correspondent, { id, from }: PhoneMessage): Account {
  const author = phone.network.directory.byNumber(from)
  if (author === undefined) throw new SimulatorError('recipient-not-found', `the author of the poll ${id} is gone`)
  return author
}

type Form = 'lid' | 'number'

/** How those in the chat of a poll are named: as its author was when it came. */
function addressingOf(phone: Correspondent, poll: PhoneMessage, author: Account): Form {
  const chat = chatOf(phone, poll)
  return (chat instanceof Group ? chat : author).record.addressing
}

function addressIn(form: Form, { lid, number }: Account): string {
  return form === 'lid' ? lidJid(lid) : numberJid(number)
}

function namesOf(poll: PhoneMessage, hashes: readonly Uint8Array[]): string[] {
  const chosen = new Set(hashes.map((hash) => Buffer.from(hash).toString('hex')))
  const names = (optionsOf(poll.content) ?? []).map(({ id }) => id)
  return names.filter((name) => chosen.has(hashOf(name).toString('hex')))
}

function hashOf(option: string): Buffer {
  return createHash('sha256').update(option).digest()
}
