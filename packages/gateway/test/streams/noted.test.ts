import { once } from 'node:events'
import { connect } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { startStreamWorld, type StreamWorld } from './world.js'

const stream = '/api/v1/stream'
const events = '/api/v1/instances/:id/events/stream'

async function counted({ metrics }: StreamWorld, route: string): Promise<[status: unknown, count: number][]> {
  const { values = [] } = (await metrics.getSingleMetric('gangway_http_requests_total')?.get()) ?? {}
  return values.filter(({ labels }) => labels.route === route).map(({ labels, value }) => [labels.status, value])
}

const lines = ({ log }: StreamWorld, route: string): Record<string, unknown>[] =>
  log
    .map((line) => JSON.parse(line) as Record<string, unknown>)
    .filter((line) => line.msg === 'request' && line.route === route)

test('a reader of Server-Sent Events who leaves is logged and counted', async () => {
  const world = await startStreamWorld()
  const shop = await world.instance()
  const reader = await world.sse(`/api/v1/instances/${shop.id}/events/stream`)
  expect((await reader.next())?.id).toBe('1')
  reader.leave()
  await expect.poll(() => counted(world, events)).toEqual([['200', 1]])
  expect(lines(world, events)).toMatchObject([
    { method: 'GET', status: 200, level: 20, request: expect.any(String) as string },
  ])
  expect(lines(world, events)[0]).not.toHaveProperty('cut')
})

test('a reader of Server-Sent Events who is cut is logged as that, and counted once', async () => {
  const world = await startStreamWorld()
  const shop = await world.instance()
  await shop.happen(...Array.from({ length: 40 }, () => 'x'.repeat(300_000)))
  const socket = connect(Number(new URL(world.url).port), '127.0.0.1')
  onTestFinished(() => {
    socket.destroy()
  })
  socket.on('error', () => undefined)
  socket.pause()
  const path = `/api/v1/instances/${shop.id}/events/stream`
  socket.write(`GET ${path} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${world.key}\r\n\r\n`)
  await once(socket, 'connect')
  await expect
    .poll(async () => {
      world.clock.advance(30_000)
      return counted(world, events)
    })
    .toEqual([['200', 1]])
  expect(lines(world, events)).toMatchObject([{ status: 200, cut: true, level: 40 }])
  expect(await world.metrics.metrics()).toContain(`gangway_http_streams_cut_total{route="${events}"} 1`)
  expect(world.log.join('')).not.toContain(shop.id)
})

test('streams over WebSocket are logged and counted, and so are refused ones', async () => {
  const world = await startStreamWorld()
  const client = await world.connect()
  client.socket.close()
  await client.closed
  await expect.poll(() => counted(world, stream)).toEqual([['101', 1]])
  await expect(world.connect('wrong')).rejects.toThrow('401')
  expect(await counted(world, stream)).toEqual([
    ['101', 1],
    ['401', 1],
  ])
  expect(lines(world, stream)).toMatchObject([{ status: 101 }, { status: 401 }])
})
