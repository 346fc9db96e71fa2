import { expect, test } from 'vitest'
import { GatewayError } from '#gateway/core/errors/gateway-error.js'
import type { PhoneNumber } from '#gateway/core/ids.js'
import { wavaveEvents } from '#gateway/dialects/wavave/event-format.js'
import { everyEvent, eventOf, recipientOf } from '../dialects/every-event.js'
import { mediaId, recorded, type Recorded } from '../dialects/recorded.js'
import { stagedGateway, strangerKey } from '../dialects/staged-gateway.js'
import { device, failure, startWorld, type World } from './world.js'

const to = '628987654321'
const chat = `${to}@s.whatsapp.net`

async function startSending(): Promise<World & { core: Recorded; id: string }> {
  const gateway = stagedGateway()
  const core = recorded(gateway)
  const world = await startWorld({ random: () => 0.5 }, Object.assign(gateway, core.parts))
  const { id } = await gateway.stage({ phone: device as PhoneNumber, state: 'linked' })
  return { ...world, core, id }
}

test('a text goes out, in either revision of the fields, and the answer is that of the vendor', async () => {
  const { post, core } = await startSending()
  for (const fields of [{ message: 'Halo' }, { pesan: 'Halo', url: 'https://ignored.example/a.png' }]) {
    const { status, body } = await post('/v1/send', { from: device, to, Type: 'text', ...fields })
    expect([status, body]).toEqual([
      200,
      {
        success: true,
        message: 'Success',
        data: { status: 'pending', requestId: core.sent.at(-1)?.id, to, code: 200 },
      },
    ])
    expect(core.sent.at(-1)).toMatchObject({ to: chat, content: { kind: 'text', text: 'Halo' } })
  }
  expect(core.fetched).toEqual([])
})

test('a file is fetched and goes out as what it is, its words below it', async () => {
  const { post, core } = await startSending()
  const wish = { from: Number(device), to: Number(to), Type: 'media', url: 'https://files.example/cat.png' }
  expect((await post('/v1/send', { ...wish, message: 'Kucing' })).status).toBe(200)
  expect((await post('/v1/send', wish)).status).toBe(200)
  expect(core.fetched).toEqual([wish.url, wish.url])
  expect(core.sent.map(({ content }) => content)).toEqual([
    { kind: 'auto', media: mediaId, caption: 'Kucing' },
    { kind: 'auto', media: mediaId },
  ])
})

test('typing is shown for as long as the text would take, within bounds', async () => {
  const { post, core } = await startSending()
  for (const message of ['ya', 'x'.repeat(60), 'x'.repeat(9000)])
    await post('/v1/send', { from: device, to, Type: 'text', message, typing: true })
  expect(core.sent.map(({ typing }) => typing?.ms)).toEqual([1000, 3000, 8000])
  await post('/v1/send', { from: device, to, Type: 'text', message: 'ya', typing: 'false' })
  expect(core.sent.at(-1)?.typing).toBeUndefined()
})

test('a delay is a moment before which it does not leave', async () => {
  const { post, core } = await startSending()
  const send = async (delay: unknown): Promise<number | undefined> => {
    const before = Date.now()
    await post('/v1/send', { from: device, to, Type: 'text', message: 'nanti', delay })
    const leaves = core.sent.at(-1)?.notBefore?.getTime()
    return leaves === undefined ? undefined : Math.floor((leaves - before) / 1000)
  }
  expect(await send(18_000)).toBe(18_000)
  expect(await send('30')).toBe(30)
  expect(await send('random')).toBe(6)
  expect(await send(0)).toBeUndefined()
})

const unfit: readonly (readonly [fields: object, message: string])[] = [
  [{ from: '' }, 'Parameter from wajib diisi'],
  [{ from: '0812' }, 'Nomor from tidak valid, gunakan kode negara, contoh 628123456789'],
  [{ to: null }, 'Parameter to wajib diisi'],
  [{ to: 'Ana' }, 'Nomor to tidak valid, gunakan kode negara, contoh 628123456789'],
  [{ to: { a: 1 } }, 'Nomor to tidak valid, gunakan kode negara, contoh 628123456789'],
  [{ Type: undefined }, 'Parameter Type wajib diisi'],
  [{ Type: 'Text' }, 'Parameter Type harus text atau media'],
  [{ Type: undefined, type: 'text' }, 'Parameter Type wajib diisi'],
  [{ message: '' }, 'Parameter message wajib diisi'],
  [{ message: ' \n' }, 'Parameter message wajib diisi'],
  [{ message: 7 }, 'Parameter message harus berupa teks'],
  [{ Type: 'media' }, 'Parameter url wajib diisi'],
  [{ Type: 'media', url: 'file:///etc/passwd' }, 'Parameter url harus berupa URL http atau https'],
  [{ callbackStatus: 'ftp://x' }, 'Parameter callbackStatus harus berupa URL http atau https'],
  [{ callbackStatus: 'https://forbidden.example' }, 'Parameter callbackStatus harus berupa URL publik'],
  [{ typing: 1 }, 'Parameter typing harus true atau false'],
  [{ delay: -1 }, 'Parameter delay harus 1 sampai 18000 detik, atau random'],
  [{ delay: 18_001 }, 'Parameter delay harus 1 sampai 18000 detik, atau random'],
  [{ delay: 1.5 }, 'Parameter delay harus 1 sampai 18000 detik, atau random'],
]

test.each(unfit)('refused by its name, and nothing goes out: %j', async (fields, message) => {
  const { post, core } = await startSending()
  const answer = await post('/v1/send', { from: device, to, Type: 'text', message: 'Halo', ...fields })
  expect([answer.status, answer.body]).toEqual([400, failure(400, 'invalid', message)])
  expect([core.sent, core.fetched]).toEqual([[], []])
})

test('a text that is too long, and a file that cannot be had', async () => {
  const { post, core } = await startSending()
  const long = await post('/v1/send', { from: device, to, Type: 'text', message: 'x'.repeat(65_537) })
  expect(long.body).toEqual(failure(413, 'invalid', 'Parameter message maksimal 65536 karakter'))
  core.unfit = new GatewayError('file-unreachable', 'The endpoint could not be reached.')
  const media = { from: device, to, Type: 'media', url: 'https://files.example/cat.png' }
  const gone = await post('/v1/send', media)
  expect(gone.body).toEqual(failure(400, 'invalid', 'File pada url tidak dapat diunduh'))
  core.unfit = new GatewayError('bad-request', "'url' is empty.", { field: 'url' })
  const empty = await post('/v1/send', media)
  expect(empty.body).toEqual(failure(400, 'invalid', 'File pada parameter url tidak dapat digunakan'))
  expect(core.sent).toEqual([])
})

test('a device that nobody made, or that is somebody else’s, sends nothing and is not made', async () => {
  const { post, core } = await startSending()
  const wish = { from: device, to, Type: 'text', message: 'Halo' }
  const theirs = await post('/v1/send', wish, { authorization: `Bearer ${strangerKey}` })
  const unknown = await post('/v1/send', { ...wish, from: '628000000000' })
  expect(theirs.body).toEqual(failure(404, 'invalid', 'Perangkat tidak ditemukan'))
  expect(unknown.text).toBe(theirs.text)
  expect(core.sent).toEqual([])
})

test('callbackStatus is told of its own message, wherever that one asked for it, and of no other', async () => {
  const { post, core, gateway, id } = await startSending()
  const send = async (callbackStatus?: string): Promise<string> => {
    await post('/v1/send', { from: device, to, Type: 'text', message: 'Halo', callbackStatus })
    return String(core.sent.at(-1)?.id)
  }
  const first = await send('https://one.example/status')
  const second = await send('https://two.example/status')
  const silent = await send()
  const settings = gateway.stored.get(`${id} wavave`)
  const recipient = recipientOf(settings)
  const managed = { ...recipient, subscription: { ...recipient.subscription, managedBy: 'wavave' as const } }
  const urlOf = (message: string): string | undefined => {
    const event = eventOf('message.status', { ...everyEvent['message.status'], id: message })
    return wavaveEvents.encode([event], managed)?.url
  }
  expect([first, second, silent].map(urlOf)).toEqual([
    'https://one.example/status',
    'https://two.example/status',
    undefined,
  ])
  // What is not a status is for subscriptions that were made to be told of everything.
  expect(wavaveEvents.encode([eventOf('message.received')], managed)).toBeNull()
  const own = { ...recipient, subscription: { ...recipient.subscription, managedBy: null } }
  expect(wavaveEvents.encode([eventOf('message.received')], own)?.url).toBe('https://shop.example/hook')
})

test('the messages that are remembered for callbackStatus are bounded, and the newest stay', async () => {
  const { post, core, gateway, id } = await startSending()
  const messages = Array.from({ length: 1000 }, (_, i) => [`old-${i}`, 0] as const)
  await gateway.settings.write(await gateway.access.authenticate('key-of-ours'), id as never, 'wavave', {
    urls: ['https://old.example'],
    messages,
  })
  await post('/v1/send', { from: device, to, Type: 'text', message: 'x', callbackStatus: 'https://new.example' })
  const kept = gateway.stored.get(`${id} wavave`) as { urls: string[]; messages: [string, number][] }
  expect(kept.messages).toHaveLength(1000)
  expect(kept.messages[0]).toEqual(['old-1', 0])
  expect(kept.messages.at(-1)).toEqual([core.sent.at(-1)?.id, 1])
  expect(kept.urls).toEqual(['https://old.example', 'https://new.example'])
})

test('a chat is pinned and let go', async () => {
  const { post, core } = await startSending()
  core.chats.push({
    chat,
    chatPhone: to,
    chatLid: null,
    kind: 'person',
    name: null,
    lastMessageAt: null,
    unread: 0,
    archived: false,
    pinned: false,
    mutedUntil: null,
    expiresIn: 0,
  })
  for (const [path, pinned] of [
    ['/v1/messages/pin', true],
    ['/v1/messages/unpin', false],
  ] as const) {
    const { status, body } = await post(path, { device, target: to })
    expect([status, body]).toEqual([200, { success: true, status: 'connected', data: { device, target: chat } }])
    expect(core.calls.at(-1)).toEqual(['edit', chat, { pinned }])
  }
  const missing = await post('/v1/messages/pin', { device })
  expect(missing.body).toEqual(failure(400, 'invalid', 'Parameter target wajib diisi'))
})
