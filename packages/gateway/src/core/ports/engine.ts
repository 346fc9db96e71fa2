import type { CloseReason } from '../connection/close-reason.js'
import type { ReceivedEvent } from '../events/event.js'
import type { ChatId, MessageId } from '../ids.js'
import type { Account, InstanceRef, Network } from '../instances/instance.js'
import type { LinkMethod } from '../linking/link-step.js'
import type { OutgoingContent } from '../messages/act.js'
import type { MessageStatus } from '../messages/message.js'
import type { CredentialChange } from './credentials.js'
import type { EngineActs } from './engine-acts.js'

/** One way of talking to WhatsApp. The core knows this file and no library behind it. */
export interface Engine {
  readonly network: Network
  /**
   * Starts one connection of one instance. Returns at once and never throws; whatever happens arrives in `inbox`.
   * The connection is over after its `closed` report: nothing reconnects by itself, the core decides (promise 9).
   */
  open(instance: InstanceRef, intent: Intent, inbox: Inbox): Connection
  /** Closes every connection, waiting for what is being committed. */
  close(): Promise<void>
}

/** What a connection is for. */
export type Intent =
  /** Make a new identity and offer it to a phone. Only ever on an explicit request to link (promise 2). */
  | { readonly kind: 'link'; readonly how: LinkMethod }
  /** Log in with the stored identity; missing or unreadable credentials close with `storage-error`. */
  | { readonly kind: 'resume' }
  /** Log in only to tell WhatsApp that this device goes; closes with `logged-out` once it has been told. */
  | { readonly kind: 'logout' }

export interface Inbox {
  /**
   * Takes one protocol step and resolves once everything in it is committed, in one transaction (promises 1 and 3).
   * The engine goes on (answers the pairing, acknowledges the stanza) only after that, so a crash in between means a
   * repeat, never a loss. Rejects when it could not be committed: the engine must then not go on, and close.
   */
  accept(step: ProtocolStep): Promise<void>
}

/** What happened on a connection, with the credentials it changed. */
export interface ProtocolStep {
  readonly report: EngineReport
  readonly credentials: readonly CredentialChange[]
  /** Steps of one strand build on each other: after one that could not be committed all later ones are refused. */
  readonly strand?: string
}

export type EngineReport =
  | { readonly kind: 'qr'; readonly text: string; readonly expiresAt: Date }
  | { readonly kind: 'code'; readonly code: string; readonly expiresAt: Date }
  /** A phone accepted this device. The engine answers the pairing after the commit. */
  | { readonly kind: 'paired'; readonly account: Account }
  /** Logged in and ready to send. */
  | { readonly kind: 'connected'; readonly account: Account }
  /**
   * A stanza that was handed over. Steps of this kind and of `message-status` are committed in the order in which they
   * are reported, and may be reported without waiting for the one before. Where the step's credentials hold a `received`
   * entry, a message that was told before is not told again.
   */
  | { readonly kind: 'received'; readonly events: readonly ReceivedEvent[] }
  | {
      readonly kind: 'message-status'
      readonly chat: ChatId
      readonly id: MessageId
      readonly status: MessageStatus
      /** JID of whose receipt it is, in a group or of a status post; null elsewhere. */
      readonly participant: string | null
    }
  | { readonly kind: 'closed'; readonly reason: CloseReason }

export interface Connection {
  /**
   * Sends one message under an id that the caller fixed beforehand, and resolves when the server has acknowledged it. What
   * goes out is stored before it leaves, so that the same id sent again is the same message, file and all, and so that a
   * recipient who asks for it again is answered after a restart too.
   * Rejects with `effect: 'unknown'` when the server never answered, `not-linked` when there is no open connection,
   * `recipient-not-found` when the number is not on WhatsApp, `group-not-found`, `not-in-group`, `not-group-admin`,
   * `instance-restricted` (a `Restriction`, which may say until when), `content-too-large`, `media-unavailable` for a file
   * that is neither at its path nor at WhatsApp, `message-not-found` for a vote in a poll that never came here,
   * `not-supported`, and `whatsapp-refused` for a refusal that has no code of its own.
   */
  send(message: EngineMessage): Promise<void>
  /** Anything else that is done or asked. Rejects as `send` does, and as the act says. */
  perform<Name extends keyof EngineActs>(
    name: Name,
    wish: EngineActs[Name]['wish'],
  ): Promise<EngineActs[Name]['result']>
  /** Counted on the wire since the connection was opened. */
  traffic(): Promise<Traffic>
  /** Ends the connection without touching the link; the `closed` report says `requested`. Safe to call twice. */
  close(): Promise<void>
}

export interface EngineMessage {
  readonly chat: ChatId
  readonly id: MessageId
  readonly content: OutgoingContent
  /** Path of a local copy of its file, for content that has one; left out where the file's `handle` is to be sent on. */
  readonly path?: string
  /** Of a status post: JIDs of those who may see it. */
  readonly audience: readonly string[] | null
}

export interface Traffic {
  readonly sentBytes: number
  readonly receivedBytes: number
}
