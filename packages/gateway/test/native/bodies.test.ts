import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fillPath, routeTable } from './route-table.js'
import { startWorld } from './world.js'

const bytes = (...values: number[]) => Uint8Array.from(values)
const around = (inner: Uint8Array) => Buffer.concat([Buffer.from('{"name":"'), inner, Buffer.from('"}')])

const unreadable: Readonly<Record<string, string | Uint8Array>> = {
  'half an object': '{"name":',
  'a trailing comma': '{"name":"x",}',
  'single quotes': "{'name':'x'}",
  'a comment': '{"name":"x"/* */}',
  'two values': '{}{}',
  'a byte order mark in UTF-16': bytes(0xff, 0xfe, 0x7b, 0x00, 0x7d, 0x00),
  NaN: '{"name":NaN}',
  'a bare word': 'name',
  'a control character': '{"name":"\u0001"}',
  'a wrong escape': '{"name":"\\x41"}',
  'a lone surrogate': '{"name":"\\ud800"}',
  'a lone surrogate in a key': '{"\\udfff":1,"name":"x"}',
  'a NUL': '{"name":"a\\u0000b"}',
  'a NUL in a key': '{"a\\u0000":1}',
  __proto__: '{"name":"x","__proto__":{"admin":true}}',
  '__proto__ in escapes': '{"name":"x","\\u005f_proto__":{}}',
  constructor: '{"name":"x","constructor":{"prototype":{}}}',
  'overlong UTF-8': around(bytes(0xc0, 0x80)),
  'a stray continuation byte': around(bytes(0x80)),
  'a surrogate in UTF-8': around(bytes(0xed, 0xa0, 0x80)),
  'UTF-8 cut short': around(bytes(0xf0, 0x9f, 0x98)),
  'depth in arrays': `{"name":${'['.repeat(100_000)}${']'.repeat(100_000)}}`,
  'depth in objects': `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`,
  'depth unclosed': '['.repeat(1_000_000),
  'an array': '[]',
  'a string': '"name"',
  null: 'null',
  'a huge number': '1e999999',
}

for (const [what, body] of Object.entries(unreadable))
  test(`a body is refused for ${what}`, async () => {
    const { call } = await startWorld()
    const answer = await call('POST', '/api/v1/instances', body)
    expect([answer.status, answer.body.code]).toEqual([400, 'bad-request'])
    expect(answer.text).not.toMatch(/at .*\.js|\\u0000|\ufffd/)
  })

test('what is unusual and right is read: duplicate keys, a byte order mark, pairs of surrogates', async () => {
  const { call } = await startWorld()
  const name = async (body: string) => (await call('POST', '/api/v1/instances', body)).body.name
  expect(await name('{"name":"a","name":"b"}')).toBe('b')
  expect(await name('\ufeff{"name":"a"}')).toBe('a')
  expect(await name('{"name":"\\ud83d\\ude00 é"}')).toBe('😀 é')
})

test('a body has at most 1 MiB', async () => {
  const { call } = await startWorld()
  const body = (size: number) => `{"name":"x"${' '.repeat(size - 12)}}`
  expect((await call('POST', '/api/v1/instances', body(1024 * 1024))).status).toBe(201)
  const answer = await call('POST', '/api/v1/instances', body(1024 * 1024 + 1))
  expect([answer.status, answer.body.code]).toEqual([413, 'body-too-large'])
})

test('only JSON is read', async () => {
  const { call } = await startWorld()
  for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data', 'nonsense'])
    expect(
      (await call('POST', '/api/v1/instances', '{"name":"x"}', { headers: { 'content-type': type } })).status,
    ).toBe(415)
  const charset = { headers: { 'content-type': 'application/json; charset=utf-8' } }
  expect((await call('POST', '/api/v1/instances', '{"name":"x"}', charset)).status).toBe(201)
})

const uuid = '00000000-0000-4000-8000-000000000000'
const faulty: readonly (readonly [path: string, body: unknown, field: string])[] = [
  ['/api/v1/keys', {}, 'name'],
  ['/api/v1/keys', { name: 'k', scopes: ['root'] }, 'scopes.0'],
  ['/api/v1/keys', { name: 'k', network: 'whatsapp' }, 'network'],
  ['/api/v1/instances', { name: 1 }, 'name'],
  ['/api/v1/instances', { name: '' }, 'name'],
  ['/api/v1/instances', { name: 'x', 'a/b~': 1 }, 'a/b~'],
  ['/api/v1/instances', { name: 'x', network: 'signal' }, 'network'],
  ['/api/v1/instances', { name: 'x', phone: 'not a number' }, 'phone'],
  ['/api/v1/instances', { name: 'x', phone: 4915112345678 }, 'phone'],
  [`/api/v1/instances/${uuid}/link`, { method: 'fax' }, 'method'],
  [`/api/v1/instances/${uuid}/messages`, { to: '49151', text: 'a', content: { kind: 'text', text: 'b' } }, 'content'],
  [`/api/v1/instances/${uuid}/messages`, { to: '49151' }, 'text'],
  ...(
    [
      [{}, 'content.kind'],
      [{ kind: 'fax' }, 'content.kind'],
      [{ kind: 'unsupported', type: 'x' }, 'content.kind'],
      ['text', 'content'],
      [{ kind: 'text' }, 'content.text'],
      [{ kind: 'text', text: '' }, 'content.text'],
      [{ kind: 'text', text: 'a', x: 1 }, 'content.x'],
      [{ kind: 'text', text: 'a', style: { background: 'red', font: 0 } }, 'content.style.background'],
      [{ kind: 'image' }, 'content.url'],
      [{ kind: 'image', media: 'x'.repeat(43), url: 'https://a.example' }, 'content.media'],
      [{ kind: 'image', url: 'https://a.example', base64: 'AA==' }, 'content.base64'],
      [{ kind: 'image', url: 'ftp://a.example' }, 'content.url'],
      [{ kind: 'image', base64: '%' }, 'content.base64'],
      [{ kind: 'image', url: 'https://a.example', seconds: 3 }, 'content.seconds'],
      [{ kind: 'location', latitude: 91, longitude: 0 }, 'content.latitude'],
      [{ kind: 'contacts', contacts: [{ name: 'a' }] }, 'content.contacts.0.phone'],
      [{ kind: 'contacts', contacts: [{ name: 'a', phone: 'b' }] }, 'content.contacts.0.phone'],
      [
        { kind: 'contacts', contacts: [{ name: 'a', phone: '49151123456', vcard: 'BEGIN:VCARD' }] },
        'content.contacts.0.vcard',
      ],
      [{ kind: 'poll', question: 'a', options: ['b'] }, 'content.options'],
      [{ kind: 'buttons', text: 'a', buttons: [{ kind: 'reply', text: 'b' }] }, 'content.buttons.0.id'],
      [{ kind: 'buttons', text: 'a', buttons: [{ kind: 'fly', text: 'b' }] }, 'content.buttons.0.kind'],
      [{ kind: 'reaction', target: 'not an id', emoji: null }, 'content.target'],
      [{ kind: 'reaction', target: 'AB' }, 'content.emoji'],
      [{ kind: 'pin', target: 'AB', seconds: 5 }, 'content.seconds'],
    ] as const
  ).map(([content, field]) => [`/api/v1/instances/${uuid}/messages`, { to: '49151', content }, field] as const),
  [`/api/v1/instances/${uuid}/messages`, { to: '49151', text: 'a', typing: { as: 'flying', ms: 1 } }, 'typing.as'],
  [`/api/v1/instances/${uuid}/messages`, { to: '49151', text: 'a', audience: [] }, 'audience'],
  [`/api/v1/instances/${uuid}/forward`, { from: '49151', to: '49151', messages: [] }, 'messages'],
  [`/api/v1/instances/${uuid}/media`, { url: 1 }, 'url'],
  ['/api/v1/instances', { name: 'x', options: { sendGap: -1 } }, 'options.sendGap'],
  ['/api/v1/instances', { name: 'x', options: { markRead: 'always' } }, 'options.markRead'],
  [`/api/v1/instances/${uuid}/chats/49151123456/presence`, { presence: 'available' }, 'presence'],
  [`/api/v1/instances/${uuid}/chats/49151123456/read`, { upTo: '?' }, 'upTo'],
  [`/api/v1/instances/${uuid}/numbers/check`, { phones: [] }, 'phones'],
  [`/api/v1/instances/${uuid}/numbers/check`, { phones: ['4915112345678', 'x'] }, 'phones.1'],
  [`/api/v1/instances/${uuid}/groups`, { subject: '', participants: [] }, 'subject'],
  [
    `/api/v1/instances/${uuid}/groups/12345678901@g.us/participants`,
    { change: 'add', participants: [] },
    'participants',
  ],
  [`/api/v1/instances/${uuid}/groups/join`, {}, 'invite'],
  ['/api/v1/sandbox/phones', { number: '12' }, 'number'],
  ['/api/v1/sandbox/phones/15551234567/scan', {}, 'qr'],
  ['/api/v1/sandbox/phones/15551234567/scan', { qr: 'a', image: 'b' }, 'image'],
  ['/api/v1/sandbox/phones/15551234567/messages', { to: '49151' }, 'text'],
  ['/api/v1/sandbox/phones/15551234567/messages', { to: '49151', content: { kind: 'fax' } }, 'content.kind'],
  [
    '/api/v1/sandbox/phones/15551234567/messages',
    { to: '49151', content: { kind: 'image', base64: '!' } },
    'content.base64',
  ],
  ['/api/v1/sandbox/phones/15551234567/acts', { kind: 'reaction', target: 'AB' }, 'emoji'],
  ['/api/v1/sandbox/phones/15551234567/acts', { kind: 'fly', target: 'AB' }, 'kind'],
  ['/api/v1/sandbox/phones/15551234567/status', { text: 'a' }, 'audience'],
  ['/api/v1/sandbox/phones/15551234567/read', { ids: 'a' }, 'ids'],
]

test('a faulty field is named', async () => {
  const { call } = await startWorld()
  for (const [path, body, field] of faulty) {
    const answer = await call('POST', path, body)
    expect([answer.status, answer.body.code, answer.body.field], JSON.stringify(body)).toEqual([
      400,
      'bad-request',
      field,
    ])
  }
  const query = async (path: string) => (await call('GET', path)).body.field
  expect(await query('/api/v1/instances?limit=0')).toBe('limit')
  expect(await query('/api/v1/instances?limit=ten')).toBe('limit')
  expect(await query('/api/v1/instances?limit=1&limit=2')).toBe('limit')
  expect(await query('/api/v1/instances?after=-1')).toBe('after')
  expect(await query(`/api/v1/instances/${uuid}/link?wait=61`)).toBe('wait')
  expect(await query(`/api/v1/instances/${uuid}/link/qr.png?size=63`)).toBe('size')
  expect(await query(`/api/v1/instances/${uuid}/events?kind=nothing`)).toBe('kind.0')
})

const poll = (path: string) => !path.endsWith('/events') && !path.endsWith('/stream')

test('no body and no query makes the gateway fail', async () => {
  const { call, instance } = await startWorld()
  const id = await instance()
  await call('POST', '/api/v1/sandbox/phones', { number: '15551234567' })
  const routes = routeTable.filter(({ path }) => poll(path))
  const word = fc.oneof(
    fc.constantFrom('name', 'to', 'text', 'phone', 'method', 'content', 'kind', 'scopes', 'qr', 'code', 'ids', 'size'),
    fc.string(),
  )
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...routes),
      fc.oneof(
        fc.json(),
        fc.string({ unit: 'binary' }),
        fc.dictionary(word, fc.jsonValue()).map((v) => JSON.stringify(v)),
      ),
      fc.array(fc.tuple(fc.oneof(word, fc.constantFrom('limit', 'after', 'kind')), fc.string({ unit: 'grapheme' }))),
      async ({ method, path }, body, query) => {
        const search = query
          .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
          .join('&')
        const at = fillPath(path, { id, messageId: 'AB', mediaId: 'x'.repeat(43), number: '15551234567' })
        const answer = await call(method, `${at}?${search}`, method === 'GET' || body === '' ? undefined : body)
        expect(answer.status).toBeLessThan(500)
        if (answer.status >= 400) expect(answer.body.code).toBeTypeOf('string')
      },
    ),
    { numRuns: 400 },
  )
})
