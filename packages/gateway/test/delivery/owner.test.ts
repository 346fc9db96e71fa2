import { describe, expect, test } from 'vitest'
import type { EventFormat } from '#gateway/core/ports/event-format.js'
import type { OutboundReply } from '#gateway/core/ports/outbound.js'
import type { ReplayWish } from '#gateway/core/subscriptions/subscriptions.js'
import { rejects } from '../store/store-contract.js'
import { answered, counted, day, down, gate, hour, manualWorld, settled as quiet, startWorld, until } from './world.js'

const shop = 'https://shop.example/hook'

describe('what its owner does', () => {
  test('410 stops a subscription until it is set going, and nothing is lost', async () => {
    const { happened, instance, subscribe, endpoints, log, stored, seqs, caller, subscriptions, pass } =
      await manualWorld()
    const id = await instance()
    const { id: subscription } = await subscribe(shop)
    endpoints.answer = () => 410
    await happened(id, 3)
    await pass(2 * day)
    expect(seqs()).toEqual([2])
    expect((await stored(subscription)).state).toBe('gone')
    expect(log.filter(({ level }) => level === 'warn')).toHaveLength(1)
    endpoints.answer = () => 204
    await subscriptions.edit(caller, subscription, { state: 'active' })
    await until(() => endpoints.seen.length === 4)
    expect(seqs()).toEqual([2, 2, 3, 4])
    expect(await stored(subscription)).toMatchObject({ state: 'active', failingSince: null })
  })

  test('a paused one sends nothing, also after a restart, and goes on where it was', async () => {
    let world = await manualWorld()
    const id = await world.instance()
    const { id: subscription } = await world.subscribe(shop)
    await world.happened(id)
    await until(() => world.endpoints.seen.length === 1)
    await world.subscriptions.edit(world.caller, subscription, { state: 'paused' })
    await world.happened(id, 2)
    world = await world.restart()
    await world.happened(id, 2)
    await world.pass(day)
    expect(world.seqs()).toEqual([2])
    await world.subscriptions.edit(world.caller, subscription, { state: 'active' })
    await until(() => world.endpoints.seen.length === 5)
    expect(world.seqs()).toEqual([2, 3, 4, 5, 6])
  })

  test('another URL gets what the one before did not take, at once', async () => {
    const { happened, instance, subscribe, endpoints, seqs, caller, subscriptions, pass } = await manualWorld()
    const id = await instance()
    const { id: subscription } = await subscribe('https://old.example/')
    endpoints.answer = ({ url }) => (url.includes('old') ? down : 204)
    await happened(id, 3)
    await pass(20 * hour)
    await subscriptions.edit(caller, subscription, { url: 'https://new.example/' })
    await until(() => seqs('new').length === 3)
    expect(seqs('new')).toEqual([2, 3, 4])
  })

  test('what the old URL still says is not the word of the new one', async () => {
    const { happened, instance, subscribe, endpoints, seqs, caller, subscriptions, stored, settled } =
      await manualWorld()
    const id = await instance()
    const { id: subscription } = await subscribe('https://old.example/')
    const late = gate<OutboundReply>()
    endpoints.answer = ({ url }) => (url.includes('old') ? late.promise : 204)
    await happened(id)
    await until(() => endpoints.open() === 1)
    await subscriptions.edit(caller, subscription, { url: 'https://new.example/' })
    late.open(answered(410))
    await until(() => seqs('new').length === 1)
    await settled()
    expect((await stored(subscription)).state).toBe('active')
  })

  test('one that is removed is sent nothing more, whatever was under way', async () => {
    const { happened, instance, subscribe, endpoints, caller, subscriptions, clock, settled } = await manualWorld()
    const id = await instance()
    const { id: subscription } = await subscribe(shop)
    endpoints.answer = () => gate<OutboundReply>().promise
    await happened(id, 3)
    await until(() => endpoints.open() === 1)
    await subscriptions.remove(caller, subscription)
    expect(endpoints.open()).toBe(0)
    await happened(id)
    clock.advance(day)
    await settled()
    expect(endpoints.seen).toHaveLength(1)
    await rejects(subscriptions.get(caller, subscription), 'subscription-not-found')
  })

  test('another filter counts from the next request on', async () => {
    const { happened, instance, subscribe, endpoints, caller, subscriptions, seqs, settled } = await manualWorld()
    const id = await instance()
    const { id: subscription } = await subscribe(shop)
    const first = gate<OutboundReply>()
    endpoints.answer = ({ seq }) => (seq === 2 ? first.promise : 204)
    await happened(id, 3)
    await until(() => endpoints.open() === 1)
    await subscriptions.edit(caller, subscription, { kinds: ['call'] })
    first.open(answered(204))
    await settled()
    expect(seqs()).toEqual([2])
    await subscriptions.edit(caller, subscription, { kinds: null })
    await happened(id)
    await until(() => endpoints.seen.length === 2)
    expect(seqs()).toEqual([2, 5])
  })

  test('one that was probed, set going and fails on is probed once more, and found when it is back', async () => {
    const { happened, instance, subscribe, endpoints, caller, subscriptions, stored, seqs, pass, settled } =
      await manualWorld()
    const ids = [await instance(), await instance()]
    const { id: subscription } = await subscribe(shop)
    endpoints.answer = () => down
    for (const id of ids) await happened(id)
    await pass(6 * day)
    const twoMore = async () => {
      // The first of these is a probe, the second has to wait for the next one.
      await instance()
      await instance()
      await settled()
    }
    await twoMore()
    await subscriptions.edit(caller, subscription, { state: 'active' })
    expect(await stored(subscription)).toMatchObject({ state: 'active', failingSince: null })
    await pass(6 * day)
    expect((await stored(subscription)).state).toBe('probing')
    await twoMore()
    endpoints.answer = () => 204
    endpoints.seen.length = 0
    await pass(1.3 * hour, hour / 10)
    expect(seqs().sort((one, other) => one - other)).toEqual([1, 1, 1, 1, 2, 2])
  })

  test('one that is changed while its next event is refused for the last time does not send that again', async () => {
    const { happened, instance, subscribe, endpoints, caller, subscriptions, seqs, pass, settled, letters } =
      await manualWorld()
    const id = await instance()
    const { id: subscription } = await subscribe(shop)
    const last = gate<OutboundReply>()
    endpoints.answer = ({ seq }) => {
      if (seq !== 2) return 204
      return endpoints.seen.length === 4 ? last.promise : 422
    }
    await happened(id, 2)
    await pass(hour, 60_000)
    expect(endpoints.open()).toBe(1)
    await subscriptions.edit(caller, subscription, { kinds: ['instance.state'] })
    last.open(answered(422))
    await until(() => seqs().at(-1) === 3)
    await settled()
    expect(seqs()).toEqual([2, 2, 2, 2, 3])
    expect(await letters(subscription)).toHaveLength(1)
  })

  test('one whose format nobody writes any more waits', async () => {
    const { happened, instance, subscribe, endpoints, core, database, clock, log, pass } = await manualWorld()
    const id = await instance()
    await subscribe(shop)
    endpoints.answer = () => down
    await happened(id, 2)
    await until(() => endpoints.seen.length === 1)
    await pass(1000, 500)
    expect(log.filter(({ level }) => level === 'error')).toEqual([])
    await core.close()
    const bare = await startWorld(
      { clock, outbound: endpoints, formats: [] },
      { database: await database.reopen(), epoch: 2 },
    )
    await bare.happened(id)
    clock.advance(day)
    await quiet(bare)
    expect(endpoints.seen).toHaveLength(1)
    expect(bare.log.filter(({ level }) => level === 'error')).toHaveLength(1)
    endpoints.answer = () => 204
    await bare.core.close()
    await startWorld({ clock, outbound: endpoints }, { database: await bare.database.reopen(), epoch: 3 })
    await until(() => endpoints.seen.length === 4)
    expect(endpoints.seen.map(({ seq }) => seq)).toEqual([2, 2, 3, 4])
  })

  test('an instance that is removed takes its deliveries with it', async () => {
    const { happened, instance, subscribe, endpoints, caller, core, clock, settled, log, subscriptions } =
      await manualWorld()
    const [id, other] = [await instance(), await instance()]
    await subscribe(shop)
    const { id: bound } = await subscribe('https://bound.example/', { instance: id })
    endpoints.answer = ({ instance: of }) => (of === id ? down : 204)
    await happened(id, 3)
    await until(() => endpoints.seen.length === 2)
    await core.gateway.instances.remove(caller, id)
    clock.advance(day)
    await happened(other)
    await until(() => endpoints.seen.length === 3)
    await settled()
    expect(endpoints.seen).toHaveLength(3)
    expect(log.filter(({ level }) => level === 'error')).toEqual([])
    await rejects(subscriptions.get(caller, bound), 'subscription-not-found')
  })
})

describe('replays', () => {
  async function delivered(count: number) {
    const world = await manualWorld()
    const id = await world.instance()
    const { id: subscription } = await world.subscribe(shop)
    await world.happened(id, count)
    await until(() => world.endpoints.seen.length === count)
    const ids = world.endpoints.seen.map(({ id: webhook }) => webhook)
    await world.pass(100, 50)
    world.endpoints.seen.length = 0
    const replay = (wish: ReplayWish) => world.subscriptions.replay(world.caller, subscription, wish)
    return { ...world, id, subscription, ids, replay }
  }

  test('send again what is asked for, under the same ids and in order', async () => {
    const { endpoints, id, ids, replay, seqs, database, pass } = await delivered(6)
    await replay({ instance: id, from: 3, to: 3 })
    await until(() => endpoints.seen.length === 1)
    expect(endpoints.seen[0]).toMatchObject({ seq: 3, id: ids[1] })
    await replay({ instance: id, from: 4, to: 1000 })
    await until(() => endpoints.seen.length === 5)
    expect(seqs()).toEqual([3, 4, 5, 6, 7])
    expect(endpoints.seen.map((one) => one.id)).toEqual([ids[1], ...ids.slice(2)])
    await pass(100, 50)
    expect(await database.store.subscriptions.replays()).toEqual([])
  })

  test('let new events go first', async () => {
    const { endpoints, id, replay, seqs, happened } = await delivered(30)
    const first = gate<OutboundReply>()
    endpoints.answer = ({ seq }) => (seq === 2 ? first.promise : 204)
    await replay({ instance: id, from: 2, to: 31 })
    await until(() => endpoints.open() === 1)
    await happened(id, 3)
    first.open(answered(204))
    await until(() => endpoints.seen.length === 33)
    expect(seqs()).toEqual([2, 32, 33, 34, ...counted(3, 31)])
  })

  test('survive a restart, and go on where they were', async () => {
    const { endpoints, id, replay, crash, settled } = await delivered(6)
    const stuck = gate<OutboundReply>()
    endpoints.answer = ({ seq }) => (seq === 5 ? stuck.promise : 204)
    await replay({ instance: id, from: 2, to: 7 })
    await until(() => endpoints.open() === 1)
    await settled()
    endpoints.seen.length = 0
    const again = await crash()
    endpoints.answer = () => 204
    await until(() => again.seqs().at(-1) === 7)
    const [first = 0] = again.seqs()
    expect(first).toBeLessThanOrEqual(5)
    expect(again.seqs()).toEqual(counted(first, 7))
  })

  test('bring back what was given up, and end as dead letters once more if it is refused again', async () => {
    const { endpoints, id, subscription, replay, letters, seqs, happened, pass } = await delivered(1)
    endpoints.answer = ({ seq }) => (seq === 3 ? 400 : 204)
    await happened(id, 3)
    await pass(hour, 60_000)
    expect(await letters(subscription)).toMatchObject([{ seq: 3, reason: 'refused' }])
    endpoints.seen.length = 0
    expect(await replay({ deadLetters: true })).toEqual({ replays: 1 })
    expect(await letters(subscription)).toEqual([])
    await happened(id)
    await pass(hour, 60_000)
    expect(seqs()).toEqual([3, 6, 3, 3, 3])
    expect(await letters(subscription)).toMatchObject([{ seq: 3, reason: 'refused' }])
    endpoints.answer = () => 204
    await replay({ deadLetters: true })
    await until(() => endpoints.seen.length === 6)
    expect(await letters(subscription)).toEqual([])
  })

  test('are not held up by a new event that is refused', async () => {
    const { endpoints, id, replay, seqs, happened } = await delivered(3)
    endpoints.answer = ({ seq }) => (seq === 5 ? 400 : 204)
    await happened(id)
    await until(() => endpoints.seen.length === 1)
    await replay({ instance: id, from: 2, to: 4 })
    await until(() => endpoints.seen.length === 4)
    expect(seqs()).toEqual([5, 2, 3, 4])
  })

  test('of what is not there are refused', async () => {
    const { id, replay, instance, subscription, subscriptions, caller } = await delivered(1)
    await rejects(replay({ instance: id, from: 3, to: 9 }), 'event-not-found')
    await rejects(replay({ deadLetters: true }), 'event-not-found')
    const real = await instance('whatsapp')
    const { subscription: bound } = await subscriptions.create(caller, { url: shop, instance: id })
    await rejects(subscriptions.replay(caller, bound.id, { instance: real, from: 1, to: 1 }), 'instance-not-found')
    await subscriptions.remove(caller, subscription)
    await rejects(replay({ instance: id, from: 2, to: 2 }), 'subscription-not-found')
  })
})

describe('what the network and the store do', () => {
  test('F22: Retry-After is waited for', async () => {
    const { happened, instance, subscribe, endpoints, pass, seqs } = await manualWorld()
    const id = await instance()
    await subscribe(shop)
    endpoints.answer = () => answered(429, '7200')
    await happened(id)
    await until(() => endpoints.seen.length === 1)
    await pass(7_100_000, 100_000)
    expect(seqs()).toEqual([2])
    await pass(100_000)
    expect(seqs()).toEqual([2, 2])
  })

  test('F22: an invalid certificate is told by its name, and so is whatever else keeps an endpoint from being reached', async () => {
    const { happened, instance, subscribe, endpoints, pass, subscriptions, caller } = await manualWorld()
    const id = await instance()
    const { id: subscription } = await subscribe(shop)
    endpoints.answer = () => ({ kind: 'unreachable', why: 'certificate-expired' })
    await happened(id)
    await pass(1000, 500)
    expect(await subscriptions.streams(caller, subscription, { limit: 1 })).toMatchObject([
      { attempts: 1, behind: 1, lastError: "The endpoint's certificate has expired or is not valid yet." },
    ])
    // Whether an address exists that the gateway may not reach is nobody's business.
    const texts = []
    for (const why of ['dns', 'not-allowed', 'no-route', 'refused'] as const) {
      endpoints.answer = () => ({ kind: 'unreachable', why })
      texts.push((await subscriptions.test(caller, subscription)).error)
    }
    expect(new Set(texts)).toEqual(new Set(['The endpoint could not be reached.']))
  })

  test('having no room is not the endpoint’s fault', async () => {
    const { happened, instance, subscribe, endpoints, pass, observed, stored } = await manualWorld()
    const id = await instance()
    const { id: subscription } = await subscribe(shop)
    let crowded = true
    endpoints.answer = () => (crowded ? { kind: 'unreachable', why: 'overloaded' } : 204)
    await happened(id)
    await until(() => endpoints.seen.length === 1)
    crowded = false
    await pass(2000, 500)
    expect(endpoints.seen).toHaveLength(2)
    expect(observed.outcomes).toEqual(['accepted'])
    expect((await stored(subscription)).failingSince).toBeNull()
  })

  test('events that were deleted before their turn are a visible gap', async () => {
    const { happened, instance, subscribe, endpoints, database, letters, seqs, pass } = await manualWorld()
    const id = await instance()
    const { id: subscription } = await subscribe(shop)
    endpoints.answer = () => down
    await happened(id, 9)
    await pass(hour)
    database.edit((file) => {
      file.exec('delete from events where seq < 8')
    })
    endpoints.answer = () => 204
    endpoints.seen.length = 0
    await pass(6 * hour)
    expect(seqs()).toEqual([8, 9, 10])
    expect(await letters(subscription)).toMatchObject([
      { seq: 2, through: 7, reason: 'deleted', event: null, kind: null },
    ])
  })

  test('trouble of the store is waited out, and told once', async () => {
    const { happened, instance, subscribe, database, seqs, pass, log } = await manualWorld()
    const id = await instance()
    await subscribe(shop)
    database.edit((file) => {
      file.exec('alter table cursors rename to lost')
    })
    await happened(id, 3)
    await pass(20_000, 1000)
    expect(seqs()).toEqual([])
    const errors = log.filter(({ level }) => level === 'error').length
    expect(errors).toBeGreaterThan(0)
    expect(errors).toBeLessThan(8)
    database.edit((file) => {
      file.exec('alter table lost rename to cursors')
    })
    await pass(6000, 1000)
    await until(() => seqs().length === 3)
    expect(seqs()).toEqual([2, 3, 4])
  })
})

describe('a vendor’s own way', () => {
  /** Bundles up to three, and has nothing to say about every fifth event. */
  const bundler: EventFormat = {
    name: 'witi',
    rules: { timeout: 180_000, retryEvery: 60_000, horizon: day, accepts: (status) => status === 200 },
    encode(events, { subscription, settings }) {
      if ((events[0]?.seq ?? 0) % 5 === 0) return null
      const told = events.slice(0, 3)
      const { at = '' } = (settings ?? {}) as { at?: string }
      return {
        count: told.length,
        url: `${subscription.url ?? ''}${at}`,
        contentType: 'text/plain',
        body: JSON.stringify({ seq: told.at(-1)?.seq, instance: told[0]?.instance }),
        headers: {},
      }
    },
  }

  test('events are bundled, passed over in silence, and sent where the settings say', async () => {
    const { happened, instance, subscribe, endpoints, core, caller, stored } = await manualWorld({
      formats: [bundler],
    })
    const id = await instance()
    const { id: subscription } = await subscribe(shop, { format: 'witi' })
    const first = gate<OutboundReply>()
    endpoints.answer = ({ seq }) => (seq === 4 ? first.promise : answered(200))
    await happened(id, 12)
    await until(() => endpoints.open() === 1)
    await core.gateway.settings.write(caller, id, 'witi', { at: '?wid=1' })
    first.open(answered(200))
    await until(() => endpoints.seen.length === 4)
    expect(endpoints.seen.map(({ seq, url }) => [seq, url])).toEqual([
      [4, shop],
      [8, `${shop}?wid=1`],
      [11, `${shop}?wid=1`],
      [13, `${shop}?wid=1`],
    ])
    expect(endpoints.seen[0]?.request).toMatchObject({ timeout: 180_000, lane: subscription })
    expect((await stored(subscription)).failingSince).toBeNull()
  })

  test('it is tried again every minute, for a day, and then dropped', async () => {
    const { happened, instance, subscribe, endpoints, letters, pass, stored } = await manualWorld({
      formats: [bundler],
    })
    const id = await instance()
    const { id: subscription } = await subscribe(shop, { format: 'witi' })
    endpoints.answer = () => 204
    await happened(id, 3)
    await until(() => endpoints.seen.length === 1)
    await pass(600_000, 60_000)
    expect(endpoints.seen).toHaveLength(11)
    await pass(day + hour)
    expect(await letters(subscription)).toMatchObject([{ seq: 2, through: 4, reason: 'expired' }])
    endpoints.answer = () => 200
    await happened(id, 2)
    await pass(60_000, 1000)
    expect(endpoints.seen.at(-1)?.seq).toBe(6)
    await pass(1000, 100)
    expect((await stored(subscription)).failingSince).toBeNull()
  })
})
