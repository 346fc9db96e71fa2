import { chatAddress } from '../chats/chat-address.js'
import { Reading } from '../chats/reading.js'
import { withResolutions } from '../chats/resolutions.js'
import { afterClose, type AfterClose } from '../connection/after-close.js'
import { backOff } from '../connection/back-off.js'
import type { CloseReason } from '../connection/close-reason.js'
import type { ConnectionGate } from '../connection/connection-gate.js'
import { Line } from '../connection/line.js'
import { GatewayError, type ErrorCode } from '../errors/gateway-error.js'
import type { EventBody, GatewayEvent } from '../events/event.js'
import type { EventFeed } from '../events/event-feed.js'
import { AttemptDesk, isOfMethod, stepEvents } from '../linking/attempt-desk.js'
import type { LinkAttempt } from '../linking/link-attempt.js'
import { linkFailure } from '../linking/link-failure.js'
import type { LinkMethod, LinkSnapshot, LinkStep } from '../linking/link-step.js'
import { qrCode } from '../linking/qr-image.js'
import type { FileResolver } from '../messages/file-resolver.js'
import { isAct } from '../messages/act.js'
import { Outbox } from '../messages/outbox.js'
import type { Clock } from '../ports/clock.js'
import type { EngineActName, EngineActs } from '../ports/engine-acts.js'
import type { Engine, EngineReport, Intent, ProtocolStep, Traffic } from '../ports/engine.js'
import type { Log } from '../ports/log.js'
import type { ClaimedInstance, InstanceStep, Store } from '../ports/store.js'
import { Goodbye } from './goodbye.js'
import type { Account, Instance, InstanceRef, InstanceState, StateReason } from './instance.js'

/** What only adds to the log; the other reports call for a decision. */
type LogReport = EngineReport & { readonly kind: 'received' | 'message-status' }

/** What every actor shares. */
export interface ActorWorld {
  readonly store: Store
  readonly feed: EventFeed
  readonly clock: Clock
  readonly log: Log
  /** From 0 (inclusive) to 1 (exclusive). */
  readonly random: () => number
  readonly engine: (network: Instance['network']) => Engine
  readonly gate: (network: Instance['network']) => ConnectionGate
  readonly files: Pick<FileResolver, 'path'>
}

/** After an eviction by somebody else, a second one within this long is not a coincidence. */
const replacedMemory = 600_000
const replacedPause = 60_000
/** A ban whose end WhatsApp did not name is looked at again after a day. */
const unknownBan = 86_400_000
/** `activeAt` orders reconnections; it need not be written for every message. */
const activityGrain = 60_000

/**
 * One instance as this process owns it: its connection, its link attempt and its outgoing queue. Requests and reports of
 * the engine are taken one at a time, so each decision sees the outcome of the one before.
 */
export class InstanceActor {
  readonly #world: ActorWorld
  readonly #ref: InstanceRef
  readonly #outbox: Outbox
  readonly #reading: Reading
  readonly #line: Line
  readonly #goodbye: Goodbye
  readonly #attempts: AttemptDesk
  #record: Instance
  #hasIdentity: boolean
  #hasLoggedIn: boolean
  #failures = 0
  #replacedAt: number | undefined
  #queue: Promise<unknown> = Promise.resolve()

  constructor(world: ActorWorld, claimed: ClaimedInstance) {
    this.#world = world
    this.#record = claimed.instance
    this.#ref = { id: claimed.instance.id, epoch: claimed.epoch }
    this.#hasIdentity = claimed.hasIdentity
    this.#hasLoggedIn = claimed.instance.state !== 'starting'
    this.#goodbye = new Goodbye(world.clock)
    this.#attempts = new AttemptDesk(world.clock, (attempt) => {
      this.#later(() => this.#abandon(attempt))
    })
    this.#line = new Line(
      { ...world, instance: this.#ref, network: claimed.instance.network },
      {
        accept: ({ report, ...step }, isCurrent) => {
          // True whichever connection brought it, so it counts even after that one was given up. These do not wait for
          // each other: the store keeps the order of one strand, and many of them share one sync.
          if (report.kind === 'received' || report.kind === 'message-status') {
            return this.#commitLog(this.#receivedStep(report, step))
          }
          return this.#inTurn(async () => this.#accept(report, step.credentials, isCurrent()))
        },
        halted: () => {
          this.#later(() => this.#closed({ kind: 'client-outdated' }))
        },
      },
    )
    this.#reading = new Reading(world.store, this.#ref.id, (name, wish) => this.perform(name, wish))
    this.#outbox = new Outbox(world, {
      instance: this.#ref.id,
      account: () => this.#record.account?.phone ?? null,
      options: () => this.#record.options,
      restrictedUntil: () => this.#record.restrictedUntil,
      commit: (step) => this.#inTurn(async () => this.#commit(step)),
      sent: ({ chat, content }) => {
        if (this.#record.options.markRead === 'on-reply' && !isAct(content)) this.#reading.later(chat)
      },
    })
  }

  get record(): Instance {
    return this.#record
  }

  get attempt(): LinkAttempt | undefined {
    return this.#attempts.last
  }

  /** Records what no longer holds since the process before this one ended. */
  async takeOver(): Promise<void> {
    const { state, desired, account } = this.#record
    await this.#outbox.recall()
    if (this.#hasIdentity) {
      if (state === 'linked' && desired === 'linked') await this.#move('reconnecting', 'gateway-started')
    } else if (account !== null) {
      // Linked once, and what it was linked with is gone: that is damage, not a logout.
      await this.#move('storage-error', 'credentials-unreadable')
    } else if (['opening', 'awaiting-link', 'starting'].includes(state)) {
      await this.#move('unlinked', 'link-interrupted')
    }
  }

  /** Reconnects, or finishes a logout that the process before this one was asked for. */
  wake(): void {
    if (!this.#hasIdentity) return
    const { state, desired, restrictedUntil } = this.#record
    if (desired === 'unlinked') {
      if (state !== 'banned') this.#open({ kind: 'logout' })
    } else if (desired === 'linked') {
      const banned = restrictedUntil ? restrictedUntil.getTime() - this.#world.clock.now().getTime() : 0
      if (state === 'restricted' && banned > 0) this.#retryAfter(banned)
      else this.#open({ kind: 'resume' })
    }
  }

  /** Starts an attempt, or joins the one alive if it is of the same kind. */
  async link(how: LinkMethod): Promise<LinkAttempt> {
    await this.#goodbye.said()
    return this.#inTurn(async () => {
      if (this.#record.state === 'storage-error') throw storedIdentityUnreadable()
      if (this.#hasIdentity && this.#record.desired !== 'unlinked') {
        throw new GatewayError('already-linked', 'This instance is linked already.', {
          hint: 'Log it out first to link another account.',
        })
      }
      if (this.#hasIdentity) {
        throw new GatewayError('instance-busy', 'The last account is still being logged out.', {
          hint: 'Try again in a few seconds.',
        })
      }
      const { alive } = this.#attempts
      if (alive) {
        if (isOfMethod(alive, how)) return alive
        await this.#endAttempt('link-cancelled')
      }
      const attempt = this.#attempts.begin(this.#ref.id, how)
      // The socket opens while the state is being written: nobody waits for the disk to see a QR.
      this.#open({ kind: 'link', how })
      await this.#move('opening', 'link-requested', stepEvents(attempt, 'opening'))
      return attempt
    })
  }

  /** The attempt as a reader sees it, keeping it alive, or what became of it since; undefined when there is nothing to say. */
  snapshot(): LinkSnapshot | undefined {
    return this.#attempts.snapshot(this.#record, this.#hasLoggedIn)
  }

  async cancelLink(): Promise<void> {
    await this.#inTurn(async () => {
      if (this.#attempts.alive && this.#record.state !== 'starting') await this.#endAttempt('link-cancelled')
    })
  }

  async pause(): Promise<void> {
    await this.#inTurn(async () => {
      this.#requireIdentity()
      if (this.#record.state === 'storage-error') throw storedIdentityUnreadable()
      this.#hangUp()
      await this.#move('paused', 'pause-requested', [], { desired: 'paused' })
    })
  }

  async resume(): Promise<void> {
    await this.#inTurn(async () => {
      this.#requireIdentity()
      if (this.#line.connection !== undefined && this.#record.state === 'linked') return
      this.#failures = 0
      this.#replacedAt = undefined
      this.#hangUp()
      await this.#move('reconnecting', 'resume-requested', [], { desired: 'linked', restrictedUntil: null })
      this.#open({ kind: 'resume' }, true)
    })
  }

  /** A new socket for a linked instance; nothing for one that is not, or that is paused. */
  async restart(): Promise<void> {
    await this.#inTurn(async () => {
      if (!this.#hasIdentity || this.#record.desired !== 'linked') return
      this.#failures = 0
      this.#hangUp()
      await this.#move('reconnecting', 'restarting')
      this.#open({ kind: 'resume' }, true)
    })
  }

  /** Bytes over the socket that is open now. */
  async traffic(): Promise<Traffic> {
    const nothing = { sentBytes: 0, receivedBytes: 0 }
    return (await this.#line.connection?.traffic().catch(() => nothing)) ?? nothing
  }

  /** Durable from the first commit: a crash, or WhatsApp being away, only delays the goodbye. */
  async logout(): Promise<void> {
    await this.#inTurn(async () => {
      if (this.#attempts.alive) await this.#endAttempt('link-cancelled')
      const unreadable = this.#record.state === 'storage-error'
      if (!this.#hasIdentity && !unreadable) return
      const retire = unreadable && this.#hasIdentity
      this.#hangUp()
      await this.#move('unlinked', 'logout-requested', [], {
        desired: 'unlinked',
        account: null,
        ...(retire ? { credentials: [{ kind: 'retire' } as const] } : {}),
      })
      if (unreadable) {
        this.#hasIdentity = false
        return
      }
      this.#open({ kind: 'logout' }, true)
      this.#goodbye.expect()
    })
    await this.#goodbye.said()
  }

  /** Asks WhatsApp, or does something there. Rejects with `not-linked` while there is no connection that can. */
  async perform<Name extends EngineActName>(
    name: Name,
    wish: EngineActs[Name]['wish'],
  ): Promise<EngineActs[Name]['result']> {
    const { connection } = this.#line
    if (connection && this.#record.state === 'linked') return connection.perform(name, wish)
    throw new GatewayError('not-linked', 'This instance is not connected to its account.', {
      hint: this.#record.account === null ? 'Link it first.' : 'Try again when it is linked.',
    })
  }

  /** Marks a chat as read, up to this event or as a whole. Rejects as `perform` does. */
  async read(chat: string, through?: number): Promise<void> {
    await this.#reading.read(chat, through)
  }

  /** Records what was done through this API. */
  async tell(events: readonly EventBody[]): Promise<void> {
    await this.#inTurn(async () => this.#commit({ at: this.#world.clock.now(), events }))
  }

  /** Takes everything that waits out of the outgoing queue. Answers how many. */
  async clearQueue(): Promise<number> {
    return this.#outbox.clear()
  }

  /** After an edit by its owner. */
  refresh(record: Instance): void {
    if (record.options.showOnline !== this.#record.options.showOnline) this.#showPresence(record.options.showOnline)
    this.#record = { ...this.#record, name: record.name, phone: record.phone, options: record.options }
  }

  /** There is something new to send. */
  kick(): void {
    this.#outbox.added()
    this.#drain()
  }

  #drain(): void {
    const { connection } = this.#line
    if (connection && this.#record.state === 'linked') this.#outbox.drain(connection)
  }

  /** Ends everything of this process for the instance, leaving what is stored as it is. */
  async close(): Promise<void> {
    this.#outbox.close()
    await this.#line.end()
    await this.#queue
  }

  /** One job at a time, in the order of asking. */
  #inTurn<T>(job: () => Promise<T>): Promise<T> {
    const result = this.#queue.then(job)
    this.#queue = result.catch(() => undefined)
    return result
  }

  /** The same for a job that nobody waits for. A store that cannot commit has said so itself; here it is only noted. */
  #later(job: () => Promise<void>): void {
    this.#inTurn(job).catch((error: unknown) => {
      const code = error instanceof GatewayError ? error.code : 'internal-error'
      this.#world.log.error({ instance: this.#ref.id, code }, 'a change of state was not recorded')
    })
  }

  #open(intent: Intent, urgent = intent.kind === 'link'): void {
    this.#outbox.stop()
    this.#line.open(intent, urgent)
  }

  #hangUp(): void {
    this.#outbox.stop()
    this.#line.hangUp()
  }

  async #accept(
    report: Exclude<EngineReport, LogReport>,
    credentials: ProtocolStep['credentials'],
    isCurrent: boolean,
  ): Promise<void> {
    if (!isCurrent) {
      if (report.kind === 'closed') return
      throw new GatewayError('stale-owner', 'this connection was given up')
    }
    this.#line.settled()
    switch (report.kind) {
      case 'qr':
        return this.#show({ kind: 'scan', qr: qrCode(report.text), expiresAt: report.expiresAt }, 'qr-shown')
      case 'code':
        return this.#show({ kind: 'type-code', code: report.code, expiresAt: report.expiresAt }, 'code-shown')
      case 'paired':
        return this.#paired(report.account, credentials)
      case 'connected':
        return this.#connected(report.account, credentials)
      case 'closed':
        return this.#closed(report.reason)
    }
  }

  async #show(step: LinkStep & { kind: 'scan' | 'type-code' }, reason: StateReason): Promise<void> {
    const attempt = this.#attempts.alive
    if (!attempt) return
    const again = attempt.step.kind === step.kind
    attempt.show(step)
    if (!again) await this.#move('awaiting-link', reason, stepEvents(attempt, step.kind))
  }

  /** The phone has accepted this device. Committed before the engine answers the pairing, so neither side is ever half linked. */
  async #paired(account: Account, credentials: ProtocolStep['credentials']): Promise<void> {
    const attempt = this.#attempts.last
    const { phone } = this.#record
    const wrong = phone !== null && phone !== account.phone
    this.#hasLoggedIn = false
    if (wrong) {
      // The pairing is completed and then undone: only a device that WhatsApp knows can be logged out of the account.
      await this.#move('unlinked', 'wrong-account', stepEvents(attempt, 'failed', 'wrong-account'), {
        desired: 'unlinked',
        account: null,
        credentials,
      })
      this.#goodbye.expect()
    } else {
      await this.#move('starting', 'scanned', stepEvents(attempt, 'starting'), {
        desired: 'linked',
        account,
        activeAt: this.#world.clock.now(),
        credentials,
      })
    }
    this.#hasIdentity = true
    attempt?.show(wrong ? { kind: 'failed', error: linkFailure('wrong-account') } : { kind: 'starting' })
  }

  async #connected(account: Account, credentials: ProtocolStep['credentials']): Promise<void> {
    this.#failures = 0
    this.#hasLoggedIn = true
    const attempt = this.#attempts.alive
    await this.#move('linked', 'connected', stepEvents(attempt, 'linked'), {
      account,
      restrictedUntil: null,
      credentials,
    })
    attempt?.show({ kind: 'linked', phone: account.phone })
    if (this.#record.options.showOnline) this.#showPresence(true)
    this.#drain()
  }

  /** A wish that WhatsApp may be deaf to; the next connection tells it anew. */
  #showPresence(online: boolean): void {
    this.perform('presence.set', { presence: online ? 'available' : 'unavailable' }).catch(() => undefined)
  }

  async #closed(reason: CloseReason): Promise<void> {
    const { clock, log } = this.#world
    const replacedBefore = this.#replacedAt !== undefined && clock.monotonic() - this.#replacedAt < replacedMemory
    if (reason.kind === 'replaced') this.#replacedAt = clock.monotonic()
    const decision = afterClose(reason, {
      desired: this.#record.desired,
      hasIdentity: this.#hasIdentity,
      hasLoggedIn: this.#hasLoggedIn,
      replacedBefore,
    })
    this.#hangUp()
    log[decision.do === 'reconnect' ? 'info' : 'warn'](
      { instance: this.#ref.id, reason: reason.kind, decision: decision.do },
      'connection to WhatsApp closed',
    )
    await this.#decide(decision)
  }

  async #decide(decision: AfterClose): Promise<void> {
    const { clock, random, gate, log } = this.#world
    switch (decision.do) {
      case 'nothing':
        return
      case 'fail-link':
        return this.#endAttempt(decision.error)
      case 'reconnect': {
        const delay = { none: 0, minute: replacedPause * (1 + random()), 'back-off': backOff(this.#failures, random()) }
        if (decision.delay !== 'none') this.#failures++
        this.#retryAfter(delay[decision.delay])
        if (this.#record.desired === 'linked' && this.#hasLoggedIn) await this.#move('reconnecting', decision.reason)
        return
      }
      case 'wait': {
        const until = decision.until ?? new Date(clock.now().getTime() + unknownBan)
        this.#retryAfter(until.getTime() - clock.now().getTime())
        return this.#move(decision.state, decision.reason, [], { restrictedUntil: until })
      }
      case 'stop':
        return this.#stop(decision)
      case 'halt-network':
        gate(this.#record.network).halt()
        log.error({ network: this.#record.network }, 'WhatsApp refuses this version of the client: update Gangway')
        if (this.#hasIdentity) return this.#move(this.#record.state, 'client-outdated')
        return this.#endAttempt('client-outdated')
    }
  }

  async #stop(decision: AfterClose & { do: 'stop' }): Promise<void> {
    const attempt = this.#attempts.alive
    const error: ErrorCode = decision.state === 'storage-error' ? 'storage-error' : 'link-interrupted'
    const goodbyeOnly = this.#record.state === 'unlinked' && decision.retire
    await this.#move(
      decision.state,
      goodbyeOnly ? this.#record.reason : decision.reason,
      stepEvents(attempt, 'failed', error),
      {
        desired: decision.desired,
        ...(decision.retire ? { account: null, credentials: [{ kind: 'retire' }] } : {}),
      },
    )
    if (decision.retire) this.#hasIdentity = false
    attempt?.show({ kind: 'failed', error: linkFailure(error) })
    this.#goodbye.done()
  }

  #retryAfter(delay: number): void {
    this.#line.openLater(delay, () => ({ kind: this.#record.desired === 'unlinked' ? 'logout' : 'resume' }))
  }

  async #abandon(attempt: LinkAttempt): Promise<void> {
    if (attempt === this.#attempts.alive) await this.#endAttempt('link-abandoned')
  }

  async #endAttempt(code: ErrorCode): Promise<void> {
    const attempt = this.#attempts.last
    this.#hangUp()
    try {
      await this.#move('unlinked', code, stepEvents(attempt, 'failed', code))
    } finally {
      attempt?.show({ kind: 'failed', error: linkFailure(code) })
    }
  }

  #receivedStep(report: LogReport, more: Omit<ProtocolStep, 'report'>): InstanceStep {
    const at = this.#world.clock.now()
    const step = { ...more, at }
    if (report.kind === 'received') {
      const stale = at.getTime() - this.#record.activeAt.getTime() > activityGrain
      return { ...step, events: withResolutions(report.events), ...(stale ? { changes: { activeAt: at } } : {}) }
    }
    const { chat, id, status, participant } = report
    return {
      ...step,
      events: [
        ...this.#outbox.sentEvents(id, at),
        { kind: 'message.status', data: { ...chatAddress(chat), id, status, failure: null, participant } },
      ],
      statuses: [{ id, status, failure: null, participant }],
    }
  }

  /** Commits a change of state with everything that belongs to it; an unchanged state makes no event. */
  async #move(
    state: InstanceState,
    reason: StateReason,
    events: readonly EventBody[] = [],
    more: Omit<NonNullable<InstanceStep['changes']>, 'state' | 'reason'> & Pick<InstanceStep, 'credentials'> = {},
  ): Promise<void> {
    const { credentials = [], ...changes } = more
    const previous = this.#record.state
    const moved = state !== previous || reason !== this.#record.reason
    await this.#commit({
      at: this.#world.clock.now(),
      changes: { ...changes, ...(moved ? { state, reason } : {}) },
      credentials,
      events: [...(moved ? [{ kind: 'instance.state', data: { state, previous, reason } } as const] : []), ...events],
    })
  }

  async #commit(step: InstanceStep): Promise<readonly GatewayEvent[]> {
    const { instance, events } = await this.#world.store.instances.commit(this.#ref, step)
    this.#record = instance
    if (events.length > 0) this.#world.feed.announce(this.#ref.id, events)
    return events
  }

  /**
   * Changes of state are committed meanwhile, and the answer to this may come after the one to a later of them: taken
   * whole, the record would fall back to the state before.
   */
  async #commitLog(step: InstanceStep): Promise<void> {
    const { instance, events } = await this.#world.store.instances.commit(this.#ref, step)
    this.#record = { ...this.#record, activeAt: instance.activeAt }
    if (events.length === 0) return
    this.#world.feed.announce(this.#ref.id, events)
    if (this.#record.options.markRead === 'on-arrival') this.#reading.arrived(events)
  }

  #requireIdentity(): void {
    if (!this.#hasIdentity || this.#record.desired === 'unlinked') {
      throw new GatewayError('not-linked', 'This instance is not linked to an account.', { hint: 'Link it first.' })
    }
  }
}

function storedIdentityUnreadable(): GatewayError {
  return new GatewayError('storage-error', 'The stored identity of this instance cannot be read.', {
    hint: 'Restore the data folder and its secret key, or log the instance out to give the identity up.',
  })
}
