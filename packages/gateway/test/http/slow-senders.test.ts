import { once } from 'node:events'
import { connect, type AddressInfo, type Socket } from 'node:net'
import type { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import Fastify from 'fastify'
import { beforeEach, expect, onTestFinished, test, vi } from 'vitest'
import { limits } from '#gateway/app/http/server.js'
import { refuseSlowSenders } from '#gateway/app/http/slow-senders.js'

const pace = { span: 30_000, bytes: 1000 }
const head = (type: string, length: number): string =>
  `POST /file HTTP/1.1\r\nhost: gateway.test\r\ncontent-type: ${type}\r\ncontent-length: ${length}\r\n\r\n`

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
  onTestFinished(() => {
    vi.useRealTimers()
  })
})

/** A connection on which a request has begun, and what its server has read of it. */
async function startUpload(type = 'text/plain', length = 10_000, readerIsReady: Promise<void> = Promise.resolve()) {
  const server = Fastify()
  onTestFinished(() => server.close())
  refuseSlowSenders(server, pace)
  const bodies: Readable[] = []
  server.addContentTypeParser('application/x-stream', (_request, body: Readable, done) => {
    bodies.push(body)
    done(null, body)
  })
  server.post('/file', async ({ body }) => {
    await readerIsReady
    return String(typeof body === 'string' ? body.length : (await buffer(body as Readable)).length)
  })
  await server.listen({ host: '127.0.0.1', port: 0 })
  const accepted = once(server.server, 'connection') as Promise<[Socket]>
  const client = connect((server.server.address() as AddressInfo).port, '127.0.0.1')
  onTestFinished(() => {
    client.destroy()
  })
  const [there] = await accepted
  let sent = 0
  const send = async (text: string): Promise<void> => {
    client.write(text)
    sent += text.length
    await expect.poll(() => there.bytesRead, { interval: 2 }).toBe(sent)
  }
  await send(head(type, length))
  return { client, send, bodies }
}

test.each([
  ['that stops coming', ''],
  ['that drips', 'x'.repeat(999)],
])('a body %s is answered 408 and the connection closed', async (_name, more) => {
  const { client, send } = await startUpload()
  await send(more)
  const answered = once(client, 'data') as Promise<[Buffer]>
  vi.advanceTimersByTime(pace.span)
  expect((await answered)[0].toString()).toMatch(/^HTTP\/1\.1 408 /)
  if (!client.closed) await once(client, 'close')
})

test('a body that keeps coming may take as long as it likes', async () => {
  const { client, send } = await startUpload()
  const answered = once(client, 'data') as Promise<[Buffer]>
  for (let part = 0; part < 10; part++) {
    await send('x'.repeat(1000))
    vi.advanceTimersByTime(pace.span)
  }
  expect((await answered)[0].toString()).toMatch(/^HTTP\/1\.1 200 OK[^]*10000$/)
})

test('a sender whose reader is slow is let wait', async () => {
  let goOn: () => void = () => undefined
  const ready = new Promise<void>((resolve) => (goOn = resolve))
  const { client, bodies } = await startUpload('application/x-stream', 200_000, ready)
  const answered = once(client, 'data') as Promise<[Buffer]>
  client.write('x'.repeat(200_000))
  await expect
    .poll(() => bodies.some((body) => body.readableLength >= body.readableHighWaterMark), { interval: 2 })
    .toBe(true)
  for (let span = 0; span < 10; span++) vi.advanceTimersByTime(pace.span)
  goOn()
  expect((await answered)[0].toString()).toMatch(/^HTTP\/1\.1 200 OK[^]*200000$/)
})

test('nothing is watched any more of a request that has come', async () => {
  const { client, send } = await startUpload()
  const answered = once(client, 'data')
  await send('x'.repeat(10_000))
  await answered
  await expect.poll(() => vi.getTimerCount()).toBe(0)
  expect(client.closed).toBe(false)
})

test('100 MiB may come at 1 Mbit/s, and nothing slower than 2 KiB/s is waited for', () => {
  expect(limits.request).toBeGreaterThan((100 * 1024 * 1024 * 8_000) / 1_000_000)
  expect(limits.pace).toEqual({ span: 30_000, bytes: 64 * 1024 })
})
