import { GatewayError, type ErrorCode } from '../errors/gateway-error.js'
import type { EventBody, GatewayEvent } from '../events/event.js'
import type { ChatId, InstanceId, MessageId, PhoneNumber } from '../ids.js'
import type { InstanceOptions } from '../instances/options.js'
import type { Clock } from '../ports/clock.js'
import type { Connection } from '../ports/engine.js'
import type { Log } from '../ports/log.js'
import type { InstanceStep, Store } from '../ports/store.js'
import { Departure } from './departure.js'
import type { FileResolver } from './file-resolver.js'
import type { OutgoingMessage } from './message.js'
import { Pacing, typingOf } from './pacing.js'
import { finalRefusals } from './refusals.js'
import { sentEvents, statusEvent } from './sent-events.js'
import { WaitingTime } from './waiting-time.js'

/** What is looked at of the queue at a time, however long it is. */
const batch = 50
/** A send that failed on a connection that lives on is tried again after this long, in ms. */
const retryDelay = 5_000
/** And so many times, lest one message that always fails keeps all behind it for a day. */
const mostAttempts = 10

export interface OutboxWorld {
  readonly store: Store
  readonly clock: Clock
  readonly log: Log
  readonly files: Pick<FileResolver, 'path'>
}

/** The instance whose messages these are, as it is at the moment. */
export interface OutboxOwner {
  readonly instance: InstanceId
  /** Number of the account that is linked. */
  account(): PhoneNumber | null
  options(): InstanceOptions
  /** When WhatsApp lets it write again, where that is known. */
  restrictedUntil(): Date | null
  commit(step: InstanceStep): Promise<readonly GatewayEvent[]>
  /** WhatsApp has taken this one. */
  sent(message: OutgoingMessage): void
}

/** What becomes of a message on its way out. */
type Outcome = { readonly status: 'server-ack' } | { readonly status: 'failed'; readonly failure: ErrorCode }

/**
 * Sends what is queued for one instance, first in, first out, while there is a connection. What could not be sent within
 * a day of being handed in fails, whether or not there was one.
 */
export class Outbox {
  readonly #world: OutboxWorld
  readonly #owner: OutboxOwner
  readonly #pacing: Pacing
  readonly #departure: Departure
  readonly #waiting: WaitingTime
  #connection: Connection | undefined
  /** The next of the queue. Forgotten when something else takes messages out of it. */
  #ahead: OutgoingMessage[] = []
  /**
   * Being sent or not yet recorded, or so when the process before this one ended: only of these it is not known whether
   * they left.
   */
  readonly #unsettled = new Map<MessageId, OutgoingMessage>()
  /** With WhatsApp, or taken by it and not yet recorded: nobody can take them back. */
  readonly #taken = new Set<MessageId>()
  /** What was sent is recorded while the next one is on its way. */
  #settling: Promise<void> = Promise.resolve()
  /** Something else takes messages out of the queue; nothing is taken up meanwhile. */
  #emptying: Promise<unknown> = Promise.resolve()
  #failures = { of: '', count: 0 }
  /** Nothing is taken up for a while: of one connection, or of whichever there is. */
  #resting: Connection | 'account' | undefined
  #draining = false
  #again = false
  #cancelNext: (() => void) | undefined

  constructor(world: OutboxWorld, owner: OutboxOwner) {
    this.#world = world
    this.#owner = owner
    this.#pacing = new Pacing(world.clock)
    this.#departure = new Departure(world)
    this.#waiting = new WaitingTime(world.clock, () => this.#expire())
  }

  /** Before the first connection, which may at once bring news of a message that was being sent. */
  async recall(): Promise<void> {
    try {
      // One being recorded, and one with WhatsApp.
      const { messages } = await this.#due(2)
      for (const message of messages) this.#unsettled.set(message.id, message)
      const [oldest] = await this.#world.store.messages.queued(this.#owner.instance, 1)
      if (oldest) this.#waiting.from(oldest)
    } catch (error) {
      // Unreadable, with another secret key for one: then nothing of the queue is sent either.
      this.#world.log.error({ instance: this.#owner.instance, error: codeOf(error) }, 'outgoing queue cannot be read')
    }
  }

  /**
   * What is still to be told of a message that somebody has received: that it was sent, where the recipient's receipt
   * comes before our record of the server's acknowledgement.
   */
  sentEvents(id: MessageId, at: Date): readonly EventBody[] {
    const message = this.#unsettled.get(id)
    return message ? sentEvents(message, at) : []
  }

  /** There is something new in the queue. */
  added(): void {
    this.#waiting.added()
  }

  /** Sends until the queue is empty or the connection is given up. Returns at once. */
  drain(connection: Connection): void {
    this.#connection = connection
    this.#again = true
    const rests = this.#resting === 'account' || this.#resting === connection
    if (!this.#draining && !rests) void this.#run()
  }

  /** What is under way finishes by itself; nothing new is taken up. */
  stop(): void {
    this.#connection = undefined
    this.#pacing.interrupt()
  }

  /** For good. */
  close(): void {
    this.stop()
    this.#waiting.close()
    this.#cancelNext?.()
  }

  /** Fails everything that waits, but for the one that is with WhatsApp already. Answers how many. */
  async clear(): Promise<number> {
    return this.#failWaiting('message-cancelled', () => true)
  }

  async #run(): Promise<void> {
    this.#draining = true
    this.#ahead = []
    try {
      for (;;) {
        await this.#emptying
        const connection = this.#current()
        if (!connection) return
        const message = this.#ahead[0] ?? (await this.#lookAhead())
        if (message === undefined) {
          if (!this.#again) return
          continue
        }
        if (await this.#take(connection, message)) continue
        if (this.#resting === undefined) this.#rest(connection, retryDelay)
        return
      }
    } catch (error) {
      // Committing failed: the store has said so itself, and the queue is as durable as before.
      this.#taken.clear()
      this.#world.log.error({ instance: this.#owner.instance, error: codeOf(error) }, 'outgoing queue stopped')
    } finally {
      this.#draining = false
      // Whoever came after the last look and before this line would wait for the next one to come.
      if (this.#again && this.#connection && this.#ahead.length === 0) this.drain(this.#connection)
    }
  }

  async #lookAhead(): Promise<OutgoingMessage | undefined> {
    this.#again = false
    // Until then the store still has as queued what has been sent.
    await this.#settled()
    const { messages, next } = await this.#due(batch)
    this.#ahead = messages
    if (next) this.#lookAgainAt(next)
    return this.#ahead[0]
  }

  #due(limit: number): Promise<{ messages: OutgoingMessage[]; next: Date | null }> {
    return this.#world.store.messages.due(this.#owner.instance, this.#world.clock.now(), limit)
  }

  /** One of them may not leave before then. */
  #lookAgainAt(next: Date): void {
    this.#cancelNext?.()
    this.#cancelNext = this.#world.clock.after(next.getTime() - this.#world.clock.now().getTime(), () => {
      this.#cancelNext = undefined
      if (this.#connection) this.drain(this.#connection)
    })
  }

  /** Asked anew after each wait: the connection may have been given up meanwhile. */
  #current(): Connection | undefined {
    return this.#connection
  }

  /** False when it is to be tried again later, under the same id. */
  async #take(connection: Connection, message: OutgoingMessage): Promise<boolean> {
    if (this.#waiting.isOver(message)) {
      await this.#settle(message, { status: 'failed', failure: 'message-expired' })
      return true
    }
    // Whoever gets it would take it for a message of somebody else.
    if (message.account !== null && message.account !== this.#owner.account()) {
      await this.#settle(message, { status: 'failed', failure: 'wrong-account' })
      return true
    }
    const isNext = (): boolean => this.#connection === connection && this.#ahead[0] === message
    const chat = await this.#world.store.chats.reach(this.#owner.instance, message.chat)
    const options = this.#owner.options()
    const typing = this.#failures.of === message.id ? null : typingOf(message, options)
    await this.#pacing.turn({ gap: options.sendGap, typing }, isNext, (as) => {
      // A courtesy: where it cannot be shown, the message goes out all the same.
      connection.perform('presence.show', { chat, presence: as }).catch(() => undefined)
    })
    if (!isNext()) return true
    const outcome = await this.#send(connection, message, chat)
    if (outcome === 'unknown') return false
    await this.#settle(message, outcome)
    return true
  }

  async #send(connection: Connection, message: OutgoingMessage, chat: ChatId): Promise<Outcome | 'unknown'> {
    const { id } = message
    this.#unsettled.set(id, message)
    this.#taken.add(id)
    this.#pacing.left()
    try {
      await this.#departure.send(connection, { ...message, chat })
      return { status: 'server-ack' }
    } catch (error) {
      const outcome = this.#afterFailure(connection, id, codeOf(error))
      if (outcome === 'unknown') this.#taken.delete(id)
      return outcome
    }
  }

  #afterFailure(connection: Connection, id: MessageId, failure: ErrorCode): Outcome | 'unknown' {
    const until = failure === 'instance-restricted' ? this.#owner.restrictedUntil() : null
    const pause = until === null ? 0 : until.getTime() - this.#world.clock.now().getTime()
    if (pause > 0) {
      this.#rest('account', pause)
      return 'unknown'
    }
    if (finalRefusals.has(failure)) return { status: 'failed', failure }
    // A connection that is gone says nothing of the message.
    if (failure === 'not-linked' || this.#connection !== connection) return 'unknown'
    this.#failures = { of: id, count: this.#failures.of === id ? this.#failures.count + 1 : 1 }
    return this.#failures.count < mostAttempts ? 'unknown' : { status: 'failed', failure }
  }

  #rest(of: Connection | 'account', delay: number): void {
    this.#resting = of
    this.#world.clock.after(delay, () => {
      if (this.#resting !== of) return
      this.#resting = undefined
      if (this.#connection) this.drain(this.#connection)
    })
  }

  /** Records it while the next one is on its way, once the one before is recorded. */
  async #settle(message: OutgoingMessage, outcome: Outcome): Promise<void> {
    this.#ahead = this.#ahead.filter((one) => one !== message)
    if (outcome.status === 'server-ack') this.#owner.sent(message)
    await this.#settled()
    this.#settling = this.#record(message, outcome)
    // Told where it is waited for, which is before anything else is recorded or looked up.
    this.#settling.catch(() => undefined)
  }

  /** Rejects once when it could not be recorded: the message is then sent once more, as the same. */
  async #settled(): Promise<void> {
    const settling = this.#settling
    this.#settling = Promise.resolve()
    await settling
  }

  async #record(message: OutgoingMessage, outcome: Outcome): Promise<void> {
    const { id } = message
    const failure = outcome.status === 'failed' ? outcome.failure : null
    const at = this.#world.clock.now()
    const sent = failure === null ? sentEvents(message, at) : []
    try {
      await this.#owner.commit({
        at,
        events: [...sent, statusEvent(message, outcome.status, failure)],
        statuses: [{ id, status: outcome.status, failure }],
      })
      this.#unsettled.delete(id)
    } finally {
      this.#taken.delete(id)
    }
  }

  /** Takes those out that are asked for, the oldest first, up to the first of which none is. */
  async #failWaiting(failure: ErrorCode, isAsked: (message: OutgoingMessage) => boolean): Promise<number> {
    const work = this.#emptying.then(async () => {
      this.#ahead = []
      this.#pacing.interrupt()
      let total = 0
      for (;;) {
        const waiting = await this.#world.store.messages.queued(this.#owner.instance, batch)
        const out = waiting.filter((message) => !this.#taken.has(message.id) && isAsked(message))
        if (out.length === 0) return total
        total += await this.#fail(out, failure)
      }
    })
    this.#emptying = work.catch(() => undefined)
    return work
  }

  async #fail(messages: readonly OutgoingMessage[], failure: ErrorCode): Promise<number> {
    const events = await this.#owner.commit({
      at: this.#world.clock.now(),
      events: messages.map((message) => statusEvent(message, 'failed', failure)),
      statuses: messages.map(({ id }) => ({ id, status: 'failed', failure })),
    })
    for (const { id } of messages) this.#unsettled.delete(id)
    return events.length
  }

  async #expire(): Promise<OutgoingMessage | undefined> {
    try {
      await this.#failWaiting('message-expired', (message) => this.#waiting.isOver(message))
      const [oldest] = await this.#world.store.messages.queued(this.#owner.instance, 1)
      return oldest
    } catch (error) {
      this.#world.log.error({ instance: this.#owner.instance, error: codeOf(error) }, 'old messages still wait')
      return undefined
    }
  }
}

function codeOf(error: unknown): ErrorCode {
  return error instanceof GatewayError ? error.code : 'internal-error'
}
