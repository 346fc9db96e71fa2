import { expect, test } from 'vitest'
import { call, range, startStreamWorld } from './world.js'

test('what was and what comes, gapless from a cursor, each event as the API answers it', async () => {
  const world = await startStreamWorld()
  const shop = await world.instance()
  await shop.happen('one', 'two')
  const first = await shop.last()
  const client = await world.connect()
  expect(await client.follow({ follow: [{ instance: shop.id, after: 1 }] })).toBe(1)
  await client.upTo(shop.id, first)
  await shop.happen('three')
  await shop.happen('four', 'five')
  await client.upTo(shop.id, first + 3)
  expect(client.seqs()).toEqual(range(2, first + 3))
  expect(client.told('caughtUp')).toEqual([{ instance: shop.id, seq: first }])
  const { body } = await world.get(`/api/v1/instances/${shop.id}/events?after=1`)
  expect(client.events()).toEqual(body.items)
})

test('several instances at once: each in its own order, whatever the others do', async () => {
  const world = await startStreamWorld()
  const shops = await Promise.all(range(1, 5).map(() => world.instance()))
  const client = await world.connect()
  await client.follow({ follow: shops.map(({ id }) => ({ instance: id, after: 0 })) })
  for (let turn = 0; turn < 40; turn++) {
    await Promise.all(shops.map((shop, at) => shop.happen(...range(0, (turn + at) % 4).map((n) => `${turn}.${n}`))))
  }
  for (const shop of shops) {
    const last = await shop.last()
    await client.upTo(shop.id, last)
    expect(client.seqs(shop.id)).toEqual(range(1, last))
  }
})

test('only the kinds that were asked for, and a cursor that moves on past the others', async () => {
  const world = await startStreamWorld()
  const shop = await world.instance()
  const client = await world.connect()
  await client.follow({ follow: [{ instance: shop.id }], kinds: ['call'] })
  const start = await shop.last()
  expect(client.told('caughtUp')).toEqual([{ instance: shop.id, seq: start }])
  await shop.happen('one', 'two')
  await shop.tell(call('first'))
  await client.upTo(shop.id, start + 3)
  await shop.happen('three', 'four')
  await client.roundTrip()
  world.clock.advance(15_000)
  await expect.poll(() => client.told('caughtUp').at(-1)?.seq).toBe(start + 5)
  expect(client.seqs()).toEqual([start + 3])
  expect(client.told('heartbeat')).toHaveLength(1)
})

test('a place to come back to is known for every instance before its first event', async () => {
  const world = await startStreamWorld()
  const [quiet, busy] = [await world.instance(), await world.instance()]
  const lasts = [await quiet.last(), await busy.last()]
  const client = await world.connect()
  expect(await client.follow({ follow: 'all' })).toBe(2)
  expect(client.frames.map((frame) => Object.keys(frame)[0])).toEqual(['caughtUp', 'caughtUp', 'following'])
  expect(client.told('caughtUp').map(({ seq }) => seq)).toEqual(lasts)
  await busy.happen('one')
  await client.upTo(busy.id, (lasts[1] ?? 0) + 1)
  expect(client.events()).toHaveLength(1)
})

test('all instances, those that are made later included, from their first event on', async () => {
  const world = await startStreamWorld()
  const early = await world.instance()
  const client = await world.connect()
  await client.follow({ follow: 'all', after: 'start' })
  const late = await world.instance()
  await late.happen('one')
  await early.happen('two')
  for (const source of [early, late]) {
    const last = await source.last()
    await client.upTo(source.id, last)
    expect(client.seqs(source.id)).toEqual(range(1, last))
  }
})

test('all, after some of them by cursor: no cursor is moved', async () => {
  const world = await startStreamWorld()
  const [known, other] = [await world.instance(), await world.instance()]
  const client = await world.connect()
  await client.follow({ follow: [{ instance: known.id, after: 2 }] })
  expect(await client.follow({ follow: 'all', after: 'start' })).toBe(2)
  await known.happen('one')
  for (const source of [known, other]) await client.upTo(source.id, await source.last())
  expect(client.seqs(known.id)).toEqual(range(3, await known.last()))
  expect(client.seqs(other.id)).toEqual(range(1, await other.last()))
})

test('what is followed may be added to, moved back and stopped at any time', async () => {
  const world = await startStreamWorld()
  const [one, other] = [await world.instance(), await world.instance()]
  const client = await world.connect()
  await client.follow({ follow: [{ instance: one.id, after: 0 }] })
  await client.upTo(one.id, await one.last())
  expect(await client.follow({ follow: [{ instance: other.id, after: 0 }] })).toBe(2)
  await client.upTo(other.id, await other.last())
  await client.follow({ follow: [{ instance: one.id, after: 1 }] })
  await one.happen('again')
  await client.upTo(one.id, await one.last())
  expect(client.seqs(one.id)).toEqual([...range(1, (await one.last()) - 1), ...range(2, await one.last())])

  expect(await client.follow({ stop: [one.id] })).toBe(1)
  await one.happen('unheard')
  await other.happen('heard')
  await client.upTo(other.id, await other.last())
  expect(client.seqs(one.id)).not.toContain(await one.last())
  expect(await client.follow({ stop: 'all' })).toBe(0)
})

test('stopped means stopped: instances that are made later are not followed any more', async () => {
  const world = await startStreamWorld()
  const client = await world.connect()
  await client.follow({ follow: 'all' })
  await client.follow({ stop: 'all' })
  const late = await world.instance()
  const witness = await world.connect()
  await witness.follow({ follow: [{ instance: late.id, after: 0 }] })
  await witness.upTo(late.id, await late.last())
  await client.roundTrip()
  expect(client.events()).toEqual([])
})

test('an instance that is not there, or no longer, is told as gone', async () => {
  const world = await startStreamWorld()
  const [shop, other] = [await world.instance(), await world.instance()]
  const client = await world.connect()
  const unknown = '00000000-0000-4000-8000-000000000000'
  expect(await client.follow({ follow: [{ instance: unknown, after: 0 }, { instance: shop.id }] })).toBe(1)
  expect(client.told('gone')).toEqual([{ instance: unknown }])
  await world.core.gateway.instances.remove(await world.core.access.authenticate(world.key), shop.id)
  await expect.poll(() => client.told('gone').at(-1)).toEqual({ instance: shop.id })
  expect(await client.follow({ follow: [{ instance: other.id }] })).toBe(1)
})

test('nothing crosses workspaces, and a test key hears nothing of the real network', async () => {
  const world = await startStreamWorld()
  const strangerKey = await world.stranger('another')
  const testKey = await world.newKey({ network: 'sandbox' })
  const [real, sandbox] = [await world.instance(), await world.instance(world.key, 'sandbox')]
  const theirs = await world.instance(strangerKey)
  const clients = {
    own: await world.connect(),
    stranger: await world.connect(strangerKey),
    test: await world.connect(testKey),
  }
  for (const client of Object.values(clients)) {
    await client.follow({ follow: [real, sandbox, theirs].map(({ id }) => ({ instance: id, after: 0 })) })
    await client.follow({ follow: 'all', after: 'start' })
  }
  const later = [await world.instance(), await world.instance(world.key, 'sandbox'), await world.instance(strangerKey)]
  const all = [real, sandbox, theirs, ...later]
  await Promise.all(all.map((source) => source.happen('hello')))
  const visible = {
    own: [real, sandbox, ...later.slice(0, 2)],
    stranger: [theirs, ...later.slice(2)],
    test: [sandbox, ...later.slice(1, 2)],
  }
  for (const name of ['own', 'stranger', 'test'] as const) {
    const client = clients[name]
    for (const source of visible[name]) await client.upTo(source.id, await source.last())
    await client.roundTrip()
    const heard = new Set(client.events().map(({ instance }) => instance))
    expect([...heard].sort(), name).toEqual(visible[name].map(({ id }) => id as string).sort())
  }
  expect(clients.test.told('gone').map(({ instance }) => instance)).toEqual([real.id, theirs.id])
})

test('one encoding serves all who follow', async () => {
  const world = await startStreamWorld()
  const shop = await world.instance()
  const clients = await Promise.all(range(1, 20).map(() => world.connect()))
  for (const client of clients) await client.follow({ follow: [{ instance: shop.id }] })
  const before = await shop.last()
  let encoded = 0
  class Counted extends String {
    toJSON(): string {
      encoded++
      return 'said once'
    }
  }
  await shop.happen(new Counted('said once') as unknown as string)
  for (const client of clients) await client.upTo(shop.id, before + 1)
  // For the store, for the size of what is kept in memory, and for the wire.
  expect(encoded).toBeLessThanOrEqual(3)
})
