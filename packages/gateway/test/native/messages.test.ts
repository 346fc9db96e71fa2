import { expect, test } from 'vitest'
import { startWorld } from './world.js'

test('a message is stored, and what becomes of it can be read', async () => {
  const { call, instance } = await startWorld()
  const path = `/api/v1/instances/${await instance()}/messages`
  const sent = await call('POST', path, { to: '4915112345678', text: 'hello' })
  expect(sent.status).toBe(201)
  expect(sent.body).toMatchObject({
    chat: '4915112345678@s.whatsapp.net',
    content: { kind: 'text', text: 'hello' },
    status: 'queued',
    failure: null,
  })
  expect((await call('GET', `${path}/${String(sent.body.id)}`)).body).toEqual(sent.body)
  const whole = await call('POST', path, { to: '4915112345678', content: { kind: 'text', text: 'hello' } })
  expect(whole.body).toMatchObject({ content: { kind: 'text', text: 'hello' } })
  expect((await call('GET', `${path}/ABCDEF`)).body.code).toBe('message-not-found')
})

test('the same idempotency key is the same message', async () => {
  const { call, instance } = await startWorld()
  const path = `/api/v1/instances/${await instance()}/messages`
  const headers = { 'idempotency-key': 'order-42' }
  const first = await call('POST', path, { to: '4915112345678', text: 'hello' }, { headers })
  const second = await call('POST', path, { to: '4915112345678', text: 'hello' }, { headers })
  expect([second.status, second.text]).toEqual([201, first.text])
  const refused = await call('POST', path, { to: '1', text: 'x' }, { headers: { 'idempotency-key': 'with space' } })
  expect([refused.status, refused.body.field]).toEqual([400, 'idempotency-key'])
})

test('a text longer than WhatsApp carries is refused', async () => {
  const { call, instance } = await startWorld()
  const path = `/api/v1/instances/${await instance()}/messages`
  expect((await call('POST', path, { to: '4915112345678', text: 'x'.repeat(65_536) })).status).toBe(201)
  const answer = await call('POST', path, { to: '4915112345678', text: 'x'.repeat(65_537) })
  expect([answer.status, answer.body.code, answer.body.field]).toEqual([413, 'content-too-large', 'text'])
})
