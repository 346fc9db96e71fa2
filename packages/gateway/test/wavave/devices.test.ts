import { expect, test } from 'vitest'
import { GatewayError } from '#gateway/core/errors/gateway-error.js'
import type { PhoneNumber } from '#gateway/core/ids.js'
import type { LinkStep } from '#gateway/core/linking/link-step.js'
import { Turns } from '#gateway/core/turns.js'
import { anAccount, key, readerKey, strangerKey } from '../dialects/staged-gateway.js'
import { scanStep } from '../native/fake-gateway.js'
import { device, failure, startWorld } from './world.js'

test('the first call with a number makes its instance and answers with a picture that <img> shows', async () => {
  const { post, gateway } = await startWorld()
  const answer = await post('/v1/device/scanqr', { device })
  const [made, ...more] = await gateway.instancesOf(key)
  expect(more).toEqual([])
  expect(made).toMatchObject({ phone: device, name: device })
  const step = scanStep(`2@${made?.id}`)
  expect(answer.status).toBe(200)
  expect(answer.body).toEqual({
    success: true,
    status: 'pending',
    data: { device, qr: step.kind === 'scan' ? step.qr.png : '' },
  })
  expect(answer.headers.get('cache-control')).toBe('no-store')
})

test('the number is read however people write it, and names one instance', async () => {
  const { post, gateway } = await startWorld()
  const written = [device, Number(device), `+${device}`, '+62 812-3456-789', ' (62) 812.345.6789 ']
  for (const one of written) {
    const { body } = await post('/v1/device/scanqr', { device: one })
    expect(body, String(one)).toMatchObject({ success: true, data: { device } })
  }
  expect(await gateway.instancesOf(key)).toHaveLength(1)
})

test('an instance that was made elsewhere is found by the number that it expects', async () => {
  const { post, gateway } = await startWorld()
  await gateway.stage({ phone: device as PhoneNumber })
  expect((await post('/v1/device/scanqr', { device })).status).toBe(200)
  expect(await gateway.instancesOf(key)).toHaveLength(1)
})

test('first calls at the same time make one instance, and all see it', async () => {
  const { post, gateway } = await startWorld()
  const answers = await Promise.all(Array.from({ length: 20 }, () => post('/v1/device/scanqr', { device })))
  expect(new Set(answers.map(({ status, text }) => `${status} ${text}`)).size).toBe(1)
  expect(answers[0]?.status).toBe(200)
  expect(await gateway.instancesOf(key)).toHaveLength(1)
})

test('a caller who may not make instances does not stop one who may, at the same moment', async () => {
  const { post, gateway } = await startWorld()
  const [refused, made] = await Promise.all([
    post('/v1/device/scanqr', { device }, { authorization: `Bearer ${readerKey}` }),
    post('/v1/device/scanqr', { device }),
  ])
  expect([refused.status, refused.body]).toEqual([403, failure(403, 'invalid', 'Api key tidak memiliki izin')])
  expect(made.status).toBe(200)
  expect(await gateway.instancesOf(key)).toHaveLength(1)
})

test('turns of one name follow each other, whatever became of the one before, and are forgotten', async () => {
  const turns = new Turns()
  const seen: number[] = []
  const jobs = [1, 2, 3].map((i) =>
    turns.run('a', async () => {
      seen.push(i)
      await new Promise((resolve) => setImmediate(resolve))
      seen.push(-i)
      if (i === 2) throw new Error('second')
      return i
    }),
  )
  const results = await Promise.allSettled(jobs)
  expect(seen).toEqual([1, -1, 2, -2, 3, -3])
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
  expect(turns.size).toBe(0)
})

test('the same number in two workspaces is two instances, and neither sees the other', async () => {
  const { post, gateway } = await startWorld()
  const theirs = { authorization: `Bearer ${strangerKey}` }
  await post('/v1/device/scanqr', { device })
  const unknown = await post('/v1/device/disconnect', { device: '628000000000' }, theirs)
  expect(await post('/v1/device/disconnect', { device }, theirs)).toMatchObject({
    status: unknown.status,
    text: unknown.text,
  })
  await post('/v1/device/scanqr', { device }, theirs)
  const [ours, foreign] = [await gateway.instancesOf(key), await gateway.instancesOf(strangerKey)]
  expect([ours.length, foreign.length]).toEqual([1, 1])
  expect(ours[0]?.id).not.toBe(foreign[0]?.id)
})

test('a pairing code for the phone with that number', async () => {
  const { post } = await startWorld()
  const { status, body } = await post('/v1/device/pairingcode', { device: Number(device) })
  expect([status, body]).toEqual([200, { success: true, status: 'pending', data: { device, code: 'ABCDEFGH' } }])
})

test('disconnect logs the account out, again and again; an unknown number is not made', async () => {
  const { post, gateway } = await startWorld()
  const { id } = await gateway.stage({ phone: device as PhoneNumber, state: 'linked', account: anAccount })
  for (let times = 0; times < 2; times++) {
    const { status, body } = await post('/v1/device/disconnect', { device })
    expect([status, body]).toEqual([200, { success: true, status: 'disconnect', data: { device } }])
  }
  expect((await gateway.instancesOf(key)).find((one) => one.id === id)).toMatchObject({
    state: 'unlinked',
    reason: 'logout-requested',
  })
  const unknown = await post('/v1/device/disconnect', { device: '628000000000' })
  expect([unknown.status, unknown.body]).toEqual([404, failure(404, 'invalid', 'Perangkat tidak ditemukan')])
  expect(await gateway.instancesOf(key)).toHaveLength(1)
})

test('already connected is a failure with the word for how the device is', async () => {
  const { post, gateway } = await startWorld()
  const { id } = await gateway.stage({ phone: device as PhoneNumber, state: 'linked', account: anAccount })
  for (const path of ['/v1/device/scanqr', '/v1/device/pairingcode']) {
    const answer = await post(path, { device })
    expect([answer.status, answer.body]).toEqual([400, failure(400, 'connected', 'Perangkat sudah terhubung')])
  }
  await gateway.become(id, { state: 'starting' })
  expect((await post('/v1/device/scanqr', { device })).body).toEqual(
    failure(400, 'pending', 'Perangkat sedang dihubungkan'),
  )
  await gateway.become(id, { state: 'paused' })
  expect((await post('/v1/device/scanqr', { device })).body).toMatchObject({ success: false, status: 'disconnect' })
})

test('the HTTP status of "already connected" is a setting, since the vendor publishes none', async () => {
  const { post, gateway } = await startWorld({ alreadyLinkedStatus: 200 })
  await gateway.stage({ phone: device as PhoneNumber, state: 'linked', account: anAccount })
  const answer = await post('/v1/device/scanqr', { device })
  expect([answer.status, answer.body]).toEqual([200, failure(200, 'connected', 'Perangkat sudah terhubung')])
})

const endings: readonly (readonly [what: string, step: LinkStep, code: number, status: string])[] = [
  ['not offered in time', { kind: 'opening' }, 503, 'failed'],
  ['being set up', { kind: 'starting' }, 400, 'disconnect'],
  ['an attempt by the other method', { kind: 'type-code', code: 'X', expiresAt: new Date(0) }, 503, 'failed'],
  ['failed', { kind: 'failed', error: new GatewayError('whatsapp-unreachable', 'x') }, 503, 'failed'],
  ['another account', { kind: 'failed', error: new GatewayError('wrong-account', 'x') }, 400, 'failed'],
]
for (const [what, step, code, status] of endings)
  test(`an attempt with nothing to scan is a failure: ${what}`, async () => {
    const { post, gateway } = await startWorld()
    const { id } = await gateway.stage({ phone: device as PhoneNumber })
    gateway.offered = step
    const answer = await post('/v1/device/scanqr', { device })
    expect([answer.status, answer.body]).toEqual([code, { ...failure(code, status, String(answer.body.message)) }])
    expect(answer.body.message).toMatch(/\w{4}/)
    expect(await gateway.instancesOf(key)).toEqual([expect.objectContaining({ id })])
  })
