import { randomBytes } from 'node:crypto'
import { aesEncryptGCM, decryptPollVote, hmacSign, isJidGroup, proto, sha256, type SignalKeyStore } from 'baileys'
import type { PollContent } from '../../core/messages/content.js'
import type { PollVote } from '../../core/messages/poll.js'
import { canonical, samePerson, spellingsOf, type Addresses } from './addresses.js'

/** A poll that came or went: what opening the votes takes, and how they stand. */
export interface Poll {
  readonly creator: Addresses
  /** 32 bytes, base64. */
  readonly secret: string
  readonly question: string
  readonly options: readonly string[]
  readonly multiple: boolean
  readonly votes: readonly Vote[]
}

interface Vote {
  readonly voter: Addresses
  /** Counted from 0. */
  readonly chosen: readonly number[]
  /** By the voter's clock, in ms. */
  readonly at: number
}

/** Under which polls are kept among the keys of a connection. */
export const pollKind = 'gangway-poll'
/** As many as a group may have members; who votes past that is told and not kept. */
const mostVotes = 1_024

/**
 * The polls of one account. They are kept among the keys, so that inside a transaction of the library a vote is counted
 * together with the ratchet that its message moved.
 */
export class Polls {
  readonly #keys: SignalKeyStore

  constructor(keys: SignalKeyStore) {
    this.#keys = keys
  }

  async find(chat: string, id: string): Promise<Poll | undefined> {
    const key = keyOf(chat, id)
    // The library's type knows its own kinds only; the store under it takes any.
    const found = (await this.#keys.get(pollKind as 'session', [key])) as Readonly<Record<string, unknown>>
    return found[key] as Poll | undefined
  }

  /** The first poll under an id stays: nobody can put another in its place. */
  async add(chat: string, id: string, poll: Poll): Promise<void> {
    if (!(await this.find(chat, id))) await this.put(chat, id, poll)
  }

  async put(chat: string, id: string, poll: Poll): Promise<void> {
    await this.#keys.set({ [pollKind]: { [keyOf(chat, id)]: poll } } as object)
  }
}

/** Only in a group are there others who could choose an id; a person's chat may go by another JID tomorrow. */
function keyOf(chat: string, id: string): string {
  return isJidGroup(chat) === true ? `${chat} ${id}` : id
}

export function newPoll(content: PollContent, creator: Addresses, secret: Uint8Array): Poll {
  const { question, options, multiple } = content
  return { creator, secret: Buffer.from(secret).toString('base64'), question, options, multiple, votes: [] }
}

/** A vote replaces the one before of the same person, unless it overtook a later one. */
export function withVote(poll: Poll, vote: Vote): Poll {
  const before = poll.votes.find(({ voter }) => samePerson(voter, vote.voter))
  if (before && before.at > vote.at) return poll
  const others = poll.votes.filter((one) => one !== before)
  return others.length >= mostVotes ? poll : { ...poll, votes: [...others, vote] }
}

/** How a poll stands, as told of a vote of this person. */
export function standing(poll: Poll, voter: Addresses): PollVote {
  const own = poll.votes.find((vote) => samePerson(vote.voter, voter))
  return {
    kind: 'poll-vote',
    question: poll.question,
    multiple: poll.multiple,
    chosen: poll.options.filter((_, index) => own?.chosen.includes(index) ?? false),
    tally: poll.options.map((option, index) => ({
      option,
      voters: poll.votes.filter(({ chosen }) => chosen.includes(index)).map((vote) => canonical(vote.voter)),
    })),
  }
}

/**
 * What an encrypted vote chooses; undefined where it does not open. It is bound to who asked and who voted, by number or by
 * LID as the chat has it, which the message does not say.
 */
export function openVote(
  poll: Poll,
  id: string,
  voter: Addresses,
  { encPayload, encIv }: proto.Message.IPollEncValue,
): number[] | undefined {
  if (!encPayload || !encIv) return undefined
  const pollEncKey = Buffer.from(poll.secret, 'base64')
  for (const pollCreatorJid of spellingsOf(poll.creator)) {
    for (const voterJid of spellingsOf(voter)) {
      try {
        const names = { pollCreatorJid, pollMsgId: id, pollEncKey, voterJid }
        return chosenIn(poll, decryptPollVote({ encPayload, encIv }, names).selectedOptions)
      } catch {
        // Bound to another pair of names, or damaged.
      }
    }
  }
  return undefined
}

/** An option is named by the hash of its text. */
function chosenIn({ options, multiple }: Poll, selected: readonly Uint8Array[]): number[] {
  const hashes = new Set(selected.slice(0, options.length).map((hash) => Buffer.from(hash).toString('hex')))
  const chosen = options.flatMap((option, index) => (hashes.has(hashOf(option).toString('hex')) ? [index] : []))
  return multiple ? chosen : chosen.slice(0, 1)
}

function hashOf(option: string): Buffer {
  return sha256(Buffer.from(option))
}

/** The other way round: see the library's `decryptPollVote`. */
export function sealVote(
  poll: Poll,
  id: string,
  names: { readonly creator: string; readonly voter: string },
  chosen: readonly string[],
): proto.Message.IPollEncValue {
  const { creator, voter } = names
  const sign = Buffer.concat([Buffer.from(id), Buffer.from(creator), Buffer.from(voter), Buffer.from('Poll Vote\x01')])
  const key = hmacSign(sign, hmacSign(Buffer.from(poll.secret, 'base64'), new Uint8Array(32)))
  const plain = proto.Message.PollVoteMessage.encode({ selectedOptions: chosen.map(hashOf) }).finish()
  const encIv = randomBytes(12)
  return { encPayload: aesEncryptGCM(plain, key, encIv, Buffer.from(`${id}\0${voter}`)), encIv }
}
