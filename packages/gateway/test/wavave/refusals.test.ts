import { request } from 'node:http'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { unreadableBodies } from '../dialects/unreadable-bodies.js'
import { key } from '../dialects/staged-gateway.js'
import { calls, device, failure, startWorld } from './world.js'

test('a missing, wrong or revoked key is refused before anything is read', async () => {
  const { call, gateway } = await startWorld()
  const record = gateway.access
  const caller = await record.authenticate(key)
  const revoked = await record.createKey(caller, { name: 'old' })
  await record.revokeKey(caller, revoked.record.id)
  for (const authorization of ['', 'Bearer', 'Bearer nobody', `Basic ${key}`, key, `Bearer ${revoked.key}`])
    for (const path of [...calls, '/v1/nothing']) {
      const answer = await call('POST', path, '{', { authorization })
      expect([answer.status, answer.body], `${authorization} ${path}`).toEqual([
        401,
        failure(401, 'invalid', 'Api key tidak valid'),
      ])
    }
  expect((await call('POST', calls[0], { device }, { authorization: `bearer  ${key}` })).status).toBe(200)
})

const unfit: readonly (readonly [body: unknown, message: RegExp])[] = [
  [undefined, /^Parameter device wajib diisi$/],
  [{}, /^Parameter device wajib diisi$/],
  [{ device: '' }, /wajib diisi/],
  [{ device: null }, /wajib diisi/],
  [{ Device: device }, /wajib diisi/],
  [{ device: 'abc' }, /^Nomor device tidak valid/],
  [{ device: '08123456789' }, /tidak valid/],
  [{ device: '62812' }, /tidak valid/],
  [{ device: '6281234567890123' }, /tidak valid/],
  [{ device: 6.28e20 }, /tidak valid/],
  [{ device: -628123456789 }, /tidak valid/],
  [{ device: 628123456.5 }, /tidak valid/],
  [{ device: true }, /tidak valid/],
  [{ device: [device] }, /tidak valid/],
  [{ device: { toString: device } }, /tidak valid/],
  [{ device: '６２８１２３４５６７８９' }, /tidak valid/],
]
test('a number that is missing or none is named as such, and nothing is made', async () => {
  const { post, gateway } = await startWorld()
  for (const path of calls)
    for (const [body, message] of unfit) {
      const answer = await post(path, body)
      expect(answer.status, JSON.stringify(body)).toBe(400)
      expect(answer.body).toEqual(failure(400, 'invalid', String(answer.body.message)))
      expect(answer.body.message).toMatch(message)
    }
  expect(await gateway.instancesOf(key)).toEqual([])
})

test('a body that cannot be read is refused in the envelope, never with a 5xx', async () => {
  const { post, gateway } = await startWorld()
  for (const path of calls)
    for (const [what, body] of Object.entries(unreadableBodies)) {
      const { status, body: answer, text } = await post(path, body)
      expect(status, what).toBe(what === 'more than a mebibyte' ? 413 : 400)
      expect(answer).toEqual(failure(status, 'invalid', String(answer.message)))
      expect(text).not.toMatch(/at .*\.js|\ufffd/)
    }
  expect(await gateway.instancesOf(key)).toEqual([])
})

test('any body at all is answered in the envelope and below 500', async () => {
  const { post } = await startWorld()
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...calls),
      fc.oneof(
        fc.uint8Array({ minLength: 1, maxLength: 64 }),
        fc.json(),
        fc.json().map((json) => `{"device":${json}}`),
      ),
      async (path, body) => {
        const answer = await post(path, body)
        expect(answer.status).toBeLessThan(500)
        expect(typeof answer.body.success).toBe('boolean')
      },
    ),
    { numRuns: 150 },
  )
})

test('only JSON is read', async () => {
  const { post } = await startWorld()
  for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data', 'nonsense']) {
    const answer = await post(calls[0], `{"device":"${device}"}`, { 'content-type': type })
    expect([answer.status, answer.body], type).toEqual([
      415,
      failure(415, 'invalid', 'Content-Type harus application/json'),
    ])
  }
  const withCharset = { 'content-type': 'application/json; charset=utf-8' }
  expect((await post(calls[0], { device }, withCharset)).status).toBe(200)
})

test('another verb and another path are refused in the envelope', async () => {
  const { call } = await startWorld()
  for (const path of calls)
    for (const verb of ['GET', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']) {
      const answer = await call(verb, path)
      expect([answer.status, answer.body]).toEqual([
        405,
        failure(405, 'invalid', 'Metode tidak didukung, gunakan POST'),
      ])
      expect(answer.headers.get('allow')).toBe('POST')
    }
  for (const path of ['/v1/device/nothing', '/v1/', '/v1', '/v1/device/scanqr/', '/v1/Device/ScanQr'])
    for (const verb of ['GET', 'POST']) {
      const answer = await call(verb, path)
      expect([answer.status, answer.body], path).toEqual([404, failure(404, 'invalid', 'Endpoint tidak ditemukan')])
    }
  // Beside the vendor's own paths the server answers for itself.
  expect((await call('GET', '/v2/device/scanqr')).body).toMatchObject({ code: 'route-not-found' })
})

test('a fault of our own tells the caller nothing and the log no number', async () => {
  const { post, gateway, log } = await startWorld()
  gateway.failNext(new TypeError(`cannot read ${device}`))
  const answer = await post(calls[0], { device })
  expect([answer.status, answer.body]).toEqual([500, failure(500, 'error', 'Terjadi kesalahan pada server')])
  expect(log.filter((line) => line.includes('"level":50'))).toHaveLength(1)
  expect(log.join('')).not.toContain(device)
  expect(log.join('')).not.toContain(key)
})

test('a body sent in pieces without a length is read like any other', async () => {
  const { url } = await startWorld()
  const status = await new Promise<number | undefined>((resolve, reject) => {
    const sending = request(`${url}/v1/device/scanqr`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    })
    sending.on('response', (response) => {
      response.resume()
      resolve(response.statusCode)
    })
    sending.on('error', reject)
    sending.write('{"device":')
    sending.end(`"${device}"}`)
  })
  expect(status).toBe(200)
})
