import { expect, test } from 'vitest'
import type { Chat, Contact } from '#gateway/core/chats/chat.js'
import { GatewayError } from '#gateway/core/errors/gateway-error.js'
import { mediaId, recorded, type Recorded } from '../dialects/recorded.js'
import { stagedGateway } from '../dialects/staged-gateway.js'
import type { Answer } from '../dialects/served.js'
import { startWorld } from './world.js'

const number = '5511987654321@s.whatsapp.net'

interface Shop {
  readonly core: Recorded
  readonly wid: string
  readonly url: string
  readonly get: (command: string, query?: string) => Promise<Answer>
  readonly post: (command: string, body?: unknown) => Promise<Answer>
}

async function startShop(): Promise<Shop> {
  const gateway = stagedGateway()
  const core = recorded(gateway)
  const world = await startWorld(undefined, Object.assign(gateway, core.parts))
  const { wid } = await gateway.stage({ state: 'linked' })
  return {
    core,
    wid,
    url: world.url,
    get: (command, query = '') => world.call('GET', `/${command}.aspx?wid=${wid}${query}`),
    post: (command, body) => world.call('POST', `/${command}.aspx?wid=${wid}`, body),
  }
}

test('a text is sent, and its id is called Id', async () => {
  const { post, core } = await startShop()
  const { status, body } = await post('send_message', { number, message: '*Olá*\nMaria' })
  expect([status, body]).toEqual([200, { success: true, message: { Id: '3EB0C767D097B7C7C030' } }])
  expect(core.sent).toEqual([{ to: number, content: { kind: 'text', text: '*Olá*\nMaria' } }])
})

test('a file by URL or in the body, and its id is called MessageID', async () => {
  const { post, core } = await startShop()
  const url = 'https://files.example/cat.jpg'
  const sent = await post('send_message_file', { number, caption: 'Gato', url, type: 'image/jpeg', filename: '' })
  expect([sent.status, sent.body]).toEqual([
    200,
    {
      success: true,
      message: {
        MessageID: '3EB0C767D097B7C7C030',
        Url: `http://gateway.test/media/${mediaId}`,
        jpegThumbnail: 'dGh1bWI=',
      },
    },
  ])
  expect(core.fetched).toEqual([url])
  expect(core.sent.at(-1)).toEqual({ to: number, content: { kind: 'auto', media: mediaId, caption: 'Gato' } })

  const bytes = Buffer.from('any bytes at all')
  const inBody = { number, mimetype: 'image/jpeg', filename: 'cat.jpg' }
  for (const base64 of [bytes.toString('base64'), `data:image/jpeg;base64,${bytes.toString('base64')}`]) {
    expect((await post('SEND_message_FILE', { ...inBody, base64 })).status).toBe(200)
    expect(core.uploads.at(-1)).toEqual({ bytes, name: 'cat.jpg', mimetype: 'image/jpeg' })
    expect(core.sent.at(-1)?.content).toEqual({ kind: 'auto', media: mediaId, name: 'cat.jpg' })
  }
})

test('"file" is a document, whatever it is', async () => {
  const { post, core } = await startShop()
  await post('send_message_file', { number, url: 'https://files.example/cat.jpg', type: 'file', filename: 'gato.jpg' })
  expect(core.sent.at(-1)?.content).toEqual({ kind: 'document', media: mediaId, name: 'gato.jpg' })
})

test('a file in a body that is larger than other commands may have', async () => {
  const { post, core } = await startShop()
  const bytes = Buffer.alloc(4 * 1024 * 1024, 7)
  const body = { number, mimetype: 'image/jpeg', base64: bytes.toString('base64') }
  expect((await post('send_message_file', body)).status).toBe(200)
  expect(core.uploads.at(-1)?.bytes.equals(bytes)).toBe(true)
  const elsewhere = await post('send_message', { number, message: 'x'.repeat(2 * 1024 * 1024) })
  expect([elsewhere.status, elsewhere.body]).toEqual([
    413,
    { success: false, message: null, error: 'Request too large' },
  ])
})

test('a contact card, ready or made of name and number', async () => {
  const { post, core } = await startShop()
  const vcard = 'BEGIN:VCARD\nVERSION:3.0\nFN:Ana\nEND:VCARD'
  await post('send_contact', { number, displayName: 'Ana', vcard })
  await post('send_contact', { number, name: 'Ana; Maria', phone: '+55 11 91234-5678' })
  expect(core.sent.map(({ content }) => content)).toEqual([
    { kind: 'contacts', contacts: [{ name: 'Ana', vcard }] },
    {
      kind: 'contacts',
      contacts: [
        {
          name: 'Ana; Maria',
          vcard:
            'BEGIN:VCARD\nVERSION:3.0\nN:;Ana\\; Maria;;;\nFN:Ana\\; Maria\n' +
            'TEL;type=CELL;waid=5511912345678:+5511912345678\nEND:VCARD',
        },
      ],
    },
  ])
})

test('presence, subscriptions and reading', async () => {
  const { post, core } = await startShop()
  const asked: readonly (readonly [command: string, body: object, call: readonly unknown[]])[] = [
    ['subscribe', { number }, ['subscribePresence', number]],
    ['send_presence', { number, presence: 'composing' }, ['showPresence', number, 'composing']],
    ['send_presence', { number, type: 'recording' }, ['showPresence', number, 'recording']],
    ['send_presence', { presence: 'available' }, ['setPresence', 'available']],
    ['mark_read', { number, id: 'F7AE' }, ['read', number, 'F7AE']],
    ['mark_read', { number, MessageID: 'F7AE' }, ['read', number, 'F7AE']],
    ['mark_read', { number }, ['read', number, undefined]],
  ]
  for (const [command, body, call] of asked) {
    const answer = await post(command, body)
    expect([answer.status, answer.body], command).toEqual([200, { success: true }])
    expect(core.calls.at(-1)).toEqual(call)
  }
})

const unfit: readonly (readonly [command: string, body: object, error: string])[] = [
  ['send_message', { message: 'x' }, 'number is required'],
  ['send_message', { number: 'Ana', message: 'x' }, "'number' is not an international phone number."],
  ['send_message', { number: 5511, message: 'x' }, 'number must be a text'],
  ['send_message', { number }, 'message is required'],
  ['send_message', { number, message: '  ' }, 'message is required'],
  ['send_message_file', { number, type: 'image/jpeg' }, 'url or base64 is required'],
  ['send_message_file', { number, url: 'https://x.example', base64: 'AA==' }, 'base64 and url cannot both be given'],
  ['send_message_file', { number, mimetype: 'image/jpeg', base64: '**' }, 'base64 must be base64'],
  ['send_contact', { number, name: 'Ana' }, 'phone is required'],
  ['send_contact', { number, name: 'Ana', phone: '0' }, 'phone must be an international phone number'],
  [
    'send_presence',
    { number, presence: 'asleep' },
    'presence must be one of available, unavailable, composing, recording, paused',
  ],
  ['subscribe', {}, 'number is required'],
]

test.each(unfit)('%s refuses %j by its name, and nothing goes out', async (command, body, error) => {
  const { post, core } = await startShop()
  const answer = await post(command, body)
  expect([answer.status, answer.body]).toEqual([400, { success: false, message: null, error }])
  expect([core.sent, core.calls, core.uploads]).toEqual([[], [], []])
})

test('a file that cannot be had or sent', async () => {
  const { post, core } = await startShop()
  const wish = { number, url: 'https://files.example/cat.jpg', type: 'image/jpeg' }
  core.unfit = new GatewayError('file-unreachable', 'The endpoint could not be reached.')
  expect((await post('send_message_file', wish)).body).toEqual({
    success: false,
    message: null,
    error: 'File cannot be fetched',
  })
  core.unfit = new GatewayError('bad-request', 'The file is empty.', { field: 'file' })
  const empty = await post('send_message_file', { number, mimetype: 'image/jpeg', base64: 'AAAA' })
  expect([empty.status, empty.body]).toEqual([
    400,
    { success: false, message: null, error: 'base64 is no file that can be sent' },
  ])
})

const ana: Contact = {
  id: number,
  phone: '5511987654321',
  lid: '99887766554433@lid',
  chat: number,
  name: 'Ana',
  savedName: 'Ana Lima',
  blocked: false,
}
const anasChat: Chat = {
  chat: number,
  chatPhone: '5511987654321',
  chatLid: '99887766554433@lid',
  kind: 'person',
  name: 'Ana Lima',
  lastMessageAt: new Date('2020-10-08T17:49:42Z'),
  unread: 3,
  archived: true,
  pinned: false,
  mutedUntil: 'always',
  expiresIn: 0,
}
const group: Chat = { ...anasChat, chat: '120363012345678901@g.us', chatPhone: null, chatLid: null, kind: 'group' }

test('chats and contacts have every field of the vendor', async () => {
  const { get, core, wid } = await startShop()
  core.chats = [anasChat, { ...group, name: 'Amigos', mutedUntil: null }]
  core.contacts = [ana]
  const picture = `http://gateway.test/get_picture.aspx?WID=${wid}&jid=${encodeURIComponent(number)}`
  const chats = JSON.parse((await get('chats')).text) as unknown[]
  expect(chats).toHaveLength(2)
  expect(chats[0]).toEqual({
    jid: number,
    name: 'Ana Lima',
    spam: false,
    count: 3,
    mute: '-1',
    t: 1602179382,
    archive: true,
    modify_tag: '',
    picture,
    Lastupdate: '2020-10-08T17:49:42.000Z',
  })
  const contacts = JSON.parse((await get('contacts')).text) as Record<string, unknown>[]
  expect(contacts[0]).toEqual({
    jid: number,
    notify: 'Ana',
    verify: '',
    vname: '',
    short: 'Ana',
    name: 'Ana Lima',
    picture,
    Lastupdate: contacts[0]?.Lastupdate,
    LastMessageTime: 1602179382,
    biz: false,
    status: 200,
    tag: '',
    Count: 3,
    Mute: true,
    Spam: false,
    Archive: true,
    isGroup: false,
  })
  expect(contacts[1]).toMatchObject({ jid: group.chat, name: 'Amigos', isGroup: true, Mute: false })
})

test('long lists are read to their end', async () => {
  const { get, core } = await startShop()
  core.chats = Array.from({ length: 2500 }, (_, i) => ({ ...anasChat, chat: `55119000${i}@s.whatsapp.net` }))
  expect(JSON.parse((await get('chats')).text)).toHaveLength(2500)
})

test('a profile: of whom this device knows, and of anybody', async () => {
  const { post, core } = await startShop()
  const nobody = { sucesso: false, mensagem: null }
  expect((await post('get_profile', { number })).body).toEqual(nobody)
  expect((await post('query_profile', { number })).body).toEqual(nobody)
  core.onWhatsApp = ['5511987654321']
  expect((await post('query_profile', { number })).body).toMatchObject({
    sucesso: true,
    mensagem: { jid: number, status: 200, notify: '', Count: 0 },
  })
  core.contacts = [ana]
  core.chats = [anasChat, group]
  for (const command of ['get_profile', 'query_profile'])
    expect((await post(command, { number })).body).toMatchObject({
      sucesso: true,
      mensagem: { jid: number, notify: 'Ana', name: 'Ana Lima', Count: 3 },
    })
  expect((await post('get_profile', { number: group.chat })).body).toMatchObject({ mensagem: { isGroup: true } })
  const { status, body } = await post('get_profile', {})
  expect([status, body]).toEqual([400, { ...nobody, error: 'number is required' }])
})

test('whoever asks for a picture is sent to where it is', async () => {
  const { get, core, wid, url } = await startShop()
  expect((await get('get_picture', `&jid=${number}`)).status).toBe(404)
  expect((await get('get_picture')).body).toMatchObject({ error: 'jid is required' })
  core.picture = 'https://pps.whatsapp.net/v/t61/ana.jpg'
  const response = await fetch(`${url}/get_picture.aspx?WID=${wid}&jid=${number}`, { redirect: 'manual' })
  expect([response.status, response.headers.get('location')]).toEqual([302, core.picture])
})
