import { once } from 'node:events'
import { createServer } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { refuseUpgrade, takeUpgrades } from '#gateway/dialects/upgrades.js'
import { startWorld } from '../green-api/world.js'

const offer = 'Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQCAAAAAAIAAAAA\r\n'

/** What comes back on one connection until the server closes it, each request sent when the one before is answered. */
async function answersOn(url: string, ...requests: readonly string[]): Promise<string> {
  const [first = '', ...others] = requests
  const socket = connect(Number(new URL(url).port), '127.0.0.1', () => socket.write(first))
  let answers = ''
  for await (const chunk of socket) {
    answers += String(chunk)
    const next = others.shift()
    if (next !== undefined) socket.write(next)
  }
  return answers
}

const last = 'GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n'

test('a request that offers HTTP/2, as Java’s client does, is answered like any other', async () => {
  const { url, instance } = await startWorld()
  const { path } = await instance()
  const body = '{"stateWebhook":"yes"}'
  const post = `POST ${path('setSettings')} HTTP/1.1\r\nHost: x\r\n${offer}Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`
  const get = `GET ${path('getSettings')} HTTP/1.1\r\nHost: x\r\n${offer}\r\n`
  const answers = await answersOn(url, post, get, last)
  expect(answers.match(/HTTP\/1\.1 200 OK/g)).toHaveLength(3)
  expect(answers).toContain('{"saveSettings":true}')
  expect(answers).toContain('"stateWebhook":"yes"')
  expect(answers.endsWith('"version":"0.1.0"}')).toBe(true)
})

test('a body that comes later is waited for', async () => {
  const { url, instance } = await startWorld()
  const { path } = await instance()
  const body = '{"stateWebhook":"yes"}'
  const socket = connect(Number(new URL(url).port), '127.0.0.1')
  onTestFinished(() => {
    socket.destroy()
  })
  socket.write(
    `POST ${path('setSettings')} HTTP/1.1\r\nHost: x\r\n${offer}Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`,
  )
  socket.write(body.slice(0, 5))
  await new Promise((resolve) => setImmediate(resolve))
  socket.write(body.slice(5))
  const [answer] = (await once(socket, 'data')) as [Buffer]
  expect(answer.toString()).toContain('{"saveSettings":true}')
})

test('a WebSocket to another path is answered as a request to it', async () => {
  const { url } = await startWorld()
  const shake =
    'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n'
  const answers = await answersOn(url, `GET /elsewhere HTTP/1.1\r\nHost: x\r\n${shake}\r\n`, last)
  expect(answers).toMatch(/^HTTP\/1\.1 404 /)
  expect(answers).toContain('HTTP/1.1 200 OK')
})

test('where somebody else listens for upgrades too, what is not ours is left to them', async () => {
  const server = createServer((_request, response) => response.end('answered as a request'))
  takeUpgrades(server, () => false)
  server.on('upgrade', (_request, socket) => socket.end('taken by another'))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.close()
  })
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  expect(await answersOn(url, `GET / HTTP/1.1\r\nHost: x\r\n${offer}\r\n`)).toBe('taken by another')
})

test('of two who take, each gets its own, and what neither takes is answered once', async () => {
  const server = createServer((_request, response) => response.end('answered as a request'))
  const takes = (path: string, word: string) => {
    takeUpgrades(server, ({ request, socket }) => {
      if (request.url !== path) return false
      refuseUpgrade(socket, 418, { headers: { 'X-Word': word }, body: word })
      return true
    })
  }
  takes('/one', 'first')
  takes('/two', 'second')
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.close()
  })
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const shake = (path: string) =>
    `GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\r\n`
  const end = 'GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n'
  expect(await answersOn(url, shake('/one'))).toMatch(/^HTTP\/1\.1 418 [^\r]+\r\nX-Word: first\r\n.*\r\n\r\nfirst$/s)
  expect(await answersOn(url, shake('/two'))).toMatch(/\r\n\r\nsecond$/)
  const answers = await answersOn(url, shake('/three'), `GET /one HTTP/1.1\r\nHost: x\r\n${offer}\r\n`, end)
  expect(answers.match(/answered as a request/g)).toHaveLength(3)
})
