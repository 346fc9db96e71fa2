import { randomBytes } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startSimulator, type Simulator } from '@gangway/simulator'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { MediaId } from '#gateway/core/ids.js'
import type { FileContent } from '#gateway/core/messages/content.js'
import { conversation, nextId } from './conversation.js'
import { messageTo } from './outgoing.js'

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

const thumbnail = Buffer.from('a small picture').toString('base64')

function fileContent(kind: FileContent['kind'], more: Partial<FileContent> = {}): FileContent {
  const file = { id: 'here' as MediaId, name: 'bill.pdf', mimetype: 'application/pdf', size: null, sha256: null }
  return { kind, file, ...more }
}

const files: readonly FileContent[] = [
  fileContent('image', { caption: 'look', width: 640, height: 480, thumbnail }),
  fileContent('image', { viewOnce: true }),
  fileContent('video', { caption: 'look', seconds: 7, animated: true }),
  fileContent('video-note', { seconds: 7 }),
  fileContent('voice', { seconds: 9, waveform: Buffer.alloc(64, 7).toString('base64') }),
  fileContent('audio', { seconds: 9 }),
  fileContent('document', { caption: 'the bill', pages: 2, thumbnail }),
  fileContent('sticker', { animated: true, width: 512, height: 512 }),
]

test('files arrive byte by byte, with all that is said about them', async () => {
  const { writer, reader, readerPhone } = await conversation(whatsapp)
  for (const [index, content] of files.entries()) {
    const id = nextId()
    const bytes = randomBytes(100_000 + index)
    const path = join(folder, id)
    await writeFile(path, bytes)
    await writer.connection.send(messageTo(readerPhone.jid, id, content, { path }))
    const { data } = await reader.told('message.received', (event) => event.data.id === id)
    const { file, ...said } = data.content as FileContent
    const { file: _, ...expected } = content
    expect(said).toEqual(expected)
    expect(file).toMatchObject({
      name: content.kind === 'document' ? 'bill.pdf' : null,
      mimetype: 'application/pdf',
      size: bytes.length,
    })
    expect(Buffer.from((await readerPhone.media(id)).bytes).equals(bytes)).toBe(true)
  }
})

test('a file that came with a message is passed on without being uploaded again', async () => {
  const { writer, writerPhone, reader, readerPhone } = await conversation(whatsapp)
  const bytes = randomBytes(5_000)
  const { id } = await readerPhone.sendContent(writerPhone.number, { kind: 'document', bytes, fileName: 'a.bin' })
  const { data } = await writer.told('message.received', (event) => event.data.id === id)
  const again = nextId()
  await writer.connection.send(messageTo(readerPhone.jid, again, data.content))
  const back = await reader.told('message.received', (event) => event.data.id === again)
  const { file } = back.data.content as FileContent
  expect(file.sha256).toBe((data.content as FileContent).file.sha256)
  expect(Buffer.from((await readerPhone.media(again)).bytes).equals(bytes)).toBe(true)
})

test('a file that is neither here nor at WhatsApp is refused', async () => {
  const { writer, readerPhone } = await conversation(whatsapp)
  const sending = writer.connection.send(messageTo(readerPhone.jid, nextId(), fileContent('image')))
  await expect(sending).rejects.toMatchObject({ code: 'media-unavailable', effect: 'none' })
})

test('the caption of a file is edited as a caption', async () => {
  const { writer, reader, readerPhone } = await conversation(whatsapp)
  const [id, path] = [nextId(), join(folder, 'captioned')]
  await writeFile(path, 'picture')
  await writer.connection.send(messageTo(readerPhone.jid, id, fileContent('image', { caption: 'lok' }), { path }))
  const edit = { kind: 'edit', target: { id, sender: null }, content: { kind: 'text', text: 'look' } } as const
  await writer.connection.send(messageTo(readerPhone.jid, nextId(), edit))
  const { data } = await reader.told('message.edited')
  expect(data).toMatchObject({ target: id, content: { kind: 'image', caption: 'look' } })
})
