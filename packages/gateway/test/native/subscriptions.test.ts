import { describe, expect, test } from 'vitest'
import { startWorld } from './world.js'

const path = '/api/v1/subscriptions'
const url = 'https://shop.example/hook?token=s3cret'

async function world() {
  const started = await startWorld()
  const made = await started.call('POST', path, { url })
  return { ...started, made, one: `${path}/${String(made.body.id)}` }
}

describe('a subscription', () => {
  test('is made with a secret that is shown once', async () => {
    const { call, made, one } = await world()
    expect(made.status).toBe(201)
    expect(made.body).toEqual({
      id: expect.stringMatching(/^[\da-f-]{36}$/) as string,
      url,
      format: 'native',
      instance: null,
      network: null,
      kinds: null,
      managedBy: null,
      state: 'active',
      failingSince: null,
      createdAt: '2026-01-02T03:04:05.678Z',
      secret: 'whsec_c2VjcmV0',
    })
    const { secret: _, ...shown } = made.body
    expect((await call('GET', one)).body).toEqual(shown)
    expect((await call('GET', path)).body).toEqual({ items: [shown], next: null })
    expect((await call('GET', one)).text).not.toContain('whsec_')
  })

  test('is made as it is wished', async () => {
    const { call, instance } = await world()
    const id = await instance()
    const kinds = ['message.received', 'call']
    const wish = { url, format: 'green-api', instance: id.toUpperCase(), network: 'whatsapp', kinds, from: 'start' }
    const { body, status } = await call('POST', path, wish)
    expect(status).toBe(201)
    expect(body).toMatchObject({ format: 'green-api', instance: id, network: 'whatsapp', kinds, secret: null })
  })

  test('is changed, paused, and removed', async () => {
    const { call, one } = await world()
    expect((await call('PATCH', one, { state: 'paused', kinds: null })).body.state).toBe('paused')
    expect((await call('DELETE', one)).status).toBe(204)
    const { status, body } = await call('GET', one)
    expect([status, body.code]).toEqual([404, 'subscription-not-found'])
  })

  test('are listed in pages', async () => {
    const { call } = await world()
    await call('POST', path, { url: 'https://b.example' })
    await call('POST', path, { url: 'https://c.example' })
    const first = await call('GET', `${path}?limit=2`)
    expect(first.body).toMatchObject({ items: [{ url }, { url: 'https://b.example' }], next: 2 })
    const rest = await call('GET', `${path}?limit=2&after=2`)
    expect(rest.body).toMatchObject({ items: [{ url: 'https://c.example' }], next: null })
  })

  test('its URL is in no log', async () => {
    const { call, one, log } = await world()
    await call('PATCH', one, { url: `${url}2` })
    await call('POST', path, { url, nonsense: true })
    expect(log.length).toBeGreaterThan(0)
    expect(log.join('')).not.toContain('s3cret')
    expect(log.join('')).not.toContain('whsec_')
  })
})

describe('what is refused, and by which field', () => {
  const bodies: readonly (readonly [body: unknown, field: string])[] = [
    [{}, 'url'],
    [{ url: 7 }, 'url'],
    [{ url: '' }, 'url'],
    [{ url: `https://a.example/${'x'.repeat(2048)}` }, 'url'],
    [{ url, format: 'telegram' }, 'format'],
    [{ url, network: 'signal' }, 'network'],
    [{ url, kinds: [] }, 'kinds'],
    [{ url, kinds: ['message.eaten'] }, 'kinds.0'],
    [{ url, from: 'yesterday' }, 'from'],
    [{ url, secret: 'whsec_mine' }, 'secret'],
  ]
  for (const [body, field] of bodies)
    test(`POST ${JSON.stringify(body).slice(0, 60)}`, async () => {
      const { call } = await world()
      const { status, body: problem } = await call('POST', path, body)
      expect([status, problem.code]).toEqual([400, 'bad-request'])
      expect(String(problem.field)).toContain(field.split('.')[0])
    })

  test('an instance that is not there', async () => {
    const { call } = await world()
    for (const instance of ['00000000-0000-4000-8000-000000000000', '../keys'])
      expect((await call('POST', path, { url, instance })).body.code).toBe('instance-not-found')
  })

  test('an edit of nothing, or to a state that is not for owners', async () => {
    const { call, one } = await world()
    expect((await call('PATCH', one, {})).status).toBe(400)
    expect((await call('PATCH', one, { state: 'gone' })).body.field).toBe('state')
    expect((await call('PATCH', one, { format: 'witi' })).body.field).toBe('format')
  })

  test('an overlap of more than a week, or less than nothing', async () => {
    const { call, one } = await world()
    for (const overlap of [604_801, -1, 1.5, '60'])
      expect((await call('POST', `${one}/rotate-secret`, { overlap })).body.field).toBe('overlap')
  })

  test('a path that cannot name one', async () => {
    const { call } = await world()
    const absent = await call('GET', `${path}/00000000-0000-4000-8000-000000000000`)
    for (const id of ['1', 'x'.repeat(400), '%00', "';--"])
      expect((await call('GET', `${path}/${id}`)).text).toBe(absent.text)
  })

  const replays: readonly (readonly [body: unknown, field: string])[] = [
    [{}, 'instance'],
    [{ deadLetters: false }, 'deadLetters'],
    [{ deadLetters: true, seq: 1 }, 'deadLetters'],
    [{ seq: 1 }, 'instance'],
    [{ instance: 'i', seq: 0 }, 'seq'],
    [{ instance: 'i', seq: 1, from: 1 }, 'seq'],
    [{ instance: 'i' }, 'from'],
    [{ instance: 'i', from: 1 }, 'to'],
    [{ instance: 'i', to: 1 }, 'from'],
    [{ instance: 'i', from: 2, to: 1 }, 'to'],
  ]
  for (const [body, field] of replays)
    test(`replay of ${JSON.stringify(body)}`, async () => {
      const { call, one } = await world()
      const { status, body: problem } = await call('POST', `${one}/replay`, body)
      expect([status, problem.field]).toEqual([400, field])
    })
})

test('a secret is rotated, for a day unless told', async () => {
  const { call, one } = await world()
  const usual = await call('POST', `${one}/rotate-secret`)
  expect(usual.status).toBe(200)
  expect(usual.body).toEqual({ secret: 'whsec_YW5vdGhlcg==', previousUntil: '2026-01-03T03:04:05.678Z' })
  const now = await call('POST', `${one}/rotate-secret`, { overlap: 0 })
  expect(now.body.previousUntil).toBe('2026-01-02T03:04:05.678Z')
})

test('a test tells what the endpoint said', async () => {
  const { call, one } = await world()
  expect((await call('POST', `${one}/test`)).body).toEqual({
    outcome: 'refused',
    status: 503,
    error: 'The endpoint answered 503.',
    took: 7,
  })
})

test('deliveries are shown for each instance, and what was given up on request', async () => {
  const { call, one } = await world()
  const { body } = await call('GET', `${one}/deliveries`)
  expect(body).toEqual({
    items: [
      {
        state: 'retrying',
        instance: expect.any(String) as string,
        seq: 4,
        behind: 2,
        attempts: 3,
        nextAt: '2026-01-02T03:04:05.678Z',
        lastError: 'The endpoint answered 503.',
        parked: 1,
        replays: 0,
      },
    ],
    next: null,
  })
  const parked = await call('GET', `${one}/deliveries?state=parked&limit=2`)
  expect(parked.body).toMatchObject({
    items: [{ state: 'parked', seq: 2, through: 3, reason: 'expired' }, {}],
    next: 2,
  })
  expect((await call('GET', `${one}/deliveries?state=parked&limit=2&after=2`)).body).toMatchObject({ next: null })
  expect((await call('GET', `${one}/deliveries?state=lost`)).status).toBe(400)
})

test('events are sent again', async () => {
  const { call, one, instance } = await world()
  const id = await instance()
  for (const body of [{ instance: id, seq: 3 }, { instance: id, from: 3, to: 9 }, { deadLetters: true }]) {
    const { status, body: answer } = await call('POST', `${one}/replay`, body)
    expect([status, answer]).toEqual([202, { replays: 1 }])
  }
})
