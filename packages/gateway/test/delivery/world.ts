import { expect, onTestFinished } from 'vitest'
import type { Caller } from '#gateway/core/access/access.js'
import { createCore, type Core } from '#gateway/core/create-gateway.js'
import type { EventBody, GatewayEvent } from '#gateway/core/events/event.js'
import type { InstanceId, SubscriptionId } from '#gateway/core/ids.js'
import type { Network } from '#gateway/core/instances/instance.js'
import type { Clock } from '#gateway/core/ports/clock.js'
import type { EventFormat } from '#gateway/core/ports/event-format.js'
import type { Outbound, OutboundReply, OutboundRequest } from '#gateway/core/ports/outbound.js'
import type { NewSubscription } from '#gateway/core/subscriptions/subscriptions.js'
import { deliveriesOver } from '#gateway/delivery/deliveries.js'
import type { DeliveryObserver } from '#gateway/delivery/observer.js'
import { nativeEvents } from '#gateway/dialects/native/event-format.js'
import { ManualClock } from '../manual-clock.js'
import { openSqlite, type SqliteOpened } from '../store/sqlite-folder.js'

export const hour = 3_600_000
export const day = 24 * hour

export interface LogLine {
  readonly level: 'debug' | 'info' | 'warn' | 'error'
  readonly fields: Record<string, unknown>
  readonly message: string
}

export interface World<Time extends Clock> {
  readonly core: Core
  readonly database: SqliteOpened
  readonly caller: Caller
  readonly clock: Time
  readonly log: readonly LogLine[]
  readonly observed: { readonly outcomes: string[]; readonly waits: number[]; readonly parked: string[] }
  readonly instance: (network?: Network) => Promise<InstanceId>
  /** Commits so many events and announces them, as the actor of an instance does. */
  readonly happened: (instance: InstanceId, count?: number, body?: EventBody) => Promise<GatewayEvent[]>
  /** A subscription to a URL; its id and secret. */
  readonly subscribe: (
    url: string,
    more?: Partial<NewSubscription>,
  ) => Promise<{ readonly id: SubscriptionId; readonly secret: string }>
  /** Ends this process's part without a farewell, as a crash does, and begins again over the same database. */
  readonly crash: () => Promise<World<Time>>
  readonly restart: () => Promise<World<Time>>
}

export interface WorldOptions<Time extends Clock> {
  readonly clock: Time
  readonly outbound: Outbound
  readonly formats?: readonly EventFormat[]
  readonly random?: () => number
}

/** The real core with its real store and real deliveries; what leaves it goes to `outbound`. */
export async function startWorld<Time extends Clock>(
  options: WorldOptions<Time>,
  over?: { readonly database: SqliteOpened; readonly epoch: number },
): Promise<World<Time>> {
  const { clock, outbound, formats = [nativeEvents], random = () => 0.5 } = options
  const database = over?.database ?? (await openSqlite())
  const log: LogLine[] = []
  const note = (level: LogLine['level']) => (fields: object, message: string) => {
    log.push({ level, fields: { ...fields }, message })
  }
  const observed = { outcomes: [] as string[], waits: [] as number[], parked: [] as string[] }
  const observer: DeliveryObserver = {
    attempted: (_format, outcome) => observed.outcomes.push(outcome),
    waited: (ms) => observed.waits.push(ms),
    parked: (_format, reason) => observed.parked.push(reason),
  }
  const core = createCore({
    store: database.store,
    engine: () => {
      throw new Error('nothing is linked here')
    },
    clock,
    log: { debug: note('debug'), info: note('info'), warn: note('warn'), error: note('error') },
    random,
    publicUrl: 'http://gateway.test',
    formats,
    courier: deliveriesOver(outbound, observer),
  })
  let ended = false
  const end = async (): Promise<void> => {
    if (ended) return
    ended = true
    await core.close()
    await database.store.close()
  }
  onTestFinished(end)
  const workspace = await database.store.access.ensureWorkspace('shop')
  const caller: Caller = { workspace, scopes: ['admin'], network: null }
  await core.claim()
  core.wake()
  const epoch = over?.epoch ?? 1
  const again = async (reopened: SqliteOpened) => startWorld(options, { database: reopened, epoch: epoch + 1 })
  return {
    core,
    database,
    caller,
    clock,
    log,
    observed,
    async instance(network = 'sandbox') {
      return (await core.gateway.instances.create(caller, { name: 'shop', network })).instance.id
    },
    async happened(instance, count = 1, body = stateEvent) {
      const at = clock.now()
      const events = Array.from({ length: count }, () => body)
      // An instance made before a restart was claimed once more since.
      const commit = (ofEpoch: number) =>
        database.store.instances.commit({ id: instance, epoch: ofEpoch }, { at, events })
      const committed = await commit(epoch).catch(() => commit(1))
      core.feed.announce(instance, committed.events)
      return committed.events
    },
    async subscribe(url, more = {}) {
      const { subscription, secret } = await core.gateway.subscriptions.create(caller, { url, ...more })
      return { id: subscription.id, secret: secret ?? '' }
    },
    async crash() {
      // Whatever is not on disk by now never will be.
      ended = true
      await database.store.close()
      await core.close().catch(() => undefined)
      return again(await database.reopen())
    },
    async restart() {
      ended = true
      await core.close()
      return again(await database.reopen())
    },
  }
}

const stateEvent: EventBody = {
  kind: 'instance.state',
  data: { state: 'linked', previous: 'reconnecting', reason: 'connected' },
}

/** What an endpoint saw of one delivery. */
export interface Seen {
  readonly url: string
  readonly seq: number
  readonly id: string
  readonly instance: string
  readonly timestamp: number
  readonly request: OutboundRequest
}

export interface FakeEndpoints extends Outbound {
  readonly seen: Seen[]
  /** Under way now. */
  readonly open: () => number
  /** What is answered; a status, what the network does, or a promise that a test settles. */
  answer: (seen: Seen) => number | OutboundReply | Promise<OutboundReply>
}

export function answered(status: number, retryAfter?: string): OutboundReply {
  return { kind: 'answered', status, headers: { retryAfter }, body: new Uint8Array(), complete: true, ms: 1 }
}

export const down: OutboundReply = { kind: 'unreachable', why: 'refused' }

/** The network, in memory. */
export function fakeEndpoints(): FakeEndpoints {
  const seen: Seen[] = []
  let open = 0
  return {
    seen,
    open: () => open,
    answer: () => 204,
    checkUrl: (url) => new URL(url),
    get: () => Promise.reject(new Error('nothing is fetched here')),
    async post(request) {
      const { seq, instance } = JSON.parse(String(request.body)) as { seq: number; instance: string }
      const { headers, url, signal } = request
      const timestamp = Number(headers['webhook-timestamp'])
      const one = { url, seq, id: headers['webhook-id'] ?? '', instance, timestamp, request }
      seen.push(one)
      open++
      let cancel = (): void => undefined
      try {
        const answer = this.answer(one)
        if (typeof answer === 'number') return answered(answer)
        if (!(answer instanceof Promise)) return answer
        const cancelled = new Promise<OutboundReply>((resolve) => {
          cancel = () => {
            resolve({ kind: 'unreachable', why: 'cancelled' })
          }
          signal?.addEventListener('abort', cancel)
        })
        return await Promise.race([answer, cancelled])
      } finally {
        open--
        signal?.removeEventListener('abort', cancel)
      }
    },
    close: async () => undefined,
  }
}

/** Everything that is not waiting for the clock has had its turn, the writer of the store included. */
export async function settled({ database }: { readonly database: SqliteOpened }): Promise<void> {
  await turns()
  await database.store.check()
  await turns()
}

async function turns(): Promise<void> {
  for (let turn = 0; turn < 10; turn++) await new Promise((resolve) => setImmediate(resolve))
}

/** Lets time go by in steps, and whatever falls due in each of them happen. */
export async function pass(world: World<ManualClock>, ms: number, step = hour): Promise<void> {
  for (let left = ms; left > 0; left -= step) {
    world.clock.advance(Math.min(left, step))
    await settled(world)
  }
}

/** A world whose time the test owns, and whose endpoints are in memory. */
export async function manualWorld(more: Partial<WorldOptions<ManualClock>> = {}) {
  const endpoints = fakeEndpoints()
  const clock = new ManualClock()
  // A year after 1970, so that there is room before it.
  clock.advance(365 * day)
  return around(await startWorld({ clock, outbound: endpoints, ...more }), endpoints)
}

function around(started: World<ManualClock>, endpoints: FakeEndpoints) {
  const { caller, core, crash, restart } = started
  const { subscriptions } = core.gateway
  return {
    ...started,
    endpoints,
    subscriptions,
    /** What an endpoint was sent, by a part of its URL. */
    seqs: (part = '') => endpoints.seen.filter(({ url }) => url.includes(part)).map(({ seq }) => seq),
    pass: (ms: number, step?: number) => pass(started, ms, step),
    settled: () => settled(started),
    letters: (id: SubscriptionId) => subscriptions.deadLetters(caller, id, { limit: 100 }),
    stored: (id: SubscriptionId) => subscriptions.get(caller, id),
    crash: async () => around(await crash(), endpoints),
    restart: async () => around(await restart(), endpoints),
  }
}

export const until = (condition: () => boolean): Promise<void> =>
  expect.poll(condition, { interval: 5, timeout: 20_000 }).toBe(true)

export const counted = (from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index)

/** A promise that the test settles. */
export function gate<Value>(): { readonly promise: Promise<Value>; readonly open: (value: Value) => void } {
  let open: (value: Value) => void = () => undefined
  const promise = new Promise<Value>((resolve) => {
    open = resolve
  })
  return { promise, open }
}
