import sharp from 'sharp'
import { beforeEach, expect, onTestFinished, test } from 'vitest'
import { startControl } from '#simulator/control/index.js'
import { startSimulator } from '#simulator/index.js'

const [ana, ben] = ['15550001111', '15550002222']
let url = ''

beforeEach(async () => {
  const simulator = await startSimulator()
  const control = await startControl(simulator)
  url = control.url
  onTestFinished(async () => {
    await control.close()
    await simulator.close()
  })
  for (const number of [ana, ben]) await ask('POST', '/phones', { number })
})

async function ask(method: string, path: string, body?: unknown): Promise<{ status: number; body: unknown }> {
  const sent = body === undefined ? {} : { body: JSON.stringify(body) }
  const response = await fetch(`${url}${path}`, { method, ...sent })
  const text = await response.text()
  return { status: response.status, body: text === '' ? undefined : JSON.parse(text) }
}

test('chats, contacts and labels over HTTP', async () => {
  const message = (await ask('POST', `/phones/${ben}/messages`, { to: ana, text: 'hello' })).body as { id: string }
  const chat = `/phones/${ana}/chats/${ben}`
  await expect.poll(() => ask('GET', `/phones/${ana}/messages`)).toMatchObject({ body: { items: { length: 1 } } })
  const changes: [string, object?][] = [
    ['archive', { on: true }],
    ['pin', { on: true }],
    ['mute', { until: -1 }],
    ['mark-unread', { on: true }],
    ['star', { message: message.id, on: true }],
    ['label', { label: '3', on: true }],
    ['clear'],
  ]
  for (const [act, body] of changes) expect((await ask('POST', `${chat}/${act}`, body)).status).toBe(204)
  const now = { archived: true, pinned: true, muteUntil: -1, markedUnread: true, starred: [message.id], labels: ['3'] }
  expect((await ask('GET', chat)).body).toMatchObject({ id: ben, ...now, clearedAt: expect.any(String) as string })
  await ask('POST', `${chat}/mute`, {})
  await ask('POST', `${chat}/delete`)
  expect((await ask('GET', `/phones/${ana}/chats`)).body).toMatchObject({
    items: [{ id: ben, deletedAt: expect.any(String) as string }],
  })
  expect((await ask('GET', chat)).body).not.toHaveProperty('muteUntil')
  expect(await ask('POST', `${chat}/star`, { message: 'no', on: true })).toMatchObject({ status: 404 })
  expect(await ask('GET', `/phones/${ana}/chats/19995550000`)).toMatchObject({ status: 422 })

  expect((await ask('POST', `/phones/${ana}/contacts`, { who: ben, fullName: 'Ben B.' })).status).toBe(204)
  expect((await ask('GET', `/phones/${ana}/contacts`)).body).toMatchObject({
    items: [{ number: ben, fullName: 'Ben B.' }],
  })
  expect((await ask('DELETE', `/phones/${ana}/contacts/${ben}`)).status).toBe(204)
  expect((await ask('GET', `/phones/${ana}/contacts`)).body).toEqual({ items: [] })
  expect((await ask('GET', `/phones/${ana}/labels`)).body).toEqual({ items: [] })
})

test('profiles and privacy over HTTP', async () => {
  const image = await sharp({ create: { width: 50, height: 80, channels: 3, background: 'red' } })
    .png()
    .toBuffer()
  const changes: [string, object?][] = [
    ['profile/name', { name: 'Ana B.' }],
    ['profile/about', { text: 'Here' }],
    ['profile/picture', { image: `data:image/png;base64,${image.toString('base64')}` }],
    ['privacy', { name: 'last', value: 'none' }],
    ['privacy/default-expiration', { seconds: 86_400 }],
    ['block', { who: ben }],
  ]
  for (const [act, body] of changes) expect((await ask('POST', `/phones/${ana}/${act}`, body)).status).toBe(204)
  const profile = (await ask('GET', `/phones/${ana}/profile`)).body as { picture: string }
  expect(profile).toMatchObject({ name: 'Ana B.', about: 'Here' })
  expect(await sharp(Buffer.from(profile.picture, 'base64')).metadata()).toMatchObject({ format: 'jpeg', width: 640 })
  expect((await ask('GET', `/phones/${ana}/privacy`)).body).toMatchObject({
    settings: { last: 'none', status: 'all' },
    blocked: [ben],
    numberHidden: false,
    defaultExpiration: 86_400,
  })
  expect((await ask('DELETE', `/phones/${ana}/profile/picture`)).status).toBe(204)
  expect((await ask('GET', `/phones/${ana}/profile`)).body).not.toHaveProperty('picture')
  await ask('POST', `/phones/${ana}/unblock`, { who: ben })
  expect((await ask('GET', `/phones/${ana}/privacy`)).body).toMatchObject({ blocked: [] })
  expect(await ask('POST', `/phones/${ana}/privacy`, { name: 'last', value: 'some' })).toMatchObject({ status: 422 })
  expect(await ask('POST', `/phones/${ana}/privacy`, { name: 'first', value: 'all' })).toMatchObject({ status: 400 })
  expect(await ask('POST', `/phones/${ana}/profile/picture`, { image: 'AAAA' })).toMatchObject({ status: 422 })

  const business = { category: 'Bakery', email: 'hi@bread.example' }
  await ask('POST', '/phones', { number: '15550003333', hideNumber: true, business })
  expect((await ask('GET', '/phones/15550003333/profile')).body).toMatchObject({ business })
  expect((await ask('GET', '/phones/15550003333/privacy')).body).toMatchObject({ numberHidden: true })
  await ask('POST', '/phones/15550003333/privacy/reveal-number')
  expect((await ask('GET', '/phones/15550003333/privacy')).body).toMatchObject({ numberHidden: false })
})

test('settings, requests and invitations of a group over HTTP', async () => {
  const made = await ask('POST', `/phones/${ana}/groups`, { subject: 'Club', members: [] })
  const group = `/phones/${ana}/groups/${(made.body as { id: string }).id}`
  const image = await sharp({ create: { width: 9, height: 9, channels: 3, background: 'red' } })
    .png()
    .toBuffer()
  const changes: [string, object][] = [
    ['expiration', { seconds: 86_400 }],
    ['members-may-add', { on: true }],
    ['approval', { on: true }],
    ['picture', { image: image.toString('base64') }],
  ]
  for (const [act, body] of changes) expect((await ask('POST', `${group}/${act}`, body)).status).toBe(204)
  expect((await ask('DELETE', `${group}/picture`)).status).toBe(204)
  expect((await ask('GET', group)).body).toMatchObject({ expiration: 86_400, membersMayAdd: true, approval: true })
  const code = (await ask('GET', `${group}/invite`)).body
  expect(await ask('POST', `/phones/${ben}/join`, code)).toMatchObject({
    status: 409,
    body: { code: 'join-requested' },
  })
  expect((await ask('GET', `${group}/requests`)).body).toEqual({ items: [ben] })
  expect((await ask('POST', `${group}/reject`, { members: [ben] })).status).toBe(204)
  expect(await ask('POST', `${group}/approve`, { members: [ben] })).toMatchObject({ status: 409 })
  const { id } = (await ask('POST', `${group}/invite-member`, { member: ben })).body as { id: string }
  await expect.poll(() => ask('GET', `/phones/${ben}/messages`)).toMatchObject({ body: { items: [{ id }] } })
  expect(await ask('POST', `/phones/${ben}/messages/${id}/accept-invitation`)).toMatchObject({ status: 200 })
  expect((await ask('GET', `/phones/${ben}/groups`)).body).toMatchObject({ items: [{ subject: 'Club' }] })
  expect(await ask('POST', `/phones/${ben}/messages/${id}/accept-invitation`)).toMatchObject({ status: 410 })
})
