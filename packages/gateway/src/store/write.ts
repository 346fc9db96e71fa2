import type { Kysely, Selectable } from 'kysely'
import type { InstanceId } from '../core/ids.js'
import type { ConversationClue } from '../core/message-links/conversation-clue.js'
import type { ReceivedId, ReceivedOutcome } from '../core/ports/credentials.js'
import type { CommandInput, CommandName, CommandOutput } from './commands/index.js'
import type { StepEvent } from './commands/step.js'
import type { ChatsTable, EntriesTable, MessageLinksTable, PeopleTable, Schema } from './schema.js'

/** What a command gets: one transaction that the database has begun and will commit. */
export interface WriteTransaction {
  readonly db: Kysely<Schema>
  /** The hot path of the Signal keys, with whatever the database at hand is fastest at. */
  readonly credentials: CredentialRows
  /** What a received stanza touches, likewise: the journal of decryption and the log of events. */
  readonly received: ReceivedRows
  /** And who it is from, and in which chat. */
  readonly chats: ChatRows
}

/** Where an instance's credentials stand. */
export interface CredentialsPlace {
  readonly serial: number
  readonly epoch: number
  readonly generation: number
  readonly identity: number | null
}

export interface CredentialRows {
  place(instance: InstanceId): Promise<CredentialsPlace | undefined>
  moveTo(serial: number, generation: number, identity: number | null): Promise<void>
  putIdentity(serial: number, generation: number, bytes: Uint8Array): Promise<void>
  retireIdentity(serial: number, generation: number, at: number): Promise<void>
  putKey(serial: number, generation: number, kind: string, id: string, bytes: Uint8Array): Promise<void>
  removeKey(serial: number, generation: number, kind: string, id: string): Promise<void>
  /** All keys of one generation. */
  removeKeys(serial: number, generation: number): Promise<void>
}

export interface ReceivedRows {
  /** What became of the ciphertexts of one message so far. */
  outcomes(serial: number, generation: number, message: Uint8Array): readonly ReceivedOutcome[]
  put(serial: number, generation: number, entry: SealedReceived, at: number): void
  /** One that is there already stays as it is. */
  putSent(serial: number, generation: number, entry: SealedSent, at: number): void
  append(serial: number, seq: number, event: StepEvent, at: number): void
  /** The link of the account's number that bears this mark; else the only one that goes by a text of this key. */
  linkOf(serial: number, clue: ConversationClue): LinkRow | undefined
  /** One more conversation, at this time. */
  countConversation(link: number, at: number): void
}

export interface SealedReceived extends ReceivedId {
  readonly outcome: ReceivedOutcome
  readonly bytes: Uint8Array
}

export interface SealedSent {
  /** WhatsApp's id of it. */
  readonly message: string
  readonly bytes: Uint8Array
}

export interface ChatRows {
  person(serial: number, by: 'id' | 'phone' | 'lid', value: string): PersonRow | undefined
  /** In place of the one with that id, if there is one. */
  putPerson(serial: number, person: PersonRow): void
  /** A message of this time in a chat, made if there is none. `unread`: to be added; null: nothing is unread any more. */
  said(serial: number, chat: Pick<ChatRow, 'id' | 'kind'>, at: number, unread: number | null): void
  enter(serial: number, entry: EntryRow): void
}

export type PersonRow = Omit<Selectable<PeopleTable>, 'instance'>
export type ChatRow = Omit<Selectable<ChatsTable>, 'instance'>
export type EntryRow = Omit<Selectable<EntriesTable>, 'instance'>
export type LinkRow = Pick<Selectable<MessageLinksTable>, 'number' | 'id' | 'code' | 'name' | 'tags'>

/** Runs one command in one transaction and resolves once that is on disk. `rows`: about how many it writes. `strand`: see `Unit`. */
export type Write = <Name extends CommandName>(
  command: Name,
  input: CommandInput<Name>,
  rows?: number,
  strand?: string,
) => Promise<CommandOutput<Name>>

/** The credentials were sealed for a generation that is no longer the current one. Nothing was written; seal again. */
export class GenerationMoved extends Error {
  constructor() {
    super('the credentials moved to another generation meanwhile')
    this.name = 'GenerationMoved'
  }
}
