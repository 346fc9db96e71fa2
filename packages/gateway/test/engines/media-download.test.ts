import { createHash, randomBytes } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startSimulator, type Simulator, type VirtualPhone } from '@gangway/simulator'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { largestFile } from '#gateway/core/media/media-file.js'
import type { FileContent } from '#gateway/core/messages/content.js'
import { packHandle, unpackHandle, type Handle } from '#gateway/engines/baileys/media/handle.js'
import { LinkedAccount } from './linked-account.js'

let whatsapp: Simulator
let folder: string

beforeAll(async () => {
  whatsapp = await startSimulator()
  folder = await mkdtemp(join(tmpdir(), 'gangway-'))
})
afterAll(async () => {
  await whatsapp.close()
  await rm(folder, { recursive: true })
})

const kinds = ['image', 'video', 'video-note', 'audio', 'document', 'sticker'] as const

/** A file that came with a message. */
async function received(bytes: Uint8Array, kind: (typeof kinds)[number] = 'document') {
  const [phone, friend] = [await whatsapp.registerPhone(), await whatsapp.registerPhone()]
  const account = await LinkedAccount.of(whatsapp, phone)
  return { account, friend, ...(await another(account, phone, friend, bytes, kind)) }
}

async function another(
  account: LinkedAccount,
  phone: VirtualPhone,
  friend: VirtualPhone,
  bytes: Uint8Array,
  kind: (typeof kinds)[number],
) {
  const { id } = await friend.sendContent(phone.number, { kind, bytes, seconds: 1 })
  const { data } = await account.told('message.received', (event) => event.data.id === id)
  const { file } = data.content as FileContent
  const handle = file.handle ?? ''
  const fetch = (path: string, wish: { handle?: string; most?: number } = {}) =>
    account.connection.perform('media.download', { handle, path: join(folder, path), most: largestFile, ...wish })
  const named = unpackHandle(handle)
  if (!named) throw new Error('the file has no handle')
  return { file, fetch, named }
}

const changed = ({ file, origin }: Handle, more: Partial<Handle['file']>) =>
  packHandle({ file: { ...file, ...more }, origin })

test('files of every kind are downloaded as they were sent, for the owner of the process alone', async () => {
  const [phone, friend] = [await whatsapp.registerPhone(), await whatsapp.registerPhone()]
  const account = await LinkedAccount.of(whatsapp, phone)
  for (const kind of kinds) {
    const bytes = randomBytes(70_000)
    const { fetch, file } = await another(account, phone, friend, bytes, kind)
    const sha256 = createHash('sha256').update(bytes).digest('hex')
    expect(await fetch(kind)).toEqual({ size: bytes.length, sha256 })
    expect(file).toMatchObject({ size: bytes.length, sha256 })
    expect((await readFile(join(folder, kind))).equals(bytes)).toBe(true)
    expect((await stat(join(folder, kind))).mode & 0o777).toBe(0o600)
  }
})

test('of a file that is too large or another than the message names, nothing is left', async () => {
  const { fetch, named } = await received(randomBytes(50_000))
  await expect(fetch('large', { most: 49_999 })).rejects.toMatchObject({ code: 'content-too-large' })
  const unavailable = { code: 'media-unavailable' }
  await expect(fetch('other', { handle: changed(named, { plainHash: randomBytes(32) }) })).rejects.toMatchObject(
    unavailable,
  )
  await expect(fetch('key', { handle: changed(named, { mediaKey: randomBytes(32) }) })).rejects.toMatchObject(
    unavailable,
  )
  await expect(fetch('type', { handle: changed(named, { type: 'image' }) })).rejects.toMatchObject(unavailable)
  await expect(fetch('none', { handle: 'nonsense' })).rejects.toMatchObject(unavailable)
  const left = await readdir(folder)
  expect(left.filter((name) => ['large', 'other', 'key', 'type', 'none'].includes(name))).toEqual([])
})

test('a message leads to no other server than the media hosts', async () => {
  const { fetch, named } = await received(randomBytes(100))
  const paths = [
    '//evil.example/x',
    '/\\\\evil.example/x',
    'https://evil.example/x',
    '@evil.example/x',
    '',
    '/\t/evil.example',
  ]
  for (const directPath of paths) {
    await expect(fetch('evil', { handle: changed(named, { directPath }) })).rejects.toMatchObject({
      code: 'media-unavailable',
    })
  }
})

for (const status of [404, 410] as const) {
  test(`what WhatsApp has no more (${status}) the sender's phone uploads again`, async () => {
    const bytes = randomBytes(10_000)
    const { fetch, named } = await received(bytes)
    whatsapp.expireMedia(named.file.directPath, status)
    expect(await fetch(`again-${status}`)).toMatchObject({ size: bytes.length })
    expect((await readFile(join(folder, `again-${status}`))).equals(bytes)).toBe(true)
  })
}
