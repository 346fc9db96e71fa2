import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { connect } from 'node:net'
import pino from 'pino'
import { Registry } from 'prom-client'
import { expect, test } from 'vitest'
import { buildHttpServer } from '#gateway/app/http/server.js'
import { fakeGateway } from '../native/fake-gateway.js'
import { startWorld } from '../native/world.js'

const anonymous = { key: null }

test('what operators ask needs no key', async () => {
  const { call } = await startWorld()
  for (const path of ['/', '/healthz', '/readyz', '/metrics', '/openapi.json', '/docs', '/docs/errors', '/docs/stream'])
    expect((await call('GET', path, undefined, anonymous)).status, path).toBe(200)
})

test('readiness names what is missing, and not why', async () => {
  const checks = {
    store: async () => {
      throw new Error('/var/lib/secret is gone')
    },
    sandbox: async () => undefined,
  }
  const { call } = await startWorld({ checks })
  const { status, body } = await call('GET', '/readyz', undefined, anonymous)
  expect([status, body]).toEqual([503, { status: 'not-ready', failed: ['store'] }])
})

test('requests are counted by route and never by path', async () => {
  const { call, instance } = await startWorld()
  const id = await instance()
  await call('GET', `/api/v1/instances/${id}`)
  await call('GET', '/wherever/0123456789')
  await expect
    .poll(async () => (await call('GET', '/metrics', undefined, anonymous)).text)
    .toContain('gangway_http_requests_total{method="GET",route="/api/v1/instances/:id",status="200"} 1')
  const { text } = await call('GET', '/metrics', undefined, anonymous)
  expect(text).toContain('route="unmatched",status="404"')
  expect(text).toContain('process_cpu_seconds_total')
  expect(text).not.toContain(id)
  expect(text).not.toContain('0123456789')
})

test('pages bring everything along and run nothing else', async () => {
  const { call } = await startWorld()
  for (const path of ['/', '/docs', '/docs/errors', '/docs/stream']) {
    const { text, headers } = await call('GET', path, undefined, anonymous)
    const policy = headers.get('content-security-policy') ?? ''
    expect(policy).toContain("default-src 'none'")
    for (const [, tag, source] of text.matchAll(/<(style|script)>(.*?)<\/\1>/gs))
      expect(policy).toContain(
        `${tag ?? ''}-src 'sha256-${createHash('sha256')
          .update(source ?? '')
          .digest('base64')}'`,
      )
    expect(text).not.toMatch(/<(?:script|link|img)[^>]*(?:src|href)="(?!data:)|\son\w+=|style="/)
  }
})

test('the reference shows every operation with a call to copy', async () => {
  const { call } = await startWorld()
  const { text } = await call('GET', '/docs', undefined, anonymous)
  for (const operation of ['createInstance', 'startLink', 'streamEvents', 'scanQr'])
    expect(text).toContain(`<section class="operation" id="${operation}">`)
  expect(text).toContain('--json &#39;{&quot;method&quot;:&quot;qr&quot;}&#39;')
})

test('the log has one line per request, with nothing in it that was sent', async () => {
  const { call, instance, log } = await startWorld()
  const id = await instance()
  const canary = 'canary-0815'
  await call('POST', `/api/v1/instances/${id}/messages?q=${canary}`, { to: canary, text: canary })
  await call('POST', `/api/v1/instances/${id}/messages`, { to: canary, [canary]: canary })
  await call('GET', `/${canary}`)
  await call('GET', '/api/v1/instances', undefined, { key: canary, headers: { 'user-agent': canary } })
  await expect.poll(() => log.filter((line) => line.includes('"msg":"request"'))).toHaveLength(5)
  expect(log.join('')).toContain('"route":"/api/v1/instances/:id/messages","status":201')
  expect(log.join('')).not.toContain(canary)
  expect(log.join('')).not.toContain(id)
})

test('what is not HTTP is refused and the server goes on', async () => {
  const { call, url } = await startWorld()
  const answer = await new Promise<string>((resolve, reject) => {
    let text = ''
    const socket = connect(Number(new URL(url).port), '127.0.0.1', () => socket.end('\x16\x03\x01 nonsense\r\n\r\n'))
    socket.on('data', (chunk) => (text += chunk.toString()))
    socket.on('close', () => {
      resolve(text)
    })
    socket.on('error', reject)
  })
  expect(answer).toMatch(/^HTTP\/1\.1 400 /)
  expect((await call('GET', '/healthz', undefined, anonymous)).status).toBe(200)
})

test('a connection that never says anything does not hold up the close', async () => {
  const { url, close } = await startWorld()
  const socket = connect(Number(new URL(url).port), '127.0.0.1')
  await once(socket, 'connect')
  await close()
  if (!socket.closed) await once(socket, 'close')
})

test('slow senders get seconds, not the minutes that Node gives', () => {
  const { server } = buildHttpServer({
    gateway: fakeGateway({}),
    dialects: [],
    logger: pino({ enabled: false }),
    checks: {},
    metrics: new Registry(),
    version: '0',
    publicUrl: 'http://gateway.test',
  })
  expect(server.headersTimeout).toBe(10_000)
  expect(server.maxConnections).toBeGreaterThanOrEqual(15_000)
})
