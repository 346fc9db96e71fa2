import { expect, test } from 'vitest'
import { GatewayError } from '#gateway/core/errors/gateway-error.js'
import type { PhoneNumber } from '#gateway/core/ids.js'
import { type Document, shapes } from './promised-shape.js'
import { fillPath } from './route-table.js'
import { startWorld, type Answer } from './world.js'

test('answers have the shape that the OpenAPI document promises, and no field beyond it', async () => {
  const world = await startWorld()
  const document = (await world.call('GET', '/openapi.json')).body as unknown as Document
  const differences = shapes(document)
  const checked = new Set<string>()

  async function call(method: string, template: string, id: string, body?: unknown): Promise<Answer> {
    const answer = await world.call(method, fillPath(template, { id, number: id }), body)
    const promised = document.paths[template]?.[method.toLowerCase()]?.responses[answer.status]
    expect(promised, `${method} ${template} ${answer.status}`).toBeDefined()
    if (promised?.content === undefined) return answer
    const { schema } = Object.values(promised.content)[0] ?? {}
    expect(differences(schema)(answer.body), `${method} ${template}`).toEqual([])
    checked.add(`${method} ${template} ${answer.status}`)
    return answer
  }

  const instances = '/api/v1/instances'
  const one = `${instances}/{id}`
  const id = String((await call('POST', instances, '', { name: 'shop', phone: '4915112345678' })).body.id)
  await call('GET', instances, '')
  await call('GET', one, id)
  await call('PATCH', one, id, { name: 'desk' })
  await call('POST', `${one}/pause`, id)
  await call('GET', `${one}/link`, id)
  await call('GET', `${one}/link/qr.png`, id)
  await call('POST', `${one}/link`, id, { method: 'fax' })
  await call('POST', `${one}/link`, id, { method: 'qr' })
  for (const step of [
    { kind: 'opening' },
    { kind: 'type-code', code: 'ABCDEFGH', expiresAt: new Date() },
    { kind: 'linked', phone: '4915112345678' as PhoneNumber },
    { kind: 'failed', error: new GatewayError('link-expired', 'Nobody scanned.') },
  ] as const) {
    world.gateway.step(id, step)
    await call('GET', `${one}/link`, id)
  }
  await call('POST', `${one}/messages`, id, { to: '4915112345678', text: 'hi' })
  world.gateway.happened(id, {
    kind: 'message.received',
    data: {
      id: 'AB',
      chat: '4915112345678@s.whatsapp.net',
      chatPhone: '4915112345678',
      chatLid: null,
      sender: '4915112345678@s.whatsapp.net',
      phone: '4915112345678',
      lid: null,
      name: null,
      fromMe: false,
      content: { kind: 'unsupported', type: 'pollCreationMessage' },
      sentAt: '2026-01-02T03:04:05.000Z',
    },
  })
  world.gateway.happened(id, { kind: 'link.step', data: { attempt: 'a', step: 'failed', error: 'link-expired' } })
  await call('GET', `${one}/events`, id)
  const chat = `${one}/chats/{chat}`
  await call('GET', `${one}/queue`, id)
  await call('POST', `${one}/media`, id, { base64: 'AA==' })
  await call('GET', `${one}/chats`, id)
  await call('GET', chat, id)
  await call('PATCH', chat, id, { mutedUntil: '2026-03-01T00:00:00Z' })
  await call('GET', `${one}/history`, id)
  await call('GET', `${one}/contacts`, id)
  await call('GET', `${one}/contacts/{contact}`, id)
  await call('POST', `${one}/numbers/check`, id, { phones: ['4915112345678'] })
  await call('GET', `${one}/profiles/{of}`, id)
  await call('GET', `${one}/groups`, id)
  await call('GET', `${one}/groups/{group}`, id)
  await call('POST', `${one}/groups`, id, { subject: 'Team', participants: [] })
  await call('POST', `${one}/groups/{group}/participants`, id, { change: 'add', participants: ['4915112345678'] })
  await call('GET', `${one}/groups/{group}/invite`, id)
  const subscriptions = '/api/v1/subscriptions'
  const hook = `${subscriptions}/{id}`
  const wish = { url: 'https://shop.example/hook', instance: id, kinds: ['call'] }
  const hookId = String((await call('POST', subscriptions, '', wish)).body.id)
  await call('GET', subscriptions, '')
  await call('GET', hook, hookId)
  await call('PATCH', hook, hookId, { state: 'paused' })
  await call('POST', `${hook}/rotate-secret`, hookId, { overlap: 60 })
  await call('POST', `${hook}/test`, hookId)
  await call('GET', `${hook}/deliveries`, hookId)
  await call('POST', `${hook}/replay`, hookId, { instance: id, seq: 1 })
  await call('GET', hook, id)
  await call('POST', '/api/v1/keys', '', { name: 'ci' })
  await call('GET', '/api/v1/keys', '')
  await call('POST', '/api/v1/access-keys', '', { permissions: ['cams:*'] })
  await call('GET', '/api/v1/access-keys', '')
  const phones = '/api/v1/sandbox/phones'
  const phone = `${phones}/{number}`
  await call('POST', phones, '', { number: '15551234567' })
  await call('GET', phones, '')
  await call('POST', `${phone}/scan`, '15551234567', { qr: '2@x' })
  await call('GET', phone, '15551234567')
  await call('POST', `${phone}/messages`, '15551234567', { to: '4915112345678', text: 'hi' })
  await call('GET', `${phone}/messages`, '15551234567')
  await call('GET', phone, '15559999999')
  expect(checked.size).toBe(47)
})
