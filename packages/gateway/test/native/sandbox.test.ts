import { expect, test } from 'vitest'
import { startWorld } from './world.js'

const phones = '/api/v1/sandbox/phones'

test('a virtual phone is made, listed, read and deleted', async () => {
  const { call } = await startWorld()
  const made = await call('POST', phones, { number: '+1 555 123-4567', name: 'Ana' })
  expect(made.status).toBe(201)
  expect(made.body).toEqual({
    number: '15551234567',
    jid: '15551234567@s.whatsapp.net',
    lid: '915551234567@lid',
    name: 'Ana',
    online: true,
  })
  expect((await call('GET', phones)).body).toEqual({ items: [made.body], next: null })
  expect((await call('GET', `${phones}/15551234567`)).body).toEqual({ ...made.body, devices: [] })
  expect((await call('POST', phones, { number: '15551234567' })).body.code).toBe('number-taken')
  expect((await call('DELETE', `${phones}/15551234567`)).status).toBe(204)
  expect((await call('GET', `${phones}/15551234567`)).body.code).toBe('phone-not-found')
})

test('a phone without wishes gets a number', async () => {
  const { call } = await startWorld()
  expect((await call('POST', phones)).body).toMatchObject({ number: '15550000001' })
})

test('a phone scans, types a code, and unlinks', async () => {
  const { call } = await startWorld()
  await call('POST', phones, { number: '15551234567' })
  const path = `${phones}/15551234567`
  const device = {
    jid: '15551234567:1@s.whatsapp.net',
    platform: 'CHROME',
    linkedAt: '2026-01-02T03:04:05.678Z',
    connected: true,
  }
  for (const [action, body] of [
    ['scan', { qr: '2@x' }],
    ['scan', { image: 'data:image/png;base64,AA==' }],
    ['enter-code', { code: 'ABCD-EFGH' }],
  ] as const) {
    const answer = await call('POST', `${path}/${action}`, body)
    expect([answer.status, answer.body]).toEqual([200, device])
  }
  expect((await call('POST', `${path}/scan`, { qr: 'nonsense' })).body.code).toBe('sandbox-refused')
  expect((await call('POST', `${path}/unlink`, { device: device.jid })).status).toBe(204)
  expect((await call('GET', path)).body.devices).toEqual([])
})

test('a phone sends, reads, leaves and returns', async () => {
  const { call } = await startWorld()
  await call('POST', phones, { number: '15551234567' })
  const path = `${phones}/15551234567`
  const sent = await call('POST', `${path}/messages`, { to: '4915112345678', text: 'hello' })
  expect(sent.status).toBe(201)
  expect(sent.body).toMatchObject({ id: 'AB12', text: 'hello', status: 'sent', timestamp: '2026-01-02T03:04:05.678Z' })
  expect((await call('POST', `${path}/read`)).status).toBe(204)
  expect((await call('GET', `${path}/messages`)).body).toMatchObject({
    items: [{ id: 'AB12', status: 'read' }],
    next: null,
  })
  expect((await call('POST', `${path}/offline`)).status).toBe(204)
  expect((await call('GET', path)).body.online).toBe(false)
  expect((await call('POST', `${path}/online`)).status).toBe(204)
  expect((await call('GET', path)).body.online).toBe(true)
})
