import { describe, expect, onTestFinished, test } from 'vitest'
import { chatAddress } from '#gateway/core/chats/chat-address.js'
import type { EventBody, GatewayEvent } from '#gateway/core/events/event.js'
import type { InstanceId, SubscriptionId } from '#gateway/core/ids.js'
import type { Instance, InstanceRef } from '#gateway/core/instances/instance.js'
import type { ExpiryLimits, Store } from '#gateway/core/ports/store.js'
import { bytes, noon, ownedInstance, stateEvent } from './sample.js'
import type { Opened } from './store-contract.js'

const day = 86_400_000
const on = (days: number): Date => new Date(noon.getTime() + days * day)
const range = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, i) => from + i)
const seqs = (events: readonly GatewayEvent[]): number[] => events.map(({ seq }) => seq)
const step: EventBody = { kind: 'link.step', data: { attempt: 'a', step: 'scan', error: null } }
const said = (text: string): EventBody => ({
  kind: 'message.sent',
  data: { ...chatAddress('c'), id: 'AB', content: { kind: 'text', text }, sentAt: noon.toISOString() },
})

/** What every store promises of the log: how it is read, and how it is cut at its old end. */
export function eventLogContract(name: string, open: () => Promise<Opened>): void {
  const openStore = async (): Promise<Store> => {
    const { store } = await open()
    onTestFinished(() => store.close())
    return store
  }

  describe(`${name}: the log is read`, () => {
    test('in pages that say where to go on', async () => {
      const store = await openStore()
      const { ref } = await ownedInstance(store)
      await append(store, ref, on(0), [step, stateEvent(), step, step])
      const page = (after: number, limit: number) => store.events.page(ref.id, { after, limit, bytes: Infinity })
      const first = await page(0, 2)
      expect([seqs(first.events), first.upTo, first.last, first.expired]).toEqual([[1, 2], 2, 5, null])
      const rest = await page(first.upTo, 10)
      expect([seqs(rest.events), rest.upTo, rest.last]).toEqual([[3, 4, 5], 5, 5])
      expect(await page(5, 10)).toEqual({ events: [], upTo: 5, last: 5, expired: null })
      expect(await page(9, 10)).toEqual({ events: [], upTo: 9, last: 5, expired: null })
      const nowhere = await store.events.page('nobody' as InstanceId, { after: 3, limit: 1, bytes: 1 })
      expect(nowhere).toEqual({ events: [], upTo: 3, last: 0, expired: null })
    })

    test('by kinds, however rare, and says that it looked at the rest', async () => {
      const store = await openStore()
      const { ref } = await ownedInstance(store)
      for (let i = 0; i < 20; i++)
        await append(store, ref, on(0), [...Array.from({ length: 50 }, () => step), said('x')])
      const page = (after: number, limit: number, kinds: EventBody['kind'][]) =>
        store.events.page(ref.id, { after, limit, kinds, bytes: Infinity })
      const rare = await page(0, 15, ['message.sent'])
      expect(seqs(rare.events)).toEqual(range(1, 15).map((n) => 1 + n * 51))
      expect(rare.upTo).toBe(1 + 15 * 51)
      const rest = await page(rare.upTo, 15, ['message.sent'])
      expect([seqs(rest.events).length, rest.upTo]).toEqual([5, 1021])
      expect(await page(0, 15, ['call'])).toEqual({ events: [], upTo: 1021, last: 1021, expired: null })
      const both = await page(50, 4, ['message.sent', 'link.step', 'instance.state'])
      expect(seqs(both.events)).toEqual([51, 52, 53, 54])
      const most = await page(0, 1000, ['link.step'])
      expect(most.events).toHaveLength(1000)
      expect(seqs(most.events)).toEqual([...seqs(most.events)].sort((one, other) => one - other))
    })

    test('no further than an answer should be large, but never stands still', async () => {
      const store = await openStore()
      const { ref } = await ownedInstance(store)
      await append(
        store,
        ref,
        on(0),
        Array.from({ length: 300 }, () => said('x'.repeat(10_000))),
      )
      const page = (after: number, bytes: number) => store.events.page(ref.id, { after, limit: 1000, bytes })
      const first = await page(0, 500_000)
      expect(seqs(first.events)).toEqual(range(1, first.upTo))
      expect(first.events.length).toBeGreaterThan(45)
      expect(first.events.length).toBeLessThan(51)
      // Past the rows of one query.
      expect((await page(0, 2_500_000)).events.length).toBeGreaterThan(200)
      expect(seqs((await page(7, 1)).events)).toEqual([8])
      expect((await page(0, Infinity)).events).toHaveLength(301)
    })

    test('from its new end', async () => {
      const store = await openStore()
      const { ref } = await ownedInstance(store)
      await append(store, ref, on(0), [step, stateEvent(), step, said('hello'), stateEvent()])
      const latest = async (query: Parameters<Store['events']['latest']>[1]) =>
        seqs(await store.events.latest(ref.id, query))
      expect(await latest({ kinds: ['instance.state'], limit: 10 })).toEqual([6, 3, 1])
      expect(await latest({ kinds: ['instance.state', 'message.sent'], limit: 2 })).toEqual([6, 5])
      expect(await latest({ kinds: ['instance.state', 'link.step'], limit: 3, before: 4 })).toEqual([3, 2, 1])
      expect(await latest({ kinds: [], limit: 3 })).toEqual([])
      const [newest] = await store.events.latest(ref.id, { kinds: ['message.sent'], limit: 1 })
      expect(newest?.data).toMatchObject({ content: { kind: 'text', text: 'hello' } })
    })

    test('and the ends of many are known at once', async () => {
      const store = await openStore()
      const owned = await Promise.all(range(1, 120).map(() => ownedInstance(store)))
      const [first] = owned
      if (!first) throw new Error('instances were made')
      await append(store, first.ref, on(0), [step])
      const lasts = await store.events.lasts([...owned.map(({ instance }) => instance.id), 'nobody' as InstanceId])
      expect(lasts.size).toBe(120)
      expect(lasts.get(first.instance.id)).toBe(2)
      expect(await store.events.lasts([])).toEqual(new Map())
    })
  })

  describe(`${name}: the log expires`, () => {
    /** An event a day, from day 1 on; the one of its making is of day 0. */
    const daily = async (store: Store, days: number): Promise<{ instance: Instance; ref: InstanceRef }> => {
      const owned = await ownedInstance(store)
      for (let n = 1; n <= days; n++) await append(store, owned.ref, on(n), [step])
      return owned
    }
    const left = async (store: Store, { id }: InstanceRef): Promise<number[]> =>
      seqs(await store.events.read(id, { after: 0, limit: 10_000 }))

    test('by age, from the old end only, and never in full', async () => {
      const store = await openStore()
      const [some, all, none] = [await daily(store, 9), await daily(store, 2), await daily(store, 9)]
      await append(store, none.ref, on(9), [step])
      expect(await sweep(store, { before: on(5) })).toEqual({
        events: 5 + 2 + 5,
        received: 0,
        sent: 0,
        messages: 0,
        nonces: 0,
      })
      expect(await left(store, some.ref)).toEqual(range(6, 10))
      expect(await left(store, all.ref)).toEqual([3])
      expect(await left(store, none.ref)).toEqual(range(6, 11))
      expect(await sweep(store, { before: on(5) })).toEqual({ events: 0, received: 0, sent: 0, messages: 0, nonces: 0 })
      // Numbers go on as if nothing had happened.
      expect(seqs(await append(store, all.ref, on(10), [step]))).toEqual([4])
    })

    test('by number', async () => {
      const store = await openStore()
      const [many, few] = [await daily(store, 9), await daily(store, 1)]
      expect((await sweep(store, { most: 3 })).events).toBe(7)
      expect(await left(store, many.ref)).toEqual([8, 9, 10])
      expect(await left(store, few.ref)).toEqual([1, 2])
    })

    test('in batches, over any number of instances', async () => {
      const store = await openStore()
      const owned = await Promise.all(range(1, 205).map(() => ownedInstance(store)))
      const [first, last] = [owned.at(0), owned.at(-1)]
      if (!first || !last) throw new Error('instances were made')
      for (const { ref } of [first, last])
        await append(
          store,
          ref,
          on(0),
          Array.from({ length: 1300 }, () => step),
        )
      expect((await sweep(store, { before: on(1) })).events).toBe(2600)
      expect(await left(store, first.ref)).toEqual([1301])
      expect(await left(store, last.ref)).toEqual([1301])
    })

    test('not past an event of a clock that was ahead', async () => {
      const store = await openStore()
      const { ref } = await ownedInstance(store)
      for (const time of [on(1), on(20), on(2), on(3)]) await append(store, ref, time, [step])
      await sweep(store, { before: on(5) })
      expect(await left(store, ref)).toEqual([3, 4, 5])
    })

    test('and whoever asks for what is gone is told so', async () => {
      const store = await openStore()
      const { ref } = await daily(store, 9)
      await sweep(store, { before: on(5) })
      const page = (after: number, kinds?: EventBody['kind'][]) =>
        store.events.page(ref.id, { after, limit: 2, kinds, bytes: Infinity })
      const behind = await page(2)
      expect([seqs(behind.events), behind.expired]).toEqual([[6, 7], { from: 3, to: 5 }])
      expect((await page(2, ['call'])).expired).toEqual({ from: 3, to: 5 })
      expect((await page(5)).expired).toBeNull()
    })

    test('but not before a subscription that goes on trying has had it', async () => {
      const store = await openStore()
      const { instance, ref } = await daily(store, 9)
      const none = await daily(store, 9)
      await subscribe(store, instance)
      expect((await sweep(store, { before: on(8), most: 2, neededSince: on(4) })).events).toBe(4 + 8)
      expect(await left(store, ref)).toEqual(range(5, 10))
      expect(await left(store, none.ref)).toEqual([9, 10])
      expect((await sweep(store, { most: 2, neededSince: on(30) })).events).toBe(4)
      expect(await left(store, ref)).toEqual([9, 10])
    })

    test('and so does the journal of decryption', async () => {
      const store = await openStore()
      const { ref } = await ownedInstance(store)
      await store.credentials.commit(ref, [{ kind: 'new-identity', bytes: bytes('me') }])
      const entry = (n: number) => ({
        message: bytes(`message ${n}`.padEnd(16)),
        ciphertext: bytes('cipher'.padEnd(16)),
      })
      for (let n = 0; n < 10; n++) {
        const received = { kind: 'received', outcome: 'told', bytes: bytes('hello'), ...entry(n) } as const
        await store.instances.commit(ref, { at: on(n), credentials: [received] })
      }
      expect(await sweep(store, {}, on(4))).toEqual({ events: 0, received: 4, sent: 0, messages: 0, nonces: 0 })
      expect(await store.credentials.received(ref.id, entry(3))).toBeUndefined()
      expect(await store.credentials.received(ref.id, entry(4))).toEqual(bytes('hello'))
    })

    test('no further once the store is to close', async () => {
      const store = await openStore()
      const { ref } = await daily(store, 3)
      const limits = {
        events: { before: on(3), most: 1, neededSince: on(30) },
        received: { before: on(3) },
        sent: { before: on(3) },
        messages: { before: on(3) },
        nonces: { before: on(3) },
      }
      expect(await store.expiry.sweep(limits, AbortSignal.abort())).toEqual({
        events: 0,
        received: 0,
        sent: 0,
        messages: 0,
        nonces: 0,
      })
      expect(await left(store, ref)).toEqual([1, 2, 3, 4])
    })
  })
}

async function append(
  store: Store,
  ref: InstanceRef,
  at: Date,
  events: readonly EventBody[],
): Promise<readonly GatewayEvent[]> {
  return (await store.instances.commit(ref, { at, events })).events
}

function sweep(store: Store, events: Partial<ExpiryLimits['events']>, received = on(-100)) {
  const limits = { before: on(-100), most: 1_000_000, neededSince: on(-100), ...events }
  const before = { before: received }
  const journals = { received: before, sent: before, messages: before, nonces: before }
  return store.expiry.sweep({ events: limits, ...journals }, new AbortController().signal)
}

/** One that has everything still before it. */
async function subscribe(store: Store, { workspace, id: instance }: Instance): Promise<void> {
  await store.subscriptions.add({
    id: 'sub_1' as SubscriptionId,
    workspace,
    instance,
    network: null,
    format: 'native',
    url: 'https://shop.example/hook',
    kinds: null,
    managedBy: null,
    createdAt: noon,
    secrets: [],
    from: 'start',
  })
}
