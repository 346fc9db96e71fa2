import { expect, test } from 'vitest'
import { GatewayError } from '#gateway/core/errors/gateway-error.js'
import type { PhoneNumber } from '#gateway/core/ids.js'
import { qrReply } from '#gateway/dialects/green-api/qr.js'
import { scanStep } from '../native/fake-gateway.js'
import { account, startWorld } from './world.js'

const phone = account.phone

test('the first poll starts an attempt and brings its QR as a bare base64 PNG', async () => {
  const { call, instance } = await startWorld()
  const { path, id } = await instance()
  const answer = await call('GET', path('qr'))
  expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8')
  expect(answer.body.type).toBe('qrCode')
  const step = scanStep(`2@${id}`)
  expect(`data:image/png;base64,${String(answer.body.message)}`).toBe(step.kind === 'scan' && step.qr.png)
  expect(Object.keys(answer.body)).toEqual(['type', 'message'])
})

test('each poll shows the QR of the moment', async () => {
  const { call, instance, gateway, clock } = await startWorld()
  const { path, id } = await instance()
  const first = await call('GET', path('qr'))
  expect((await call('GET', path('qr'))).body).toEqual(first.body)
  gateway.step(id, scanStep('2@rotated'))
  clock.advance(1000)
  const second = await call('GET', path('qr'))
  expect(second.body.type).toBe('qrCode')
  expect(second.body.message).not.toBe(first.body.message)
})

test('one QR is written out once, however many ask', () => {
  const step = scanStep('2@once')
  expect(qrReply(step)).toBe(qrReply(step))
  expect(qrReply(step)).not.toBe(qrReply(scanStep('2@once')))
})

test('a linked instance is already logged', async () => {
  const { call, instance } = await startWorld()
  const { path } = await instance({ state: 'linked', account })
  expect((await call('GET', path('qr'))).body).toEqual({
    type: 'alreadyLogged',
    message: 'instance account already authorized',
  })
})

test('an attempt that ended well is no proof of a link: a QR comes after a logout', async () => {
  const { call, instance, gateway } = await startWorld()
  const owned = await instance({ state: 'unlinked' })
  const ours = await gateway.access.authenticate('key-of-ours')
  const begun = await gateway.links.start(ours, owned.id, { method: 'qr' })
  Object.assign(gateway.links, { current: async () => ({ ...begun, step: { kind: 'linked', phone } }) })
  expect((await call('GET', owned.path('qr'))).body.type).toBe('qrCode')
})

test('a QR never takes the place of a code that somebody is about to enter', async () => {
  const { call, instance, clock } = await startWorld()
  const { path } = await instance()
  const code = await call('POST', path('getAuthorizationCode'), { phoneNumber: Number(phone) })
  expect(code.body).toEqual({ status: true, code: 'ABCDEFGH' })
  expect((await call('GET', path('qr'))).body).toMatchObject({ type: 'error' })
  clock.advance(1000)
  expect((await call('POST', path('getAuthorizationCode'), { phoneNumber: phone })).body).toEqual(code.body)
})

test('a poll waits while the attempt opens, and says so when that takes long', async () => {
  const { call, instance, gateway } = await startWorld()
  const { path, id } = await instance()
  await call('GET', path('qr'))
  gateway.step(id, { kind: 'opening' })
  const polled = call('GET', path('qr'))
  await expect.poll(() => gateway.watching()).toBe(1)
  gateway.step(id, { kind: 'starting' })
  expect((await polled).body).toEqual({ type: 'error', message: 'instance in starting process try later' })
})

test('why an attempt failed is said for a while, then the next one starts', async () => {
  const { call, instance, gateway, become, clock } = await startWorld()
  const owned = await instance()
  await call('GET', owned.path('qr'))
  const error = new GatewayError('wrong-account', 'Another account than the expected one scanned the code.')
  gateway.step(owned.id, { kind: 'failed', error })
  await become(owned, { reason: 'wrong-account', stateAt: clock.now() })
  for (let second = 0; second < 5; second++) {
    expect((await call('GET', owned.path('qr'))).body).toEqual({ type: 'error', message: error.message })
    clock.advance(1000)
  }
  expect((await call('GET', owned.path('qr'))).body.type).toBe('qrCode')
})

test.each(['link-expired', 'link-abandoned', 'link-cancelled'] as const)(
  'after %s the next poll starts anew at once',
  async (code) => {
    const { call, instance, gateway, become, clock } = await startWorld()
    const owned = await instance()
    await call('GET', owned.path('qr'))
    gateway.step(owned.id, { kind: 'failed', error: new GatewayError(code, 'over') })
    await become(owned, { reason: code, stateAt: clock.now() })
    expect((await call('GET', owned.path('qr'))).body.type).toBe('qrCode')
  },
)

test.each(['instance-banned', 'instance-busy', 'storage-error', 'whatsapp-unreachable'] as const)(
  'a refusal with %s is an error of type `error`, with status 200',
  async (code) => {
    const { call, instance, gateway } = await startWorld()
    const { path } = await instance()
    gateway.failNext(new GatewayError(code, 'What happened.'))
    const answer = await call('GET', path('qr'))
    expect([answer.status, answer.body]).toEqual([200, { type: 'error', message: 'What happened.' }])
  },
)

test('a fault that is not about linking is answered as by any other method', async () => {
  const { call, instance, gateway } = await startWorld()
  const { path } = await instance()
  gateway.failNext(new GatewayError('storage-full', 'full'))
  expect((await call('GET', path('qr'))).status).toBe(500)
})

test('a code can be had for any number, as digits or as a number', async () => {
  const { call, instance } = await startWorld()
  for (const phoneNumber of [441234567890, '441234567890' as PhoneNumber]) {
    const { path } = await instance()
    const answer = await call('POST', path('GetAuthorizationCode'), { phoneNumber })
    expect(answer.body).toEqual({ status: true, code: 'ABCDEFGH' })
  }
})

test.each([
  [{}, "Validation failed. Details: 'phoneNumber' is required"],
  [undefined, "Validation failed. Details: 'phoneNumber' is required"],
  [{ phoneNumber: null }, "Validation failed. Details: 'phoneNumber' must be a number"],
  [{ phoneNumber: '+44 1234' }, "Validation failed. Details: 'phoneNumber' must contain only digits"],
  [{ phoneNumber: 4412345.5 }, "Validation failed. Details: 'phoneNumber' must contain only digits"],
  [{ phoneNumber: 1e30 }, "Validation failed. Details: 'phoneNumber' must contain only digits"],
  [{ phoneNumber: 123 }, 'bad phone number'],
  [{ phoneNumber: '1234567890123456' }, 'bad phone number'],
])('a number that is none: %j', async (body, message) => {
  const { call, instance } = await startWorld()
  const answer = await call('POST', (await instance()).path('getAuthorizationCode'), body)
  expect([answer.status, answer.body.message]).toEqual([400, message])
})

test('no code without an attempt that gives one', async () => {
  const { call, instance, gateway, clock } = await startWorld()
  const { path } = await instance({ state: 'linked', account })
  const linked = await call('POST', path('getAuthorizationCode'), { phoneNumber: phone })
  expect([linked.status, linked.body.message]).toEqual([400, 'Instance has auth. You need to make log out'])

  const other = await instance()
  await call('GET', other.path('qr'))
  gateway.step(other.id, { kind: 'starting' })
  clock.advance(1000)
  expect((await call('POST', other.path('getAuthorizationCode'), { phoneNumber: phone })).body).toEqual({
    status: false,
    code: '',
  })
})
