import { expect, test } from 'vitest'
import { errorCodes, GatewayError } from '#gateway/core/errors/gateway-error.js'
import { faces } from '#gateway/dialects/native/errors.js'
import { routeTable } from './route-table.js'
import { startWorld } from './world.js'

test('every code of the core has its face as a problem document', async () => {
  const { call, gateway } = await startWorld()
  for (const code of errorCodes) {
    gateway.failNext(new GatewayError(code, 'What happened.', { field: 'to', hint: 'Try later.', effect: 'unknown' }))
    const answer = await call('GET', '/api/v1/instances')
    const { status, title, detail } = faces[code]
    expect(answer.status).toBe(status)
    expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/)
    expect(answer.body).toEqual({
      type: `http://gateway.test/docs/errors#${code}`,
      title,
      status,
      code,
      detail: detail ?? 'What happened.',
      field: 'to',
      hint: 'Try later.',
      effect: 'unknown',
    })
  }
})

test('the page that problems point to explains every code', async () => {
  const { call } = await startWorld()
  const { text } = await call('GET', '/docs/errors', undefined, { key: null })
  for (const code of errorCodes) expect(text).toContain(`id="${code}"`)
})

test('a fault of our own tells the caller nothing and the log where to look, without what it carried', async () => {
  const { call, gateway, log } = await startWorld()
  gateway.failNext(
    new TypeError('cannot read 4915112345678 of "a text of somebody" with token 0123456789abcdef01234567'),
  )
  const answer = await call('GET', '/api/v1/instances')
  expect([answer.status, answer.body.code]).toEqual([500, 'internal-error'])
  expect(answer.text).not.toContain('4915112345678')
  const lines = log.filter((line) => line.includes('"level":50'))
  expect(lines).toHaveLength(1)
  expect(lines[0]).toContain('TypeError')
  expect(lines[0]).toContain('errors.test')
  for (const secret of ['4915112345678', 'a text of somebody', '0123456789abcdef01234567'])
    expect(log.join('')).not.toContain(secret)
})

test('another verb on a known path is refused with the verbs that it answers', async () => {
  const { call } = await startWorld()
  for (const path of new Set(routeTable.map((route) => route.path))) {
    const verbs = routeTable.filter((route) => route.path === path).map(({ method }) => method as string)
    const answer = await call('PUT', path, {})
    expect([answer.status, answer.body.code], path).toEqual([405, 'method-not-allowed'])
    const allowed = answer.headers
      .get('allow')
      ?.split(', ')
      .filter((method) => method !== 'HEAD')
    expect(allowed).toEqual(verbs.sort())
  }
  expect((await call('POST', '/healthz', {})).status).toBe(405)
})

test('an unknown path is a problem, with a key or without', async () => {
  const { call } = await startWorld()
  for (const path of ['/api/v1/nothing', '/api/v1', '/api', '/nothing', '/api/v1/instances/%ff', '/%']) {
    const answer = await call('GET', path)
    expect([answer.status, answer.body.code], path).toEqual([404, 'route-not-found'])
  }
})
