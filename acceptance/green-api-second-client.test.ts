import type { GreenApiClient } from '@green-api/whatsapp-api-client-js-v2'
import type { PhoneMessage } from '@gangway/simulator'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { toThisMachine } from './endpoint.js'
import { digestAt, facePicture, picture, sha256 } from './green-api/files.js'
import { methodsOf, noting, sdkOf, secondOf } from './green-api/sdk.js'
import { SharedFiles } from './green-api/shared-files.js'
import { arrived, hear, openShop, type Shop } from './green-api/shop.js'
import { until } from './native-client.js'
import { startWorld, type World } from './world.js'

/** What the client is called for here. */
const called = new Set<string>()
/** What builds and makes its requests; and `getQR`, which is the other's `qr`. */
const notCalled = [
  'client',
  'buildUrl',
  'buildEndpoint',
  'makeRequest',
  'makeFileUploadRequest',
  'validatePhoneNumber',
  'getQR',
]

beforeEach(() => {
  // It writes every request down, its token included.
  vi.spyOn(console, 'log').mockImplementation(() => undefined)
})
afterEach(() => vi.restoreAllMocks())

function notedSecond({ gateway }: World, { credentials }: Shop): GreenApiClient {
  return noting({ client: secondOf(gateway.url, credentials) }, called).client
}

/** A voice message as a phone records it. */
async function voiceOf({ sdk, phone, ana }: Shop): Promise<Buffer> {
  const { id } = await ana.sendContent(phone.number, { kind: 'audio', voice: true })
  await hear(sdk, (one) => one.idMessage === id)
  return (await ana.media(id)).bytes
}

test('statuses of the account, and of others', async () => {
  const world = await startWorld({ env: toThisMachine })
  const shop = await openShop(world)
  const { sdk, phone, ana, chatId } = shop
  const second = notedSecond(world, shop)
  const voice = await voiceOf(shop)
  const shared = await SharedFiles.open({ '/picture.jpg': picture, '/voice.ogg': voice })
  const participants = [chatId]
  const seen = async (id: string): Promise<PhoneMessage> => {
    const message = await arrived(ana, id)
    expect(message.to).toBe('status@broadcast')
    return message
  }

  const text = await second.sendTextStatus({
    message: 'Open today',
    backgroundColor: '#228B22',
    font: 'SERIF',
    participants,
  })
  expect(await seen(text.idMessage)).toMatchObject({ kind: 'text', text: 'Open today' })
  const spoken = await second.sendVoiceStatus({ urlFile: `${shared.url}/voice.ogg`, fileName: 'a.ogg', participants })
  expect((await seen(spoken.idMessage)).kind).toBe('audio')
  expect(sha256((await ana.media(spoken.idMessage)).bytes)).toBe(sha256(voice))
  const shown = await second.sendMediaStatus({
    urlFile: `${shared.url}/picture.jpg`,
    fileName: 'a.jpg',
    caption: 'Look',
    participants,
  })
  expect(await seen(shown.idMessage)).toMatchObject({ kind: 'image', text: 'Look' })
  expect(sha256((await ana.media(shown.idMessage)).bytes)).toBe(sha256(picture))

  await ana.read([text.idMessage])
  await until(
    () => second.getStatusStatistic({ idMessage: text.idMessage }),
    (all) => all.some(({ participant, status }) => participant === chatId && status === 'read'),
  )
  const posted = await until(
    () => second.getOutgoingStatuses(),
    ({ length }) => length === 3,
  )
  expect(posted).toMatchObject([
    { idMessage: shown.idMessage, typeMessage: 'imageMessage' },
    { idMessage: spoken.idMessage, typeMessage: 'audioMessage' },
    {
      idMessage: text.idMessage,
      extendedTextMessage: { text: 'Open today', backgroundColor: '#228B22', font: 'SERIF', participants },
    },
  ])
  await second.deleteStatus({ idMessage: text.idMessage })
  await until(
    () => ana.messages(),
    (all) => all.some(({ kind, about }) => kind === 'revoke' && about === text.idMessage),
  )

  const theirs = await ana.postStatus({ kind: 'text', text: 'At the sea', background: '#1F7AEC' }, [phone.number])
  await until(
    () => second.getIncomingStatuses({ minutes: 10 }),
    (all) => all.some((one) => one.idMessage === theirs.id && one.chatId === chatId),
  )
  expect(await sdk.message.getChatHistory(chatId)).toHaveLength(1)
})

test('the address book, disappearing messages and the own picture', async () => {
  const world = await startWorld()
  const shop = await openShop(world)
  const { sdk, phone, ana, chatId } = shop
  const second = notedSecond(world, shop)
  const names = () => phone.contacts().map(({ number, fullName }) => [number, fullName])

  expect(await second.addContact({ chatId, firstName: 'Ana', lastName: 'Pérez' })).toEqual({ addContact: true })
  expect(names()).toEqual([[ana.number, 'Ana Pérez']])
  expect(await second.editContact({ chatId, firstName: 'Anna' })).toEqual({ editContact: true })
  expect(names()).toEqual([[ana.number, 'Anna']])
  expect(await second.deleteContact({ chatId })).toEqual({ deleteContact: true })
  expect(names()).toEqual([])

  const hello = await ana.send(phone.number, 'Hello')
  await hear(sdk, (one) => one.idMessage === hello.id)
  expect(await second.setDisappearingChat({ chatId, ephemeralExpiration: 86_400 })).toEqual({
    chatId,
    disappearingMessagesInChat: true,
    ephemeralExpiration: 86_400,
  })
  const timer = await until(
    () => ana.messages().find(({ kind }) => kind === 'timer'),
    (found) => found !== undefined,
  )
  expect(timer?.expiration).toBe(86_400)

  const pictured = await second.setProfilePicture(new Blob([await facePicture()], { type: 'image/jpeg' }))
  expect(pictured).toMatchObject({ setProfilePicture: true })
  expect(await digestAt(pictured.urlAvatar)).toBe(sha256(phone.profile.picture() ?? new Uint8Array()))
})

test('nothing that only it has is left out', () => {
  const credentials = { idInstance: 1, apiTokenInstance: 'x' }
  const bare = (methods: Iterable<string>) => [...methods].map((method) => method.split('.')[1] ?? '')
  const ofFirst = new Set(bare(methodsOf(sdkOf('http://127.0.0.1', credentials))))
  const only = bare(methodsOf({ client: secondOf('http://127.0.0.1', credentials) })).filter(
    (method) => !ofFirst.has(method) && !notCalled.includes(method),
  )
  expect(bare(called).sort()).toEqual(only.sort())
})
