import { expect, test } from 'vitest'
import { fillPath, routeTable } from './route-table.js'
import { key, startWorld, strangerKey } from './world.js'

test('every route refuses a request without a valid key before it reads anything else', async () => {
  const { call } = await startWorld()
  for (const { method, path, body } of routeTable)
    for (const as of [null, 'unknown', '']) {
      const answer = await call(method, path, body, { key: as })
      expect([answer.status, answer.body.code], `${method} ${path}`).toEqual([401, 'unauthorized'])
      expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer/)
    }
})

test('every route answers about things of another workspace exactly as about things that are not there', async () => {
  const { call, instance, gateway } = await startWorld()
  const id = await instance()
  await call('POST', `/api/v1/instances/${id}/link`, { method: 'qr' })
  const message = await call('POST', `/api/v1/instances/${id}/messages`, { to: '4915100000', text: 'hi' })
  const media = await call('POST', `/api/v1/instances/${id}/media`, { base64: 'AA==' })
  await call('POST', '/api/v1/sandbox/phones', { number: '15551234567' })
  const subscription = await call('POST', '/api/v1/subscriptions', { url: 'https://shop.example/hook' })
  const messageLink = await call('POST', '/api/v1/message-links', { phone: '4915100000', text: 'hi' })
  const csv = { headers: { 'content-type': 'text/csv' } }
  const linkImport = await call('POST', '/api/v1/message-link-imports', 'phone,text\n4915100000,hi', csv)
  const accessKey = await call('POST', '/api/v1/access-keys', { permissions: ['cams:*'] })
  const metaNumber = { phone: '4915100001', phoneNumberId: '106540352242922', token: 'EAAGm0PX4ZCpsBA' }
  await call('POST', '/api/v1/meta-numbers', metaNumber)
  const ours = [...gateway.keys.values()].find(({ name }) => name === key)
  const theirs = {
    id,
    messageId: String(message.body.id),
    mediaId: String(media.body.id),
    number: '15551234567',
    phone: metaNumber.phone,
  }
  const absent = {
    id: '00000000-0000-4000-8000-000000000000',
    messageId: 'ABCDEF',
    mediaId: 'x'.repeat(43),
    number: '19999999999',
    phone: '4915199999',
  }
  for (const { method, path, body, names } of routeTable.filter((route) => route.names !== 'nothing')) {
    const ids: Partial<Record<typeof names, string>> = {
      key: ours?.id ?? '',
      'access-key': String(accessKey.body.id),
      subscription: String(subscription.body.id),
      'message-link': String(messageLink.body.id),
      'link-import': String(linkImport.body.id),
    }
    const named = { ...theirs, id: ids[names] ?? id }
    const about = async (values: typeof absent | { id: string }) =>
      call(method, fillPath(path, values), body, { key: strangerKey })
    const [foreign, missing] = [await about(named), await about(absent)]
    expect(foreign.status, `${method} ${path}`).toBe(404)
    expect({ ...foreign, headers: 0 }).toEqual({ ...missing, headers: 0 })
  }
  expect((await call('GET', `/api/v1/instances/${id}`)).status).toBe(200)
})

test('an id that cannot be one is answered like one that is not there', async () => {
  const { call } = await startWorld()
  const absent = await call('GET', '/api/v1/instances/00000000-0000-4000-8000-000000000000')
  for (const id of ['1', 'x'.repeat(400), '%00', '..%2f', "';--", '%F0%9F%98%80'])
    expect((await call('GET', `/api/v1/instances/${id}`)).text, id).toBe(absent.text)
  for (const number of ['1', '%2B4915112345678', 'abc'])
    expect((await call('GET', `/api/v1/sandbox/phones/${number}`)).body.code).toBe('phone-not-found')
  expect((await call('DELETE', '/api/v1/keys/%00')).body.code).toBe('key-not-found')
  expect((await call('DELETE', '/api/v1/access-keys/%00')).body.code).toBe('access-key-not-found')
})

test('a key works until it is revoked, and is shown once', async () => {
  const { call } = await startWorld()
  const made = await call('POST', '/api/v1/keys', { name: 'ci', scopes: ['admin'], network: 'sandbox' })
  expect(made.status).toBe(201)
  expect(made.body).toMatchObject({ name: 'ci', scopes: ['admin'], network: 'sandbox', revokedAt: null })
  const secret = String(made.body.key)
  const listed = await call('GET', '/api/v1/keys', undefined, { key: secret })
  expect(listed.status).toBe(200)
  expect(listed.text).not.toContain(secret)
  expect((await call('DELETE', `/api/v1/keys/${String(made.body.id)}`)).status).toBe(204)
  expect((await call('GET', '/api/v1/keys', undefined, { key: secret })).status).toBe(401)
})

test('an access key is shown with its secret once', async () => {
  const { call } = await startWorld()
  const made = await call('POST', '/api/v1/access-keys', { name: 'ads', permissions: ['cams:*'], network: 'sandbox' })
  expect(made.status).toBe(201)
  expect(made.body).toMatchObject({ name: 'ads', permissions: ['cams:*'], network: 'sandbox', revokedAt: null })
  const { accessKeySecret, ...rest } = made.body
  expect((await call('GET', '/api/v1/access-keys')).body).toEqual({ items: [rest], next: null })
  expect((await call('DELETE', `/api/v1/access-keys/${String(rest.id)}`)).status).toBe(204)
  expect((await call('GET', '/api/v1/access-keys')).text).not.toContain(accessKeySecret)
  for (const body of [
    {},
    { permissions: [] },
    { permissions: 'cams:*' },
    { permissions: ['cams:*'], network: 'whatsapp' },
  ])
    expect((await call('POST', '/api/v1/access-keys', body)).body.code).toBe('bad-request')
})

test('the scheme is read in any case, and nothing but Bearer is accepted', async () => {
  const { call } = await startWorld()
  const status = async (authorization: string) =>
    (await call('GET', '/api/v1/keys', undefined, { key: null, headers: { authorization } })).status
  expect(await status(`bearer ${key}`)).toBe(200)
  expect(await status(`BEARER  ${key}`)).toBe(200)
  expect(await status(`Basic ${key}`)).toBe(401)
  expect(await status(key)).toBe(401)
})
