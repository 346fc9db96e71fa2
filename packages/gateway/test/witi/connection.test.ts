import { expect, test } from 'vitest'
import { GatewayError } from '#gateway/core/errors/gateway-error.js'
import { systemClock } from '#gateway/core/ports/clock.js'
import type { LinkStep } from '#gateway/core/linking/link-step.js'
import { anAccount } from '../dialects/staged-gateway.js'
import { ManualClock } from '../manual-clock.js'
import { scanStep, time } from '../native/fake-gateway.js'
import { inside, startWorld } from './world.js'

const linked = { state: 'linked', desired: 'linked', reason: 'connected', account: anAccount } as const

test('a QR comes as an SVG data URI with the whole seconds that it has left', async () => {
  // The QR of the fake expires at `time`.
  const at = (left: number) => ({ ...systemClock, now: () => new Date(time.getTime() - left) })
  for (const [left, ttl] of [
    [20_000, 20],
    [19_999, 19],
    [12_345, 12],
    [1_000, 1],
    [400, 1],
  ] as const) {
    const { connection } = await startWorld(at(left))
    const { id, run } = await connection()
    const answer = await run('generate_qrcode', { user_agent: 'Mozilla/5.0' })
    const step = scanStep(`2@${id}`)
    expect([answer.status, answer.body]).toEqual([
      200,
      { qr: step.kind === 'scan' ? step.qr.svg : '', status: 1, error: '', ttl },
    ])
    expect(answer.headers.get('cache-control')).toBe('no-store')
  }
})

test('a QR is also given to a request without any body', async () => {
  const { connection } = await startWorld()
  const { run } = await connection()
  expect((await run('generate_qrcode')).body.status).toBe(1)
  expect((await run('generate_qrcode', '')).body.status).toBe(1)
})

test('a connection that is established offers no QR, in the words of the vendor', async () => {
  const { connection } = await startWorld()
  for (const state of ['linked', 'reconnecting', 'starting', 'restricted'] as const) {
    const { run } = await connection({ ...linked, state })
    const { status, body } = await run('generate_qrcode', {})
    expect([status, body]).toEqual([200, { status: 0, error: 'Connection already established', ttl: 0 }])
  }
})

const endings: readonly (readonly [step: LinkStep, error: string])[] = [
  [{ kind: 'opening' }, 'WhatsApp did not answer in time, try again'],
  [{ kind: 'starting' }, 'Connection already established'],
  [{ kind: 'linked', phone: anAccount.phone }, 'Connection already established'],
  [{ kind: 'type-code', code: 'X', expiresAt: time }, 'QR code generation was interrupted, try again'],
  [{ kind: 'failed', error: new GatewayError('whatsapp-unreachable', 'x') }, 'WhatsApp cannot be reached'],
]
for (const [step, error] of endings)
  test(`an attempt without a QR at the step "${step.kind}" is the failure of the page`, async () => {
    const { connection, gateway } = await startWorld()
    const { run } = await connection()
    gateway.offered = step
    const answer = await run('generate_qrcode', {})
    expect([answer.status, answer.body]).toEqual([200, { status: 0, error, ttl: 0 }])
  })

test('status tells what is known, measured or empty, and nothing invented', async () => {
  const { connection, gateway } = await startWorld()
  gateway.figured = { chats: 32, contacts: 72, sentBytes: 12, receivedBytes: 34 }
  const { run, wid } = await connection(linked)
  const { status, body } = await run('status')
  expect(status).toBe(200)
  const none = { Bytes: 0, Files: 0 }
  expect(body).toEqual({
    status: 10,
    statusString: 'WhatsAppAuthenticated',
    connected: true,
    ConnectionInfo: {
      lg: '',
      lc: '',
      phone: {
        device_model: '',
        wa_version: '',
        mcc: '',
        os_version: '',
        os_build_number: '',
        device_manufacturer: '',
        mnc: '',
      },
      battery: 0,
      tos: 0,
      pushname: 'Atendimento Maria',
      protoVersion: [],
      plugged: false,
      platform: '',
      wid: '628123456789@s.whatsapp.net',
      connected: true,
      isResponse: 'false',
      binVersion: 0,
      locales: '',
    },
    WebID: wid,
    Webhook: '',
    UserAgent: '',
    CanRestoreConnection: true,
    stats: { Contacts: 72, Chats: 32, SentBytes: 12, ReceveidBytes: 34 },
    storage: {
      Name: wid,
      ...none,
      Subs: ['media', 'profile', 'thumb'].map((Name) => ({ Name, ...none, Subs: null })),
    },
  })
  expect(wid).toBe(wid.toUpperCase())
})

test('one that never was linked has no account', async () => {
  const { connection } = await startWorld()
  const { run } = await connection()
  const { body } = await run('status')
  expect(body).toMatchObject({ status: 0, connected: false, CanRestoreConnection: false })
  expect(body.ConnectionInfo).toMatchObject({ wid: '', pushname: '', connected: false })
})

test('after a logout by the phone it is "not authenticated", not "no connection"', async () => {
  const { connection } = await startWorld()
  const { run } = await connection({ state: 'unlinked', reason: 'logged-out-by-phone' })
  expect((await run('status')).body).toMatchObject({
    status: 13,
    statusString: 'WhatsAppNotAuthenticated',
    connected: false,
    CanRestoreConnection: false,
  })
})

test('disconnect gives the link up', async () => {
  const { connection } = await startWorld()
  const { run } = await connection(linked)
  const { status, body } = await run('disconnect')
  expect(status).toBe(200)
  expect(body).toMatchObject({ status: 0, statusString: 'noConnection', connected: false, CanRestoreConnection: false })
  expect((await run('status')).body).toEqual(body)
})

test('close keeps the link: no connection in its own answer, 11 and restorable afterwards', async () => {
  const { connection } = await startWorld()
  const { run, wid } = await connection(linked)
  const closed = await run('close_session')
  expect(closed.status).toBe(200)
  expect(Object.keys(closed.body)).toEqual(['sucesso', 'Status'])
  expect(closed.body.sucesso).toBe(true)
  expect(inside(closed)).toMatchObject({ status: 0, statusString: 'noConnection', connected: false, WebID: wid })
  expect(String(closed.body.Status)).toMatch(/^\{"status":0,"statusString":"noConnection"/)
  expect((await run('status')).body).toMatchObject({
    status: 11,
    statusString: 'WhatsAppAuthenticatedConnectionClosed',
    connected: false,
    CanRestoreConnection: true,
  })

  const restored = await run('restore_session')
  expect(restored.body.sucesso).toBe(true)
  expect(inside(restored)).toEqual((await run('status')).body)
  expect(String(restored.body.Status)).toMatch(/^\{"status":10,"statusString":"WhatsAppAuthenticated"/)
})

test('restore waits for the account, and says so when it does not come', async () => {
  const clock = new ManualClock()
  const { connection, gateway } = await startWorld(clock)
  const { run, id } = await connection({ ...linked, state: 'paused' })
  gateway.onResume = (one) => gateway.become(one, { state: 'reconnecting' })
  const waiting = async () => {
    while (clock.pending === 0) await new Promise((resolve) => setImmediate(resolve))
  }

  const coming = run('restore_session')
  await waiting()
  await gateway.become(id, { state: 'linked' })
  clock.advance(1000)
  expect((await coming).body.sucesso).toBe(true)

  const answered = { soFar: false }
  const lost = run('restore_session').finally(() => (answered.soFar = true))
  for (let passed = 0; passed < 15_000; passed += 50) {
    await waiting()
    expect(answered.soFar).toBe(false)
    clock.advance(50)
  }
  const { status, body } = await lost
  expect([status, body.sucesso]).toEqual([200, false])
  expect(inside(await lost)).toMatchObject({ status: 11, CanRestoreConnection: true })
})

test('restore does not wait for an account that is gone', async () => {
  const { connection, gateway } = await startWorld(new ManualClock())
  const { run } = await connection({ ...linked, state: 'paused' })
  gateway.onResume = (one) =>
    gateway.become(one, { state: 'unlinked', reason: 'logged-out-by-phone', account: null, desired: 'unlinked' })
  const answer = await run('restore_session')
  expect(answer.body.sucesso).toBe(false)
  expect(inside(answer)).toMatchObject({ status: 13, CanRestoreConnection: false })
})

test('nobody waits for an account while the server closes', async () => {
  const clock = new ManualClock()
  const { connection, gateway, close } = await startWorld(clock)
  const { run } = await connection({ ...linked, state: 'paused' })
  gateway.onResume = (one) => gateway.become(one, { state: 'reconnecting' })
  const answer = run('restore_session')
  while (clock.pending === 0) await new Promise((resolve) => setImmediate(resolve))
  const closed = close()
  expect((await answer).body.sucesso).toBe(false)
  await closed
})

test('without a session there is none to close, save or restore', async () => {
  const { connection } = await startWorld()
  const { run } = await connection()
  for (const command of ['close_session', 'restore_session'] as const) {
    const answer = await run(command)
    expect([answer.status, answer.body.sucesso]).toEqual([200, false])
    expect(inside(answer)).toEqual((await run('status')).body)
  }
  expect(await run('save_session')).toMatchObject({ status: 200, body: { sucesso: false } })
})

test('save has nothing left to do', async () => {
  const { connection } = await startWorld()
  for (const state of ['linked', 'paused', 'reconnecting'] as const) {
    const { run } = await connection({ ...linked, state })
    const { status, body } = await run('save_session')
    expect([status, body]).toEqual([200, { sucesso: true }])
  }
})

test('clear leaves the link, the account and the settings as they are', async () => {
  const { connection } = await startWorld()
  const { run } = await connection(linked)
  await run('set_config', { webhook: 'https://my-system.com/hook', user_agent: 'Opera' })
  const before = (await run('status')).body
  const { status, body } = await run('clear')
  expect([status, body]).toEqual([200, { status: true, message: 'clear ok' }])
  expect((await run('status')).body).toEqual(before)
})
