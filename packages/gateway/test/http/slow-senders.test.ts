import { once } from 'node:events'
import { connect, type AddressInfo, type Socket } from 'node:net'
import Fastify from 'fastify'
import { beforeEach, expect, onTestFinished, test, vi } from 'vitest'
import { limits } from '#gateway/app/http/server.js'
import { refuseSlowSenders } from '#gateway/app/http/slow-senders.js'

const pace = { span: 30_000, bytes: 1000 }
const head = 'POST /file HTTP/1.1\r\nhost: gateway.test\r\ncontent-type: text/plain\r\ncontent-length: 10000\r\n\r\n'

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
  onTestFinished(() => {
    vi.useRealTimers()
  })
})

/** A connection on which a request has begun, and what its server has read of it. */
async function startUpload() {
  const server = Fastify()
  onTestFinished(() => server.close())
  refuseSlowSenders(server, pace)
  server.post('/file', (request) => Promise.resolve(String((request.body as string).length)))
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
  await send(head)
  return { client, send }
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
