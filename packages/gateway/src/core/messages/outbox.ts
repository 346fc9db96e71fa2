import { chatAddress } from '../chats/chat-address.js'
import { GatewayError, type ErrorCode } from '../errors/gateway-error.js'
import type { EventBody } from '../events/event.js'
import type { InstanceId, MessageId } from '../ids.js'
import type { Clock } from '../ports/clock.js'
import type { Connection } from '../ports/engine.js'
import type { Log } from '../ports/log.js'
import type { InstanceStep, Store } from '../ports/store.js'
import type { MessageStatus, OutgoingMessage } from './message.js'

const batch = 50
/** A send that failed on a connection that lives on is tried again after this long, in ms. */
const retryDelay = 5_000

/** Refusals that no later attempt would change. */
const final: ReadonlySet<ErrorCode> = new Set([
  'recipient-not-found',
  'content-too-large',
  'not-supported',
  'bad-request',
])

/** Sends what is queued for one instance, first in, first out, while there is a connection. */
export class Outbox {
  readonly #world: { readonly store: Store; readonly clock: Clock; readonly log: Log }
  readonly #instance: InstanceId
  readonly #commit: (step: InstanceStep) => Promise<void>
  #connection: Connection | undefined
  /** Being sent, or was when the process before this one ended: only of this one it is not known whether it left. */
  #unsettled: OutgoingMessage | undefined
  #draining = false
  #again = false

  constructor(
    world: { store: Store; clock: Clock; log: Log },
    instance: InstanceId,
    commit: (step: InstanceStep) => Promise<void>,
  ) {
    this.#world = world
    this.#instance = instance
    this.#commit = commit
  }

  /** Before the first connection, which may at once bring news of a message that was being sent. */
  async recall(): Promise<void> {
    try {
      const [message] = await this.#world.store.messages.queued(this.#instance, 1)
      this.#unsettled = message
    } catch (error) {
      // Unreadable, with another secret key for one: then nothing of the queue is sent either.
      this.#world.log.error({ instance: this.#instance, error: codeOf(error) }, 'outgoing queue cannot be read')
    }
  }

  /**
   * What is still to be told of a message that somebody has received: that it was sent, where the recipient's receipt
   * comes before our record of the server's acknowledgement.
   */
  sentEvents(id: MessageId, at: Date): readonly EventBody[] {
    return this.#unsettled?.id === id ? [sentEvent(this.#unsettled, at)] : []
  }

  /** Sends until the queue is empty or the connection is given up. Returns at once. */
  drain(connection: Connection): void {
    this.#connection = connection
    this.#again = true
    if (!this.#draining) void this.#run()
  }

  /** What is under way finishes by itself; nothing new is taken up. */
  stop(): void {
    this.#connection = undefined
  }

  async #run(): Promise<void> {
    this.#draining = true
    try {
      while (this.#again && this.#current()) {
        this.#again = false
        const messages = await this.#world.store.messages.queued(this.#instance, batch)
        for (const message of messages) {
          const connection = this.#current()
          if (!connection) return
          if (await this.#send(connection, message)) continue
          this.#retryLater()
          return
        }
        if (messages.length === batch) this.#again = true
      }
    } catch (error) {
      // Committing failed: the store has said so itself, and the queue is as durable as before.
      this.#world.log.error({ instance: this.#instance, error: codeOf(error) }, 'outgoing queue stopped')
    } finally {
      this.#draining = false
    }
  }

  /** Asked anew after each wait: the connection may have been given up meanwhile. */
  #current(): Connection | undefined {
    return this.#connection
  }

  #retryLater(): void {
    const connection = this.#connection
    if (!connection) return
    this.#world.clock.after(retryDelay, () => {
      if (this.#connection === connection) this.drain(connection)
    })
  }

  /** False when the outcome is unknown or the connection is gone: the message stays queued, under the same id. */
  async #send(connection: Connection, message: OutgoingMessage): Promise<boolean> {
    this.#unsettled = message
    try {
      await connection.send(message)
    } catch (error) {
      const code = codeOf(error)
      if (!final.has(code)) return false
      await this.#settle(message, 'failed', code)
      return true
    }
    await this.#settle(message, 'server-ack', null)
    return true
  }

  async #settle(message: OutgoingMessage, status: MessageStatus, failure: ErrorCode | null): Promise<void> {
    const { id, chat } = message
    const at = this.#world.clock.now()
    await this.#commit({
      at,
      events: [
        ...(status === 'server-ack' ? [sentEvent(message, at)] : []),
        { kind: 'message.status', data: { ...chatAddress(chat), id, status, failure, participant: null } },
      ],
      statuses: [{ id, status, failure }],
    })
    if (this.#unsettled === message) this.#unsettled = undefined
  }
}

function sentEvent({ id, chat, content }: OutgoingMessage, at: Date): EventBody {
  return { kind: 'message.sent', data: { ...chatAddress(chat), id, content, sentAt: at.toISOString() } }
}

function codeOf(error: unknown): ErrorCode {
  return error instanceof GatewayError ? error.code : 'internal-error'
}
