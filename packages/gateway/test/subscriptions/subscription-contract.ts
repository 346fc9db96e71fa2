import { randomUUID } from 'node:crypto'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { EventId, SubscriptionId, WorkspaceId } from '#gateway/core/ids.js'
import type { Instance, InstanceRef } from '#gateway/core/instances/instance.js'
import type { Store } from '#gateway/core/ports/store.js'
import type { NewDeadLetter, NewSubscriptionRecord } from '#gateway/core/ports/subscription-store.js'
import { startOfLog } from '#gateway/core/subscriptions/subscription.js'
import { newInstance, noon, ownedInstance, stateEvent } from '../store/sample.js'
import { rejects, type Opened } from '../store/store-contract.js'

const day = 86_400_000
const later = (ms: number): Date => new Date(noon.getTime() + ms)

export function newSubscription(
  workspace: WorkspaceId,
  more: Partial<NewSubscriptionRecord> = {},
): NewSubscriptionRecord {
  return {
    id: randomUUID() as string as SubscriptionId,
    workspace,
    instance: null,
    network: null,
    format: 'native',
    url: 'https://shop.example/hook?token=s3cret',
    kinds: null,
    managedBy: null,
    secrets: [{ secret: 'whsec_one', until: null }],
    createdAt: noon,
    from: 'now',
    ...more,
  }
}

async function happened(store: Store, ref: InstanceRef, events: number): Promise<void> {
  await store.instances.commit(ref, { at: noon, events: Array.from({ length: events }, stateEvent) })
}

async function moved(store: Store, subscription: number, { serial }: Instance, seq: number): Promise<void> {
  const cursor = { ...startOfLog, seq }
  await store.subscriptions.recordProgress({
    cursors: [{ subscription, instance: serial, cursor }],
    replays: [],
    health: [],
  })
}

function letterOf(subscription: number, instance: Instance, more: Partial<NewDeadLetter> = {}): NewDeadLetter {
  return {
    subscription,
    instance: instance.serial,
    seq: 2,
    through: 2,
    event: 'ev_1' as EventId,
    kind: 'instance.state',
    reason: 'refused',
    lastError: 'The endpoint answered 422.',
    attempts: 4,
    parkedAt: noon,
    ...more,
  }
}

/** What every store promises of subscriptions, whatever database is behind it. */
export function subscriptionContract(name: string, open: () => Promise<Opened>): void {
  const opened = async (): Promise<Opened> => {
    const database = await open()
    onTestFinished(() => database.store.close())
    return database
  }

  describe(`${name}: subscriptions`, () => {
    test('are found with everything they were made with, and listed by number', async () => {
      const database = await opened()
      const { store } = database
      const { instance } = await ownedInstance(store)
      const { workspace } = instance
      const wish = newSubscription(workspace, {
        instance: instance.id,
        network: 'sandbox',
        kinds: ['message.received'],
        secrets: [
          { secret: 'whsec_two', until: null },
          { secret: 'whsec_one', until: later(day) },
        ],
      })
      const made = await store.subscriptions.add(wish)
      const { secrets, from: _, ...subscription } = wish
      expect(made).toEqual({
        subscription: { ...subscription, number: made.subscription.number, state: 'active', failingSince: null },
        secrets,
      })
      const other = await store.subscriptions.add(newSubscription(workspace))
      const again = await database.reopen()
      onTestFinished(() => again.store.close())
      const { subscriptions } = again.store
      expect(await subscriptions.find(workspace, wish.id)).toEqual(made)
      expect(await subscriptions.record(wish.id)).toEqual(made)
      expect(await subscriptions.list(workspace, { limit: 10 })).toEqual([made.subscription, other.subscription])
      expect(await subscriptions.list(workspace, { limit: 1, after: made.subscription.number })).toEqual([
        other.subscription,
      ])
      expect(await subscriptions.list(workspace, { limit: 10, network: 'sandbox' })).toEqual([made.subscription])
      expect(await subscriptions.all()).toEqual({ records: [made, other], unreadable: [] })
    })

    test('of another workspace are not there', async () => {
      const { store } = await opened()
      const [{ instance }, { instance: foreign }] = [await ownedInstance(store), await ownedInstance(store)]
      const { subscription } = await store.subscriptions.add(newSubscription(instance.workspace))
      const theirs = foreign.workspace
      expect(await store.subscriptions.find(theirs, subscription.id)).toBeUndefined()
      expect(await store.subscriptions.list(theirs, { limit: 10 })).toEqual([])
      expect(await store.subscriptions.change(theirs, subscription.id, { state: 'paused' })).toBeUndefined()
      expect(await store.subscriptions.remove(theirs, subscription.id)).toBe(false)
      await rejects(store.subscriptions.add(newSubscription(theirs, { instance: instance.id })), 'instance-not-found')
      expect(await store.subscriptions.find(instance.workspace, subscription.id)).toBeDefined()
    })

    test('a dialect keeps one for each instance, beside the fifty that a workspace has', async () => {
      const { store } = await opened()
      const { instance } = await ownedInstance(store)
      const { workspace, id } = instance
      for (let made = 0; made < 50; made++) await store.subscriptions.add(newSubscription(workspace))
      await rejects(store.subscriptions.add(newSubscription(workspace)), 'rate-limited')
      const managed = newSubscription(workspace, { instance: id, format: 'witi', managedBy: 'witi', secrets: [] })
      const { subscription } = await store.subscriptions.add(managed)
      expect(await store.subscriptions.managed(id, 'witi')).toMatchObject({ subscription })
      expect(await store.subscriptions.managed(id, 'green-api')).toBeUndefined()
      await rejects(store.subscriptions.add({ ...managed, id: 'another' as SubscriptionId }), 'storage-error')
    })

    test('begin with the next event, or with the oldest that is kept', async () => {
      const { store } = await opened()
      const { instance, ref } = await ownedInstance(store)
      await happened(store, ref, 4)
      const now = await store.subscriptions.add(newSubscription(instance.workspace))
      const start = await store.subscriptions.add(newSubscription(instance.workspace, { from: 'start' }))
      expect(await store.subscriptions.cursor(now.subscription.id, instance.id)).toEqual({ ...startOfLog, seq: 5 })
      expect(await store.subscriptions.cursor(start.subscription.id, instance.id)).toEqual(startOfLog)
      const born = await store.instances.create(newInstance(instance.workspace))
      expect(await store.subscriptions.cursor(now.subscription.id, born.id)).toEqual(startOfLog)
      expect(await store.subscriptions.behind()).toEqual(
        expect.arrayContaining([
          { subscription: start.subscription.id, instance: instance.id },
          { subscription: start.subscription.id, instance: born.id },
          { subscription: now.subscription.id, instance: born.id },
        ]),
      )
      expect(await store.subscriptions.behind(now.subscription.id)).toEqual([
        { subscription: now.subscription.id, instance: born.id },
      ])
    })

    test('cover one network, and nothing else of the workspace', async () => {
      const { store } = await opened()
      const { instance } = await ownedInstance(store)
      const real = await store.instances.create({ ...newInstance(instance.workspace), network: 'whatsapp' })
      const { subscription } = await store.subscriptions.add(
        newSubscription(instance.workspace, { network: 'whatsapp', from: 'start' }),
      )
      const streams = await store.subscriptions.streams(subscription.id, { limit: 10 })
      expect(streams.map((stream) => stream.instance)).toEqual([real.id])
      expect(await store.subscriptions.behind()).toEqual([{ subscription: subscription.id, instance: real.id }])
    })

    test('change by hand, and set going forget how they fared', async () => {
      const { store } = await opened()
      const { instance, ref } = await ownedInstance(store)
      const { workspace } = instance
      const { subscription } = await store.subscriptions.add(newSubscription(workspace))
      const { id, number } = subscription
      await happened(store, ref, 1)
      const waiting = { seq: 1, attempts: 3, refusals: 2, barren: true, nextAt: later(day), lastError: 'No.' }
      await store.subscriptions.recordProgress({
        cursors: [{ subscription: number, instance: instance.serial, cursor: waiting }],
        replays: [],
        health: [{ subscription: number, state: 'probing', failingSince: noon }],
      })
      expect(await store.subscriptions.find(workspace, id)).toMatchObject({
        subscription: { state: 'probing', failingSince: noon },
      })
      expect(await store.subscriptions.cursor(id, instance.id)).toEqual(waiting)
      const paused = await store.subscriptions.change(workspace, id, { state: 'paused', kinds: ['call'] })
      expect(paused?.subscription).toMatchObject({ state: 'paused', kinds: ['call'], failingSince: noon })
      const failed = { subscription: number, state: 'gone', failingSince: noon } as const
      await store.subscriptions.recordProgress({ cursors: [], replays: [], health: [failed] })
      expect((await store.subscriptions.record(id))?.subscription.state).toBe('paused')
      const url = 'https://other.example/'
      const secrets = [{ secret: 'whsec_new', until: null }]
      const going = await store.subscriptions.change(workspace, id, { state: 'active', url, secrets, kinds: null })
      expect(going).toEqual({ subscription: { ...subscription, url }, secrets })
      expect(await store.subscriptions.cursor(id, instance.id)).toEqual({
        ...waiting,
        attempts: 0,
        refusals: 0,
        nextAt: null,
      })
    })

    test('take what they had with them, and go with their instance', async () => {
      const { store } = await opened()
      const { instance } = await ownedInstance(store)
      const { workspace, serial } = instance
      const bound = await store.subscriptions.add(newSubscription(workspace, { instance: instance.id }))
      const { subscription } = await store.subscriptions.add(newSubscription(workspace))
      const { id, number } = subscription
      await store.subscriptions.park(letterOf(number, instance), {
        subscription: number,
        instance: serial,
        cursor: { ...startOfLog, seq: 2 },
      })
      await store.subscriptions.addReplay(id, { instance: instance.id, from: 1, to: 1 }, noon)
      await store.instances.remove(workspace, instance.id)
      expect(await store.subscriptions.record(bound.subscription.id)).toBeUndefined()
      expect(await store.subscriptions.deadLetters(id, { limit: 10 })).toEqual([])
      expect(await store.subscriptions.replays()).toEqual([])
      expect(await store.subscriptions.streams(id, { limit: 10 })).toEqual([])
      // What still was under way when it went is left out.
      await moved(store, number, instance, 7)
      await store.subscriptions.park(letterOf(number, instance), {
        subscription: number,
        instance: serial,
        cursor: startOfLog,
      })
      expect(await store.subscriptions.remove(workspace, id)).toBe(true)
      expect(await store.subscriptions.remove(workspace, id)).toBe(false)
      await moved(store, number, instance, 7)
    })
  })

  describe(`${name}: progress of deliveries`, () => {
    test('only moves forward', async () => {
      const database = await opened()
      const { store } = database
      const { instance, ref } = await ownedInstance(store)
      await happened(store, ref, 9)
      const { subscription } = await store.subscriptions.add(newSubscription(instance.workspace, { from: 'start' }))
      await moved(store, subscription.number, instance, 8)
      await moved(store, subscription.number, instance, 3)
      const again = await database.reopen()
      onTestFinished(() => again.store.close())
      expect((await again.store.subscriptions.cursor(subscription.id, instance.id)).seq).toBe(8)
      expect(await again.store.subscriptions.figures(noon)).toMatchObject({ waiting: 2, failing: 0 })
    })

    test('is shown for each instance, with what waits there', async () => {
      const { store } = await opened()
      const { instance, ref } = await ownedInstance(store)
      const { workspace } = instance
      const quiet = await store.instances.create(newInstance(workspace))
      const stuck = await store.instances.create(newInstance(workspace))
      const { subscription } = await store.subscriptions.add(newSubscription(workspace))
      const { id, number } = subscription
      await happened(store, ref, 3)
      await happened(store, { id: stuck.id, epoch: 1 }, 2)
      const cursor = { ...startOfLog, seq: 1, attempts: 2, nextAt: later(day), lastError: 'The endpoint answered 500.' }
      await store.subscriptions.park(letterOf(number, stuck, { seq: 1, through: 1 }), {
        subscription: number,
        instance: stuck.serial,
        cursor,
      })
      const none = { parked: 0, replays: 0 }
      const all = [
        { ...startOfLog, ...none, instance: instance.id, serial: instance.serial, seq: 1, behind: 3 },
        { ...startOfLog, ...none, instance: quiet.id, serial: quiet.serial, seq: 1, behind: 0 },
        { ...cursor, ...none, instance: stuck.id, serial: stuck.serial, behind: 2, parked: 1 },
      ]
      expect(await store.subscriptions.streams(id, { limit: 10 })).toEqual(all)
      expect(await store.subscriptions.streams(id, { limit: 1, after: instance.serial })).toEqual([all[1]])
      for (const [at, state] of (['behind', 'caught-up', 'retrying'] as const).entries())
        expect(await store.subscriptions.streams(id, { limit: 10, states: [state] })).toEqual([all[at]])
      expect(await store.subscriptions.figures(noon)).toEqual({
        states: new Map([['active', 1]]),
        failing: 0,
        waiting: 5,
      })
    })

    test('endpoints that have failed for long are counted', async () => {
      const { store } = await opened()
      const { instance } = await ownedInstance(store)
      const { subscription } = await store.subscriptions.add(newSubscription(instance.workspace))
      await store.subscriptions.add(newSubscription(instance.workspace))
      const health = [{ subscription: subscription.number, state: 'active', failingSince: noon } as const]
      await store.subscriptions.recordProgress({ cursors: [], replays: [], health })
      expect((await store.subscriptions.figures(later(1))).failing).toBe(1)
      expect((await store.subscriptions.figures(noon)).failing).toBe(0)
    })

    test('tells from where on the log is still needed', async () => {
      const { store } = await opened()
      const { instance, ref } = await ownedInstance(store)
      const { workspace, id } = instance
      expect(await store.subscriptions.neededFrom(id)).toBeNull()
      await happened(store, ref, 9)
      const fast = await store.subscriptions.add(newSubscription(workspace))
      expect(await store.subscriptions.neededFrom(id)).toBe(11)
      const slow = await store.subscriptions.add(newSubscription(workspace, { from: 'start', instance: id }))
      await moved(store, slow.subscription.number, instance, 6)
      await store.subscriptions.add(newSubscription(workspace, { from: 'start', network: 'whatsapp' }))
      expect(await store.subscriptions.neededFrom(id)).toBe(7)
      const at = { subscription: fast.subscription.number, instance: instance.serial }
      const cursor = { ...startOfLog, seq: 10 }
      await store.subscriptions.park(letterOf(at.subscription, instance, { seq: 5, through: 5 }), { ...at, cursor })
      const deleted = { seq: 1, through: 2, event: null, kind: null, reason: 'deleted' } as const
      await store.subscriptions.park(letterOf(at.subscription, instance, deleted), { ...at, cursor })
      expect(await store.subscriptions.neededFrom(id)).toBe(5)
      await store.subscriptions.addReplay(slow.subscription.id, { instance: id, from: 3, to: 4 }, noon)
      expect(await store.subscriptions.neededFrom(id)).toBe(3)
    })
  })

  describe(`${name}: dead letters`, () => {
    test('are kept for a month, and neighbours without an attempt of their own are one', async () => {
      const { store } = await opened()
      const { instance } = await ownedInstance(store)
      const { subscription } = await store.subscriptions.add(newSubscription(instance.workspace))
      const { id, number } = subscription
      const at = { subscription: number, instance: instance.serial }
      const park = (more: Partial<NewDeadLetter>) =>
        store.subscriptions.park(letterOf(number, instance, more), {
          ...at,
          cursor: { ...startOfLog, seq: more.through ?? 2 },
        })
      await park({})
      const range = { event: null, kind: null, reason: 'expired', attempts: 0, lastError: null } as const
      await park({ ...range, seq: 3, through: 9 })
      await park({ ...range, seq: 10, through: 12, parkedAt: later(day) })
      await park({ ...range, seq: 14, through: 14 })
      const letters = await store.subscriptions.deadLetters(id, { limit: 10 })
      expect(letters.map(({ seq, through, reason, attempts }) => [seq, through, reason, attempts])).toEqual([
        [2, 2, 'refused', 4],
        [3, 12, 'expired', 0],
        [14, 14, 'expired', 0],
      ])
      expect(letters[0]).toEqual({
        number: letters[0]?.number,
        instance: instance.id,
        seq: 2,
        through: 2,
        event: 'ev_1',
        kind: 'instance.state',
        reason: 'refused',
        lastError: 'The endpoint answered 422.',
        attempts: 4,
        parkedAt: noon,
      })
      expect(await store.subscriptions.cursor(id, instance.id)).toEqual({ ...startOfLog, seq: 14 })
      const after = letters[0]?.number ?? 0
      expect(await store.subscriptions.deadLetters(id, { limit: 1, after })).toEqual([letters[1]])
      await park({ seq: 20, through: 20, parkedAt: later(30.5 * day) })
      const left = await store.subscriptions.deadLetters(id, { limit: 10 })
      expect(left.map(({ seq }) => seq)).toEqual([3, 20])
    })

    test('go out again, except those whose events are gone', async () => {
      const { store } = await opened()
      const { instance } = await ownedInstance(store)
      const { subscription } = await store.subscriptions.add(newSubscription(instance.workspace))
      const { id, number } = subscription
      const passing = { subscription: number, instance: instance.serial, cursor: { ...startOfLog, seq: 9 } }
      expect(await store.subscriptions.replayDeadLetters(id, noon)).toBe(0)
      await store.subscriptions.park(letterOf(number, instance, { seq: 7, through: 7 }), passing)
      await store.subscriptions.park(letterOf(number, instance, { seq: 4, through: 6, reason: 'expired' }), passing)
      await store.subscriptions.park(letterOf(number, instance, { seq: 1, through: 3, reason: 'deleted' }), passing)
      expect(await store.subscriptions.replayDeadLetters(id, noon)).toBe(2)
      const replays = await store.subscriptions.replays(id)
      expect(replays.map(({ cursor, through, requestedAt }) => [cursor.seq, through, requestedAt])).toEqual([
        [3, 6, noon],
        [6, 7, noon],
      ])
      expect(await store.subscriptions.deadLetters(id, { limit: 10 })).toMatchObject([{ reason: 'deleted' }])
    })
  })

  describe(`${name}: replays`, () => {
    test('move on by themselves, and are gone when they are done', async () => {
      const { store } = await opened()
      const { instance } = await ownedInstance(store)
      const { subscription } = await store.subscriptions.add(newSubscription(instance.workspace))
      const { id } = subscription
      await store.subscriptions.addReplay(id, { instance: instance.id, from: 2, to: 8 }, noon)
      const [replay] = await store.subscriptions.replays(id)
      expect(replay).toMatchObject({ subscription: id, instance: instance.id, through: 8, cursor: { seq: 1 } })
      const move = { replay: replay?.number ?? 0, cursor: { ...startOfLog, seq: 5, attempts: 1, nextAt: later(1) } }
      await store.subscriptions.recordProgress({ cursors: [], replays: [move], health: [] })
      expect(await store.subscriptions.replays()).toMatchObject([{ cursor: move.cursor, through: 8 }])
      const done = { replay: move.replay, cursor: null }
      await store.subscriptions.recordProgress({ cursors: [], replays: [done], health: [] })
      expect(await store.subscriptions.replays()).toEqual([])
    })

    test('are a hundred at a time', async () => {
      const { store } = await opened()
      const { instance } = await ownedInstance(store)
      const { subscription } = await store.subscriptions.add(newSubscription(instance.workspace))
      const stretch = { instance: instance.id, from: 1, to: 1 }
      for (let made = 0; made < 100; made++) await store.subscriptions.addReplay(subscription.id, stretch, noon)
      await rejects(store.subscriptions.addReplay(subscription.id, stretch, noon), 'rate-limited')
      await rejects(store.subscriptions.addReplay('nobody' as SubscriptionId, stretch, noon), 'subscription-not-found')
    })
  })
}
