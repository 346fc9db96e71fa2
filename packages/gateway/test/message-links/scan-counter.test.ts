import { expect, test } from 'vitest'
import { GatewayError } from '#gateway/core/errors/gateway-error.js'
import { ScanCounter } from '#gateway/core/message-links/scan-counter.js'
import type { ScanBatch } from '#gateway/core/ports/message-link-store.js'
import { noon } from '../store/sample.js'
import { noonClock, startLinks } from './world.js'
import { phone } from './sample.js'

const ana = { address: '203.0.113.7', agent: 'a phone' }
const ben = { address: '203.0.113.8', agent: 'a phone' }
const hour = 3_600_000

function counterOver(refuse: (batch: ScanBatch) => boolean = () => false) {
  const clock = noonClock()
  const batches: ScanBatch[] = []
  const salts: Date[] = []
  const log: string[] = []
  const store = {
    recordScans: async (batch: ScanBatch) => {
      if (refuse(batch)) throw new GatewayError('storage-full', 'The disk is full')
      batches.push(batch)
    },
    saltOf: async (day: Date) => {
      salts.push(day)
      return Buffer.from(day.toISOString())
    },
  }
  const note = (_: object, message: string): void => {
    log.push(message)
  }
  const counter = new ScanCounter(store, clock, { debug: note, info: note, warn: note, error: note })
  return { counter, clock, batches, salts, log }
}

test('all scans of a moment are one write, by link and hour, with each person once', async () => {
  const { counter, clock, batches } = counterOver()
  for (const visitor of [ana, ana, ben]) counter.count(1, visitor)
  counter.count(2, ana)
  expect(batches).toEqual([])
  clock.advance(50)
  await expect.poll(() => batches.length).toBe(1)
  expect(batches[0]?.scans).toEqual([
    { link: 1, hour: noon, count: 3 },
    { link: 2, hour: noon, count: 1 },
  ])
  expect(batches[0]?.visitors.map(({ link, digests }) => [link, digests.length])).toEqual([
    [1, 2],
    [2, 1],
  ])
})

test('a person is written down once a day, and is another digest on the next', async () => {
  const { counter, clock, batches, salts } = counterOver()
  counter.count(1, ana)
  clock.advance(50)
  await expect.poll(() => batches.length).toBe(1)
  counter.count(1, ana)
  clock.advance(50)
  await expect.poll(() => batches.length).toBe(2)
  clock.advance(24 * hour)
  counter.count(1, ana)
  clock.advance(50)
  await expect.poll(() => batches.length).toBe(3)
  const [first, second, third] = batches.map(({ visitors }) => visitors[0]?.digests[0])
  expect(second).toBeUndefined()
  expect(third).not.toBe(first)
  expect(salts).toHaveLength(2)
})

test('nothing that is written names an address or a browser', async () => {
  const { counter, clock, batches } = counterOver()
  counter.count(1, ana)
  clock.advance(50)
  await expect.poll(() => batches.length).toBe(1)
  expect(JSON.stringify(batches)).not.toMatch(/203|phone/)
})

test('what was not stored is stored later, counted once, and said once', async () => {
  let fails = 2
  const { counter, clock, batches, log } = counterOver(() => fails-- > 0)
  counter.count(1, ana)
  clock.advance(50)
  await expect.poll(() => clock.pending).toBe(1)
  counter.count(1, ben)
  clock.advance(1000)
  await expect.poll(() => clock.pending).toBe(1)
  clock.advance(1000)
  await expect.poll(() => batches.length).toBe(1)
  expect(batches[0]?.scans).toEqual([{ link: 1, hour: noon, count: 2 }])
  expect(batches[0]?.visitors[0]?.digests).toHaveLength(2)
  expect(log).toEqual(['scans of message links were not stored'])
})

test('a process that ends stores what it has counted', async () => {
  const world = await startLinks(noonClock())
  const caller = await world.callerOf('shop')
  const { id, code } = await world.links.create(caller, { phone, text: 'Hello' })
  for (const visitor of [ana, ana, ben]) await world.links.open(code, visitor)
  await world.links.open(code, null)
  const again = await world.restart()
  expect(await again.links.get(caller, id)).toMatchObject({ scans: 3, conversations: 0 })
  await again.links.open(code, ana)
  const last = await again.restart()
  const span = { from: new Date('2026-03-01T00:00:00Z'), to: new Date('2026-03-02T00:00:00Z'), by: 'day' } as const
  expect(await last.links.statistics(caller, id, span)).toEqual({
    items: [{ at: span.from, scans: 4, conversations: 0, visitors: 2 }],
    scans: 4,
    conversations: 0,
  })
  const wrong = { ...span, to: span.from }
  await expect(last.links.statistics(caller, id, wrong)).rejects.toMatchObject({ code: 'bad-request', field: 'to' })
})

test('a link that is disabled is opened by nobody, as far as it is counted', async () => {
  const world = await startLinks(noonClock())
  const caller = await world.callerOf('shop')
  const { id, code } = await world.links.create(caller, { phone, text: 'Hello', enabled: false })
  await world.links.open(code, ana)
  expect(await (await world.restart()).links.get(caller, id)).toMatchObject({ scans: 0 })
})
