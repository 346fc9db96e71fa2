import { ApiError, createClient, EventsExpiredError, type GatewayEvent, type WebSocketConstructor } from '@gangway/sdk'
import { expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { range, startStreamWorld, type StreamWorld } from './world.js'

/** A client whose connections the test can break. */
function breakable({ url, key }: StreamWorld, as = key) {
  const sockets: WebSocket[] = []
  const Noted = class extends WebSocket {
    constructor(address: string, protocols: string[]) {
      super(address, protocols)
      sockets.push(this)
    }
  } satisfies WebSocketConstructor
  return {
    client: createClient({ baseUrl: url, key: as, WebSocket: Noted }),
    breakOff: () => sockets.at(-1)?.terminate(),
    connections: () => sockets.length,
  }
}

/** Reads until there are so many of an instance. */
async function take(events: AsyncIterator<GatewayEvent>, count: number): Promise<GatewayEvent[]> {
  const taken: GatewayEvent[] = []
  while (taken.length < count) {
    const result = await events.next()
    if (result.done === true) throw new Error(`the stream ended after ${taken.length}`)
    taken.push(result.value)
  }
  return taken
}

test('the SDK follows everything, through broken connections, without a gap or a repeat', async () => {
  const world = await startStreamWorld()
  const shop = await world.instance()
  const { client, breakOff, connections } = breakable(world)
  const stop = new AbortController()
  const stream = client.stream({ follow: 'all', after: 'start', signal: stop.signal })
  const events = stream[Symbol.asyncIterator]()
  const start = await shop.last()
  const heard = await take(events, start)
  breakOff()
  await shop.happen('while away')
  const late = await world.instance()
  await late.happen('made while away')
  heard.push(...(await take(events, 1 + (await late.last()))))
  breakOff()
  await shop.happen('again')
  heard.push(...(await take(events, 1)))
  for (const source of [shop, late]) {
    const seqs = heard.filter(({ instance }) => instance === source.id).map(({ seq }) => seq)
    expect(seqs).toEqual(range(1, await source.last()))
  }
  expect(connections()).toBe(3)
  const more = events.next()
  stop.abort()
  expect((await more).done).toBe(true)
  expect(stream.cursors.get(late.id)).toBe(await late.last())
})

test('the SDK comes back to an instance of which it has heard nothing but where it began', async () => {
  const world = await startStreamWorld()
  const shop = await world.instance()
  const { client, breakOff } = breakable(world)
  const stream = client.stream({ follow: 'all' })
  const events = stream[Symbol.asyncIterator]()
  const first = events.next()
  await expect.poll(() => stream.cursors.get(shop.id)).toBe(await shop.last())
  breakOff()
  await shop.happen('while away')
  expect((await first).value).toMatchObject({ seq: await shop.last() })
  await events.return(undefined)
})

test('a stream goes on from the cursors of one before', async () => {
  const world = await startStreamWorld()
  const shop = await world.instance()
  const { client } = breakable(world)
  const cursors = new Map([[shop.id, 2]])
  const late = await world.instance()
  const events = client.stream({ follow: 'all', cursors })[Symbol.asyncIterator]()
  const heard = await take(events, (await shop.last()) - 2 + (await late.last()))
  expect(heard.find(({ instance }) => instance === shop.id)?.seq).toBe(3)
  expect(heard.find(({ instance }) => instance === late.id)?.seq).toBe(1)
  await events.return(undefined)
})

test('a refusal that no other attempt would change ends the stream', async () => {
  const world = await startStreamWorld()
  const unscoped = await world.newKey({ scopes: ['instances:read'] })
  for (const [as, code] of [
    ['wrong', 'unauthorized'],
    [unscoped, 'forbidden'],
  ] as const) {
    const { client } = breakable(world, as)
    const [first] = await Promise.allSettled([client.stream({ follow: 'all' })[Symbol.asyncIterator]().next()])
    expect(first).toMatchObject({ status: 'rejected', reason: { code } })
    expect(first.status === 'rejected' && first.reason instanceof ApiError).toBe(true)
  }
})

test('a stream of what is removed comes to its end', async () => {
  const world = await startStreamWorld()
  const shop = await world.instance()
  const { client } = breakable(world)
  const stream = client.stream({ follow: [{ instance: shop.id }] })
  const events = stream[Symbol.asyncIterator]()
  const next = events.next()
  await expect.poll(() => stream.cursors.get(shop.id)).toBe(await shop.last())
  await shop.happen('the last')
  expect((await next).done).toBe(false)
  await client.instances.remove(shop.id)
  for (let result = await events.next(); result.done !== true; result = await events.next());
})

test('events that are no longer kept are told, over either kind of stream', async () => {
  const world = await startStreamWorld({ retention: { days: 30, events: 2 } })
  const shop = await world.instance()
  await shop.happen('one', 'two', 'three')
  const last = await shop.last()
  world.core.wake()
  await expect
    .poll(async () => {
      world.clock.advance(3_600_000)
      return (await world.store.events.read(shop.id, { after: 0, limit: 10 })).length
    })
    .toBe(2)
  const { client } = breakable(world)
  const follow = [{ instance: shop.id, after: 1 }]
  const expired = { instance: shop.id, from: 2, to: last - 2 }
  const ended = client.stream({ follow })[Symbol.asyncIterator]().next()
  await expect(ended).rejects.toThrow(EventsExpiredError)
  await expect(ended).rejects.toMatchObject({ expired })
  const told: unknown[] = []
  const events = client.stream({ follow, onExpired: (gap) => told.push(gap) })[Symbol.asyncIterator]()
  expect((await take(events, 2)).map(({ seq }) => seq)).toEqual([last - 1, last])
  expect(told).toEqual([expired])
  await events.return(undefined)

  await expect(client.events.stream(shop.id, 1).next()).rejects.toMatchObject({ expired })
  const kept = client.events.stream(shop.id)
  expect((await kept.next()).value).toMatchObject({ seq: last - 1 })
  await kept.return(undefined)
})
