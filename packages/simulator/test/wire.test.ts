import { once } from 'node:events'
import { randomBytes } from 'node:crypto'
import { WebSocket } from 'ws'
import { expect, test } from 'vitest'
import { CounterWatch } from '#simulator/post/counter-watch.js'
import { Batch, forgetfulStore } from '#simulator/store/store.js'
import { frame, FrameReader } from '#simulator/wire/framing.js'
import { World } from './world.js'

const introduction = Buffer.from([0x57, 0x41, 6, 3])
const routing = Buffer.concat([Buffer.from('ED'), Buffer.from([0, 1, 0, 0, 5]), Buffer.from('route')])

test.each([
  ['without', introduction],
  ['with', Buffer.concat([routing, introduction])],
])('frames are found %s a routing header, however the stream is cut', (_, start) => {
  const frames = [Buffer.from('one'), Buffer.alloc(0), randomBytes(300)]
  const stream = Buffer.concat([start, ...frames.map((one) => frame(one))])
  for (const size of [1, 2, 7, stream.length]) {
    const reader = new FrameReader()
    const found: Buffer[] = []
    for (let at = 0; at < stream.length; at += size) found.push(...reader.push(stream.subarray(at, at + size)))
    expect(found).toEqual(frames)
  }
})

test('what is not WhatsApp is hung up on, and others are not disturbed', async () => {
  const world = await World.start()
  for (const greeting of [Buffer.from('GET / HTTP/1.1'), Buffer.concat([introduction, frame(randomBytes(50))])]) {
    const stranger = new WebSocket(world.simulator.url)
    await once(stranger, 'open')
    stranger.send(greeting)
    await once(stranger, 'close')
  }
  await expect.poll(() => world.simulator.connections()).toBe(0)
  const { phone } = await world.linked()
  expect(phone.devices()).toHaveLength(1)
})

test('a counter is reused when other bytes come under it, in this chain or long ago', () => {
  const watch = new CounterWatch(forgetfulStore)
  const reused = (chain: string, counter: number, digest: string) =>
    watch.isReused('a>b', { chain, counter, digest }, new Batch(forgetfulStore))
  expect(reused('x', 0, 'first')).toBe(false)
  expect(reused('x', 0, 'first')).toBe(false)
  expect(reused('x', 2, 'third')).toBe(false)
  expect(reused('x', 1, 'late')).toBe(false)
  expect(reused('y', 0, 'another chain')).toBe(false)
  expect(reused('x', 0, 'other')).toBe(true)
  for (let counter = 3; counter < 100; counter++) expect(reused('x', counter, `${counter}`)).toBe(false)
  expect(reused('x', 5, 'from a backup')).toBe(true)
})
