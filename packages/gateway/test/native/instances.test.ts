import { expect, test } from 'vitest'
import { startWorld } from './world.js'

test('an instance is made with its credentials, shown once', async () => {
  const { call } = await startWorld()
  const made = await call('POST', '/api/v1/instances', {
    name: 'shop',
    network: 'sandbox',
    phone: '+49 (151) 123-456.78',
  })
  expect(made.status).toBe(201)
  expect(made.body).toMatchObject({
    name: 'shop',
    network: 'sandbox',
    phone: '4915112345678',
    state: 'unlinked',
    desired: 'unlinked',
    reason: 'created',
    account: null,
    credentials: {
      greenApi: { idInstance: made.body.serial, apiTokenInstance: 'a'.repeat(50) },
      witi: { wid: expect.stringMatching(/^[0-9A-F-]{36}$/) as string },
      wavave: { device: '4915112345678' },
    },
  })
  const { credentials, ...instance } = made.body
  expect(credentials).toBeDefined()
  expect((await call('GET', `/api/v1/instances/${String(made.body.id)}`)).body).toEqual(instance)
})

test('an instance without an expected phone has no Wavave device', async () => {
  const { call } = await startWorld()
  const made = await call('POST', '/api/v1/instances', { name: 'shop' })
  expect(made.body.credentials).toMatchObject({ wavave: { device: null } })
})

test('instances are listed page by page', async () => {
  const { call, instance } = await startWorld()
  const ids = [await instance(), await instance(), await instance()]
  const seen: unknown[] = []
  let after: number | null = 0
  while (after !== null) {
    const { body } = await call('GET', `/api/v1/instances?limit=2&after=${after}`)
    seen.push(...(body.items as { id: string }[]).map(({ id }) => id))
    after = body.next as number | null
  }
  expect(seen).toEqual(ids)
})

test('an instance is renamed, paused, resumed, logged out and deleted', async () => {
  const { call, instance } = await startWorld()
  const path = `/api/v1/instances/${await instance()}`
  expect((await call('PATCH', path, { name: 'desk', phone: '4915112345678' })).body).toMatchObject({
    name: 'desk',
    phone: '4915112345678',
  })
  expect((await call('PATCH', path, { phone: null })).body).toMatchObject({ name: 'desk', phone: null })
  expect((await call('PATCH', path, {})).status).toBe(400)
  expect((await call('POST', `${path}/pause`)).body).toMatchObject({ state: 'paused' })
  expect((await call('POST', `${path}/resume`, {})).body).toMatchObject({ state: 'linked' })
  expect((await call('POST', `${path}/logout`)).body).toMatchObject({ state: 'unlinked' })
  const gone = await call('DELETE', path)
  expect([gone.status, gone.text]).toEqual([204, ''])
  expect((await call('GET', path)).status).toBe(404)
})

test('answers are not to be stored or sniffed', async () => {
  const { call } = await startWorld()
  const { headers } = await call('GET', '/api/v1/instances')
  expect(headers.get('cache-control')).toBe('no-store')
  expect(headers.get('x-content-type-options')).toBe('nosniff')
})

test('HEAD answers like GET without the body', async () => {
  const { call } = await startWorld()
  const answer = await call('HEAD', '/api/v1/instances')
  expect([answer.status, answer.text]).toEqual([200, ''])
})
