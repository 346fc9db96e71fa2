import { expect, test } from 'vitest'
import { readConfig } from '#gateway/app/config.js'
import { usualRetention } from '#gateway/core/events/retention.js'
import { range, startStreamWorld, type Source, type StreamWorld } from './world.js'

const [minute, hour, day] = [60_000, 3_600_000, 86_400_000]

/** Lets hours pass until the log of the instance begins with this `seq`. */
async function oldest({ store, clock }: StreamWorld, { id }: Source, seq: number): Promise<void> {
  await expect
    .poll(async () => {
      clock.advance(hour)
      return (await store.events.read(id, { after: 0, limit: 1 }))[0]?.seq
    })
    .toBe(seq)
}

/** A log of which only the newest five are left, and how far it goes. */
async function cutLog(): Promise<{ world: StreamWorld; shop: Source; last: number }> {
  const world = await startStreamWorld({ retention: { days: 30, events: 5 } })
  const shop = await world.instance()
  await shop.happen(...range(1, 20).map(String))
  world.core.wake()
  const last = await shop.last()
  await oldest(world, shop, last - 4)
  return { world, shop, last }
}

test('what is too old goes once an hour, and the numbers go on', async () => {
  const world = await startStreamWorld({ retention: { days: 30, events: 1000 } })
  const [shop, quiet] = [await world.instance(), await world.instance()]
  world.core.wake()
  world.clock.advance(30 * day)
  await shop.happen('young')
  const [last, quietLast] = [await shop.last(), await quiet.last()]
  await oldest(world, shop, last)
  await oldest(world, quiet, quietLast)
  await shop.happen('next')
  expect(await shop.last()).toBe(last + 1)
  world.clock.advance(31 * day)
  await oldest(world, shop, last + 1)
})

test('a page that begins before the oldest event says what is missing, and goes on with what there is', async () => {
  const { world, shop, last } = await cutLog()
  const path = `/api/v1/instances/${shop.id}/events`
  const { body } = await world.get(`${path}?after=3&limit=2`)
  expect(body).toMatchObject({ expired: { from: 4, to: last - 5 }, next: last - 3 })
  expect((body.items as { seq: number }[]).map(({ seq }) => seq)).toEqual([last - 4, last - 3])
  expect((await world.get(`${path}?after=${last - 5}`)).body).toMatchObject({ expired: null, next: last })
  // Told at once, although there is nothing of that kind to wait for; and not told again.
  const none = await world.get(`${path}?after=3&kind=call&wait=60`)
  expect(none.body).toEqual({ items: [], next: last, expired: { from: 4, to: last - 5 } })
  expect((await world.get(`${path}?after=${last}&kind=call`)).body).toEqual({ items: [], next: null, expired: null })
})

test('a page of a rare kind moves on past what it looked at', async () => {
  const world = await startStreamWorld()
  const shop = await world.instance()
  await shop.happen('one', 'two')
  const { body } = await world.get(`/api/v1/instances/${shop.id}/events?kind=call`)
  expect(body).toEqual({ items: [], next: await shop.last(), expired: null })
})

test('Server-Sent Events say it once, in an event that is none of the log', async () => {
  const { world, shop, last } = await cutLog()
  const path = `/api/v1/instances/${shop.id}/events/stream`
  const reader = await world.sse(path, { 'last-event-id': '3' })
  const told = await reader.next()
  expect(told).toEqual({
    id: String(last - 5),
    event: 'expired',
    data: { instance: shop.id, from: 4, to: last - 5 },
  })
  expect(await reader.next()).toMatchObject({ id: String(last - 4), event: 'message' })
  reader.leave()
  const again = await world.sse(path, { 'last-event-id': told?.id ?? '' })
  expect(await again.next()).toMatchObject({ id: String(last - 4), event: 'message' })
})

test('the WebSocket says it once, before what is left', async () => {
  const { world, shop, last } = await cutLog()
  const client = await world.connect()
  await client.follow({ follow: [{ instance: shop.id, after: 3 }] })
  await client.upTo(shop.id, last)
  expect(client.told('expired')).toEqual([{ instance: shop.id, from: 4, to: last - 5 }])
  expect(client.frames.findIndex(({ expired }) => expired)).toBeLessThan(client.frames.findIndex(({ event }) => event))
  expect(client.seqs()).toEqual(range(last - 4, last))
  await shop.happen('more')
  await client.upTo(shop.id, last + 1)
  expect(client.told('expired')).toHaveLength(1)
})

test('a store that fails to delete is tried again, and keeps nobody from closing', async () => {
  const world = await startStreamWorld({ retention: { days: 30, events: 1 } })
  const shop = await world.instance()
  const { expiry } = world.store
  const sweep = expiry.sweep.bind(expiry)
  Object.assign(expiry, { sweep: () => Promise.reject(new Error('disk')) })
  world.core.wake()
  world.clock.advance(minute)
  await expect.poll(() => world.log.filter((line) => line.includes('deleting old events failed'))).toHaveLength(1)
  Object.assign(expiry, { sweep })
  await expect
    .poll(async () => {
      world.clock.advance(hour)
      return (await world.store.events.read(shop.id, { after: 0, limit: 10 })).length
    })
    .toBe(1)
  await world.core.close()
})

test('how long is a setting, and one that makes no sense is refused by name', () => {
  expect(readConfig({}).eventRetention).toEqual(usualRetention)
  const set = readConfig({ GANGWAY_EVENT_RETENTION_DAYS: '7', GANGWAY_EVENT_RETENTION_COUNT: '5000' })
  expect(set.eventRetention).toEqual({ days: 7, events: 5000 })
  for (const name of ['GANGWAY_EVENT_RETENTION_DAYS', 'GANGWAY_EVENT_RETENTION_COUNT'])
    for (const text of ['0', '-1', '1.5', 'a week', '99999999999999999999'])
      expect(() => readConfig({ [name]: text }), text).toThrow(name)
})
