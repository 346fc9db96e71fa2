import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import { Outlet } from '#gateway/dialects/native/stream/outlet.js'
import { deaf, maskedText, range, startStreamWorld, type StreamClient, type StreamWorld } from './world.js'

const large = 'x'.repeat(300_000)

/** Time that passes for clients that answer the server's pings. */
async function passTime({ clock }: StreamWorld, seconds: number, answering: readonly StreamClient[]): Promise<void> {
  for (let passed = 0; passed < seconds; passed += 5) {
    clock.advance(5_000)
    // The first brings the server's ping here, the second the answer there.
    for (let i = 0; i < 2; i++) await Promise.all(answering.map((client) => client.roundTrip()))
  }
}

const cuts = async ({ metrics }: StreamWorld): Promise<number> => {
  const { values = [] } = (await metrics.getSingleMetric('gangway_http_streams_cut_total')?.get()) ?? {}
  return values.reduce((sum, { value }) => sum + value, 0)
}

test('F28: who stops reading is cut and resumes by cursor with nothing missing, and nobody else is disturbed', async () => {
  const world = await startStreamWorld()
  const shop = await world.instance()
  const start = await shop.last()
  const follow = { follow: [{ instance: shop.id, after: start }] }
  const stuck = await Promise.all(range(1, 10).map(() => world.connect()))
  const readers = await Promise.all(range(1, 3).map(() => world.connect()))
  for (const client of [...stuck, ...readers]) await client.follow(follow)
  for (const client of stuck) client.socket.pause()
  for (let i = 0; i < 40; i++) {
    await shop.happen(large)
    // On time: each has it before the next one happens.
    await Promise.all(readers.map((client) => client.upTo(shop.id, start + i + 1)))
  }
  await passTime(world, 30, readers)
  for (const client of stuck) client.socket.resume()
  for (const client of stuck) {
    expect(await client.closed).toEqual({
      code: 4008,
      reason: 'too slow: reconnect and follow after the last seq you have',
    })
    const got = client.seqs(shop.id)
    const last = got.at(-1) ?? start
    expect(got).toEqual(range(start + 1, last))
    expect(last).toBeLessThan(start + 40)
    const again = await world.connect()
    await again.follow({ follow: [{ instance: shop.id, after: last }] })
    await again.upTo(shop.id, start + 40)
    expect(again.seqs(shop.id)).toEqual(range(last + 1, start + 40))
    again.socket.terminate()
  }
  await expect.poll(() => cuts(world)).toBe(10)
  for (const client of readers) {
    expect(client.socket.readyState).toBe(client.socket.OPEN)
    expect(client.seqs(shop.id)).toEqual(range(start + 1, start + 40))
  }
})

test('F28: a client that never reads is cut although little enough happens for the system to swallow it', async () => {
  const world = await startStreamWorld()
  const shop = await world.instance()
  const reader = await world.connect()
  await reader.follow({ follow: 'all' })
  const socket = await deaf(world, { follow: 'all' })
  const gone = once(socket, 'close')
  for (let i = 0; i < 8; i++) {
    await shop.happen('a little')
    await passTime(world, 5, [reader])
  }
  await expect.poll(() => cuts(world)).toBe(1)
  socket.resume()
  await gone
  await reader.upTo(shop.id, await shop.last())
  expect(reader.socket.readyState).toBe(reader.socket.OPEN)
})

test('a client that only asks is not listened to before it listens', async () => {
  const world = await startStreamWorld()
  // Each of these is answered by as much as it asks with.
  const follow = { follow: range(1, 500).map(() => ({ instance: '00000000-0000-4000-8000-000000000000' })) }
  const socket = await deaf(world, follow)
  const again = maskedText(JSON.stringify(follow))
  for (let i = 0; i < 2_000; i++) socket.write(again)
  // It comes to a stand with most of it still on this side: the server has stopped reading.
  let [waiting, looks] = [Infinity, 0]
  await expect
    .poll(() => {
      looks = socket.writableLength === waiting ? looks + 1 : 0
      waiting = socket.writableLength
      return looks
    })
    .toBe(10)
  expect(waiting).toBeGreaterThan(0)
  await expect
    .poll(() => {
      world.clock.advance(10_000)
      return cuts(world)
    })
    .toBe(1)
})

test('no more than a mebibyte waits for one client, however long it takes', async () => {
  const server = new WebSocketServer({ port: 0, perMessageDeflate: false })
  onTestFinished(() => {
    server.close()
  })
  const client = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`)
  onTestFinished(() => {
    client.terminate()
  })
  const [socket] = (await once(server, 'connection')) as [WebSocket]
  await once(client, 'open')
  let received = 0
  client.on('message', () => received++)
  client.pause()
  let progress = 0
  const outlet = new Outlet(socket, () => progress++)
  const frame = Buffer.alloc(200_000, 'x')
  // Several at a time, as the events and the answers to messages are written.
  const writing = Promise.all(
    range(1, 5).map(async () => {
      for (let i = 0; i < 20; i++) expect(await outlet.write(frame)).toBe(true)
    }),
  )
  let most = 0
  const watch = setInterval(() => (most = Math.max(most, socket.bufferedAmount)), 1)
  await expect.poll(() => socket.bufferedAmount).toBeGreaterThan(64 * 1024)
  outlet.offer(frame)
  expect(socket.bufferedAmount).toBeLessThanOrEqual(1024 * 1024)
  client.resume()
  await writing
  clearInterval(watch)
  expect(most).toBeLessThanOrEqual(1024 * 1024)
  expect(progress).toBeGreaterThan(0)
  await expect.poll(() => received).toBe(100)
  client.terminate()
  await once(socket, 'close')
  expect(await outlet.write(frame)).toBe(false)
})
