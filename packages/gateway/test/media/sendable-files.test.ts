import sharp from 'sharp'
import { readFileSync } from 'node:fs'
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import type { MediaId } from '#gateway/core/ids.js'
import { Downloads } from '#gateway/core/media/downloads.js'
import { preparation, requireSize, usualKind, voiceType } from '#gateway/core/media/file-kinds.js'
import { IncomingFiles } from '#gateway/core/media/incoming-files.js'
import { LocalCopies } from '#gateway/core/media/local-copies.js'
import { SendableFiles } from '#gateway/core/media/sendable-files.js'
import { fileKinds } from '#gateway/core/messages/content.js'
import type { FileWish } from '#gateway/core/messages/wish.js'
import { createInspector } from '#gateway/media/inspector/inspector.js'
import { newFile, photo } from './media-store-contract.js'
import { mp3, mp4, voiceNote, type Sound } from './sample-files.js'
import { chunks, startMediaWorld } from './world.js'

const mebibyte = 1024 * 1024
const picture = (width = 60, height = 30) => sharp({ create: { width, height, channels: 3, background: 'teal' } })
const samples: Record<string, Buffer> = {}

beforeAll(async () => {
  samples.jpeg = await picture().jpeg().toBuffer()
  samples.webp = await picture().webp().toBuffer()
  samples.sticker = await picture(512, 512).webp().toBuffer()
  samples.tiff = await picture().tiff().toBuffer()
  samples.voice = voiceNote(Array<Sound>(50).fill('noise'))
  samples.music = mp3(100)
  samples.film = mp4({ width: 640, height: 360, seconds: 7 })
  samples.text = Buffer.from('hello')
})

async function startSending() {
  const world = await startMediaWorld()
  const { store, storage, clock, core } = world
  const inspector = createInspector()
  onTestFinished(() => {
    inspector.close()
  })
  const instance = await world.linked()
  const parts = { roster: core.roster, store: store.media, storage, inspector, clock }
  const copies = new LocalCopies(store.media, storage)
  const files = new SendableFiles({
    ...parts,
    copies,
    downloads: new Downloads(parts),
    incoming: new IncomingFiles(parts),
  })
  const upload = async (sample: string, name: string | null = null): Promise<MediaId> => {
    const bytes = samples[sample] ?? Buffer.from('')
    return (await core.gateway.media.upload(world.caller, instance, chunks(bytes), { name, mimetype: null })).id
  }
  return {
    ...world,
    files,
    instance,
    upload,
    resolve: async (sample: string, wish: Partial<FileWish> = {}, name: string | null = null) =>
      files.resolve(world.caller, instance, { kind: 'auto', media: await upload(sample, name), ...wish }),
  }
}

describe('what a file is sent as', () => {
  test('follows from what it is, and has what belongs to its kind', async () => {
    const { resolve } = await startSending()
    expect(await resolve('jpeg', { caption: 'look' })).toMatchObject({
      kind: 'image',
      caption: 'look',
      width: 60,
      height: 30,
      thumbnail: expect.any(String) as string,
      file: { mimetype: 'image/jpeg' },
    })
    expect(await resolve('film')).toMatchObject({ kind: 'video', width: 640, height: 360, seconds: 7 })
    expect(await resolve('voice')).toMatchObject({ kind: 'voice', seconds: 1, waveform: expect.any(String) as string })
    expect(await resolve('music')).toMatchObject({ kind: 'audio', seconds: 3 })
    expect(await resolve('sticker')).toMatchObject({ kind: 'sticker', width: 512, height: 512 })
    expect(await resolve('text', {}, 'a.txt')).toMatchObject({ kind: 'document', file: { name: 'a.txt' } })
    expect(await resolve('text')).toMatchObject({ kind: 'document', file: { name: 'file' } })
    expect(await resolve('text', { name: '../b.txt' })).toMatchObject({ file: { name: 'b.txt' } })
    expect(await resolve('jpeg', { kind: 'document' })).toMatchObject({ kind: 'document' })
    expect(await resolve('film', { kind: 'video-note' })).toMatchObject({ kind: 'video-note', seconds: 7 })
    expect(await resolve('voice', { kind: 'audio' })).toMatchObject({ kind: 'audio' })
  })

  test('a picture that WhatsApp does not take is made into one that it does, as a file of its own', async () => {
    const { resolve, files } = await startSending()
    for (const [sample, kind, type, name] of [
      ['tiff', 'image', 'image/jpeg', 'a.jpg'],
      ['webp', 'image', 'image/jpeg', 'a.jpg'],
      ['jpeg', 'sticker', 'image/webp', 'a.webp'],
      ['webp', 'auto', 'image/webp', 'a.webp'],
    ] as const) {
      const content = await resolve(sample, { kind }, 'a.old')
      expect(content.file).toMatchObject({ mimetype: type, name })
      const copy = await files.path(content.file)
      const { format, width } = await sharp(readFileSync(copy?.path ?? '')).metadata()
      expect([`image/${format}`, width]).toEqual([type, content.width])
      await copy?.release()
    }
  })

  test.each<[sample: string, wish: Partial<FileWish>, field: string]>([
    ['music', { kind: 'voice' }, 'kind'],
    ['text', { kind: 'image' }, 'kind'],
    ['text', { kind: 'sticker' }, 'kind'],
    ['jpeg', { kind: 'video' }, 'kind'],
    ['jpeg', { kind: 'audio' }, 'kind'],
    ['music', { kind: 'audio', caption: 'x' }, 'caption'],
    ['music', { viewOnce: true }, 'viewOnce'],
    ['jpeg', { kind: 'document', viewOnce: true }, 'viewOnce'],
    ['jpeg', { kind: 'image', background: '#ffffff' }, 'background'],
  ])('%s as %j is refused by the name of its field', async (sample, wish, field) => {
    const { resolve } = await startSending()
    await expect(resolve(sample, wish)).rejects.toMatchObject({ code: 'bad-request', field })
  })

  test('where the kind was left open, a caption that has no place is left out', async () => {
    const { resolve } = await startSending()
    expect(await resolve('music', { caption: 'x' })).not.toHaveProperty('caption')
    expect(await resolve('voice', { background: '#ffffff' })).toMatchObject({ background: '#ffffff' })
    expect(await resolve('voice', { viewOnce: true })).toMatchObject({ viewOnce: true })
  })

  test('half a picture goes as one of which nothing is known, and cannot be made into another', async () => {
    const { resolve } = await startSending()
    samples.half = (samples.jpeg ?? Buffer.alloc(0)).subarray(0, 200)
    expect(await resolve('half')).toEqual({ kind: 'image', file: expect.anything() as unknown })
    await expect(resolve('half', { kind: 'sticker' })).rejects.toMatchObject({ code: 'bad-request', field: 'media' })
  })
})

test('a file is sent by any instance of its workspace, and by nobody else', async () => {
  const { files, upload, caller, linked, newCaller } = await startSending()
  const media = await upload('text')
  const other = await linked()
  expect(await files.resolve(caller, other, { kind: 'auto', media })).toMatchObject({ kind: 'document' })
  const stranger = await newCaller()
  const refusal = { code: 'media-not-found', field: 'media' }
  const theirs = await linked({}, stranger)
  await expect(files.resolve(stranger, theirs, { kind: 'auto', media })).rejects.toMatchObject(refusal)
  const unknown = newFile().id
  await expect(files.resolve(caller, other, { kind: 'auto', media: unknown })).rejects.toMatchObject(refusal)
})

test('a file that came with a message can be sent on as another kind, and is brought here for it', async () => {
  const { files, receive, engine, caller, instance } = await startSending()
  const file = newFile({ handle: 'h', mimetype: 'image/jpeg' })
  engine.held.set('h', samples.jpeg ?? Buffer.alloc(0))
  await receive(instance, photo(file))
  expect(await files.path(file)).toBeUndefined()
  const content = await files.resolve(caller, instance, { kind: 'document', media: file.id })
  expect(content).toMatchObject({ kind: 'document', file: { id: file.id, size: samples.jpeg?.length } })
  expect(await files.path(content.file)).toBeDefined()
})

test('what nobody shows that large goes as a document, unless told otherwise', () => {
  const most = 16 * mebibyte
  for (const [type, kind] of [
    ['image/png', 'image'],
    ['video/mp4', 'video'],
    ['audio/mpeg', 'audio'],
    [voiceType, 'voice'],
  ] as const) {
    expect(usualKind(type, most)).toBe(kind)
    expect(usualKind(type, most + 1)).toBe('document')
  }
  expect(usualKind('image/webp', mebibyte + 1)).toBe('document')
  expect(usualKind('image/gif', 1)).toBe('document')
  expect(usualKind('application/pdf', 1)).toBe('document')
})

test('every kind has a size that it takes', () => {
  for (const kind of fileKinds) {
    expect(() => {
      requireSize(kind, 1)
    }).not.toThrow()
    expect(() => {
      requireSize(kind, 101 * mebibyte)
    }).toThrow(expect.objectContaining({ code: 'content-too-large' }) as Error)
  }
})

test('a document is anything, and no other kind is', () => {
  expect(preparation('document', 'a/b')).toBe('none')
  for (const kind of fileKinds.filter((one) => one !== 'document'))
    expect(() => preparation(kind, 'a/b')).toThrow(
      expect.objectContaining({ code: 'bad-request', field: 'kind' }) as Error,
    )
})
