import { expect, test } from 'vitest'
import type { MediaId } from '#gateway/core/ids.js'
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

/** As a caller writes it, and as the core is asked for it. */
const kinds: readonly (readonly [body: Record<string, unknown>, wish: object])[] = [
  [
    { kind: 'text', text: 'see', preview: false },
    { kind: 'text', text: 'see', preview: false },
  ],
  [
    { kind: 'location', latitude: 1.5, longitude: -2, name: 'Shop' },
    { kind: 'location', latitude: 1.5, longitude: -2, name: 'Shop' },
  ],
  [
    { kind: 'contacts', contacts: [{ name: 'Ana, M', phone: '+49 151 12345678', organization: 'Shop' }] },
    {
      kind: 'contacts',
      contacts: [
        {
          name: 'Ana, M',
          vcard:
            'BEGIN:VCARD\nVERSION:3.0\nN:;Ana\\, M;;;\nFN:Ana\\, M\nORG:Shop\n' +
            'TEL;type=CELL;type=VOICE;waid=4915112345678:+4915112345678\nEND:VCARD',
        },
      ],
    },
  ],
  [
    { kind: 'contacts', contacts: [{ name: 'Bo', vcard: 'BEGIN:VCARD\nEND:VCARD' }] },
    { kind: 'contacts', contacts: [{ name: 'Bo', vcard: 'BEGIN:VCARD\nEND:VCARD' }] },
  ],
  [
    { kind: 'poll', question: 'When?', options: ['now', 'later'] },
    { kind: 'poll', question: 'When?', options: ['now', 'later'], multiple: false },
  ],
  [
    { kind: 'group-invite', group: '123456@g.us', code: 'AbC', name: 'Team' },
    { kind: 'group-invite', group: '123456@g.us', code: 'AbC', name: 'Team', expiresAt: null },
  ],
  [
    { kind: 'buttons', text: 'Choose', buttons: [{ kind: 'reply', id: '1', text: 'Yes' }] },
    { kind: 'buttons', text: 'Choose', buttons: [{ kind: 'reply', id: '1', text: 'Yes' }] },
  ],
  [
    { kind: 'button-reply', id: '1', text: 'Yes' },
    { kind: 'button-reply', id: '1', text: 'Yes' },
  ],
  [
    { kind: 'list-reply', id: 'tea', title: 'Tea' },
    { kind: 'list-reply', id: 'tea', title: 'Tea' },
  ],
  [
    { kind: 'reaction', target: 'AB', emoji: '👍' },
    { kind: 'reaction', target: 'AB', emoji: '👍' },
  ],
  [
    { kind: 'edit', target: 'AB', text: 'better' },
    { kind: 'edit', target: 'AB', text: 'better' },
  ],
  [
    { kind: 'delete', target: 'AB' },
    { kind: 'delete', target: 'AB' },
  ],
  [
    { kind: 'poll-vote', target: 'AB', options: [] },
    { kind: 'poll-vote', target: 'AB', options: [] },
  ],
  [
    { kind: 'pin', target: 'AB', seconds: null },
    { kind: 'pin', target: 'AB', seconds: null },
  ],
]

for (const [content, wish] of kinds)
  test(`a message of kind ${String(content.kind)} is asked of the core`, async () => {
    const { call, gateway, instance } = await startWorld()
    const sent = await call('POST', `/api/v1/instances/${await instance()}/messages`, { to: '4915112345678', content })
    expect([sent.status, sent.body.code]).toEqual([201, undefined])
    expect(gateway.messages.wishes).toEqual([{ to: '4915112345678', content: wish }])
    expect(sent.body.content).toMatchObject({ kind: content.kind })
  })

test('whom it answers, whom it mentions, who may see it and what is shown before it are asked of the core', async () => {
  const { call, gateway, instance } = await startWorld()
  const wish = {
    to: 'status@broadcast',
    content: { kind: 'text', text: 'hi', style: { background: '#112233', font: 1 } },
    replyTo: 'AB',
    mentions: ['4915112345678'],
    typing: { as: 'recording', ms: 1000 },
    audience: ['4915112345678'],
  }
  expect((await call('POST', `/api/v1/instances/${await instance()}/messages`, wish)).status).toBe(201)
  expect(gateway.messages.wishes).toEqual([wish])
})

test('a file is sent by its id, from an address, from Base64, and as part of a form', async () => {
  const { call, gateway, instance } = await startWorld()
  const id = await instance()
  const path = `/api/v1/instances/${id}/messages`
  const send = (content: object) => call('POST', path, { to: '4915112345678', content })
  const first = await send({ kind: 'document', url: 'https://shop.example/menu', name: 'menu.pdf' })
  const { file } = first.body.content as { file: { id: MediaId } }
  expect(file).toEqual(
    expect.objectContaining({ name: 'menu.pdf', size: 7, url: `http://gateway.test/media/${file.id}` }),
  )
  expect((await send({ kind: 'image', media: file.id, caption: 'Look', viewOnce: true })).body.content).toEqual({
    kind: 'image',
    caption: 'Look',
    viewOnce: true,
    file,
  })
  const inline = await send({ kind: 'voice', base64: Buffer.from('sound').toString('base64'), mimetype: 'audio/ogg' })
  expect(inline.body.content).toMatchObject({ kind: 'voice', file: { mimetype: 'audio/ogg', size: 5 } })

  for (const order of [
    ['message', 'file'],
    ['file', 'message'],
  ]) {
    const form = new FormData()
    for (const part of order)
      if (part === 'file') form.append('file', new File(['12345'], 'a.txt', { type: 'text/plain' }))
      else form.append('message', JSON.stringify({ to: '49151123456', content: { kind: 'file', caption: 'c' } }))
    const sent = await call('POST', path, form)
    expect([sent.status, sent.body.content]).toMatchObject([
      201,
      { kind: 'document', caption: 'c', file: { name: 'a.txt', mimetype: 'text/plain', size: 5 } },
    ])
  }
  expect(gateway.messages.wishes.at(-1)?.content).toMatchObject({ kind: 'auto', caption: 'c' })
  expect((await call('GET', `${path}/${String(first.body.id)}`)).text).not.toContain('handle')
})

test('a form whose parts do not make a message is refused, naming the part', async () => {
  const { call, gateway, instance } = await startWorld()
  const path = `/api/v1/instances/${await instance()}/messages`
  const message = JSON.stringify({ to: '49151123456' })
  const file = () => new File(['1'], 'a')
  const cases: readonly (readonly [parts: readonly (readonly [string, string | File])[], field: string])[] = [
    [[['message', message]], 'file'],
    [[['file', file()]], 'message'],
    [
      [
        ['message', '{'],
        ['file', file()],
      ],
      'message',
    ],
    [
      [
        ['message', JSON.stringify({ text: 'x' })],
        ['file', file()],
      ],
      'to',
    ],
    [
      [
        ['message', JSON.stringify({ to: '49151', text: 'x' })],
        ['file', file()],
      ],
      'text',
    ],
    [
      [
        ['message', JSON.stringify({ to: '49151', content: { kind: 'image', url: 'https://a.example' } })],
        ['file', file()],
      ],
      'content',
    ],
    [
      [
        ['message', JSON.stringify({ to: '49151', content: { kind: 'delete', target: 'A' } })],
        ['file', file()],
      ],
      'content',
    ],
    [
      [
        ['message', message],
        ['file', file()],
        ['file', file()],
      ],
      'file',
    ],
    [
      [
        ['message', message],
        ['message', message],
        ['file', file()],
      ],
      'message',
    ],
    [
      [
        ['message', message],
        ['picture', file()],
      ],
      'picture',
    ],
    [
      [
        ['message', message],
        ['x', 'y'],
        ['file', file()],
      ],
      'x',
    ],
  ]
  for (const [parts, field] of cases) {
    const form = new FormData()
    for (const [name, value] of parts) form.append(name, value)
    const answer = await call('POST', path, form)
    expect([answer.status, answer.body.code, answer.body.field], field).toEqual([400, 'bad-request', field])
  }
  const broken = await call('POST', path, 'no form', { headers: { 'content-type': 'multipart/form-data' } })
  expect([broken.status, broken.body.code]).toEqual([400, 'bad-request'])
  const cut = await call('POST', path, '--b\r\ncontent-disposition: form-data; name="file"; filename="a"\r\n\r\nxyz', {
    headers: { 'content-type': 'multipart/form-data; boundary=b' },
  })
  expect([cut.status, cut.body.code]).toEqual([400, 'bad-request'])
  expect(gateway.messages.wishes).toEqual([])
})

test('an answer is held back until WhatsApp has taken the message, or for so long', async () => {
  const { call, gateway, instance } = await startWorld()
  const path = `/api/v1/instances/${await instance()}/messages?wait=server-ack`
  const held = call('POST', path, { to: '49151123456', text: 'a' })
  await expect.poll(() => gateway.messages.wishes.length).toBe(1)
  await expect.poll(() => gateway.messages.waiting()).toBe(1)
  gateway.messages.acknowledge()
  expect((await held).body.status).toBe('server-ack')
  const late = await call('POST', `${path}&timeout=1`, { to: '49151123456', text: 'b' })
  expect([late.status, late.body.status]).toEqual([201, 'queued'])
  expect((await call('POST', `${path}&timeout=61`, { to: '49151123456', text: 'b' })).body.field).toBe('timeout')
})

test('a server that closes does not hold an answer back any longer', async () => {
  const { call, close, gateway, instance } = await startWorld()
  const held = call('POST', `/api/v1/instances/${await instance()}/messages?wait=server-ack`, {
    to: '49151',
    text: 'a',
  })
  await expect.poll(() => gateway.messages.waiting()).toBe(1)
  await close()
  expect((await held).body.status).toBe('queued')
})

test('what waits is read and taken out', async () => {
  const { call, instance } = await startWorld()
  const path = `/api/v1/instances/${await instance()}`
  const sent = await call('POST', `${path}/messages`, { to: '49151123456', text: 'a' })
  await call('POST', `${path}/messages`, { to: '49151123456', text: 'b' })
  expect((await call('GET', `${path}/queue?limit=1`)).body).toEqual({ items: [sent.body], next: null })
  expect((await call('DELETE', `${path}/queue`)).body).toEqual({ cancelled: 2 })
  const gone = await call('GET', `${path}/messages/${String(sent.body.id)}`)
  expect(gone.body).toMatchObject({ status: 'failed', failure: 'message-cancelled' })
})

test('messages are passed on, and receipts are read', async () => {
  const { call, instance } = await startWorld()
  const path = `/api/v1/instances/${await instance()}`
  const { id } = (await call('POST', `${path}/messages`, { to: '49151123456', text: 'a' })).body
  const passed = await call('POST', `${path}/forward`, { from: '49151123456', to: '4915112345678', messages: [id] })
  expect([passed.status, passed.body]).toMatchObject([201, { items: [{ status: 'queued' }], next: null }])
  const unknown = await call('POST', `${path}/forward`, { from: '49151123456', to: '49151', messages: ['FF'] })
  expect(unknown.body.code).toBe('message-not-found')
  expect((await call('GET', `${path}/messages/${String(id)}/receipts`)).body).toEqual({
    items: [{ participant: '1@s.whatsapp.net', phone: '1', lid: null, status: 'read', at: '2026-01-02T03:04:05.678Z' }],
    next: null,
  })
})
