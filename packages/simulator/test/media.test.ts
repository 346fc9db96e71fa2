import { randomBytes } from 'node:crypto'
import {
  downloadContentFromMessage,
  downloadMediaMessage,
  proto,
  type AnyMessageContent,
  type WAMessage,
} from 'baileys'
import sharp from 'sharp'
import { expect, test } from 'vitest'
import type { MediaContent } from '#simulator/index.js'
import { received } from './client.js'
import { plainDispatcher, plainMedia } from './plain-https.js'
import { dataDir, World } from './world.js'

const media = { options: { dispatcher: plainDispatcher } } as unknown as Parameters<typeof downloadMediaMessage>[2]

const download = (message: WAMessage): Promise<Buffer> => downloadMediaMessage(message, 'buffer', media)

async function linked(world: World) {
  const phone = await world.phone()
  const client = world.client(plainMedia)
  await client.link(phone)
  return { phone, client, ana: await world.phone('Ana') }
}

/** Bytes make no titles. */
function titled<Content extends object, Expected>(rows: readonly (readonly [Content, Expected])[]) {
  return rows.map(([content, expected]) => [Object.keys(content).join(' '), content, expected] as const)
}

const waveform = Buffer.from(Array.from({ length: 64 }, (_, index) => index))
const picture = await sharp({ create: { width: 33, height: 21, channels: 3, background: 'red' } })
  .png()
  .toBuffer()

const contents: readonly (readonly [MediaContent, proto.IMessage])[] = [
  [
    { kind: 'image', bytes: picture, mimetype: 'image/png', caption: 'look' },
    { imageMessage: { mimetype: 'image/png', caption: 'look', width: 33, height: 21 } },
  ],
  [
    { kind: 'video', bytes: randomBytes(70_000), seconds: 4, width: 640, height: 360, gif: true },
    { videoMessage: { mimetype: 'video/mp4', seconds: 4, width: 640, height: 360, gifPlayback: true } },
  ],
  [{ kind: 'video-note', bytes: randomBytes(16), seconds: 2 }, { ptvMessage: { mimetype: 'video/mp4', seconds: 2 } }],
  [
    { kind: 'audio', bytes: randomBytes(15), voice: true, seconds: 5, waveform },
    { audioMessage: { ptt: true, seconds: 5, mimetype: 'audio/ogg; codecs=opus' } },
  ],
  [{ kind: 'audio', bytes: randomBytes(17), mimetype: 'audio/mpeg' }, { audioMessage: { mimetype: 'audio/mpeg' } }],
  [
    { kind: 'document', bytes: randomBytes(1000), fileName: 'bill.pdf', caption: 'pay me' },
    {
      documentWithCaptionMessage: {
        message: { documentMessage: { fileName: 'bill.pdf', caption: 'pay me', mimetype: 'application/pdf' } },
      },
    },
  ],
  [{ kind: 'document', bytes: Buffer.alloc(0), fileName: 'nothing' }, { documentMessage: { fileName: 'nothing' } }],
  [{ kind: 'sticker', bytes: picture }, { stickerMessage: { width: 33, height: 21 } }],
  [
    { kind: 'image', bytes: picture, viewOnce: true },
    { viewOnceMessageV2: { message: { imageMessage: { viewOnce: true } } } },
  ],
  [
    { kind: 'audio', bytes: randomBytes(20), voice: true, viewOnce: true },
    { viewOnceMessageV2Extension: { message: { audioMessage: { viewOnce: true, ptt: true } } } },
  ],
]

test.each(titled(contents))('a phone sends a file to a companion and a phone: %s', async (_, content, message) => {
  const world = await World.start()
  const { phone, client, ana } = await linked(world)
  const { id } = await ana.sendContent(phone.number, content)
  const arrived = await received(client, id)
  expect(arrived.message).toMatchObject(message)
  if (content.waveform) expect(Buffer.from(arrived.message?.audioMessage?.waveform ?? [])).toEqual(waveform)
  expect(await download(arrived)).toEqual(Buffer.from(content.bytes ?? []))
  const shown = await phone.received((one) => one.id === id)
  expect(shown).toMatchObject({ kind: content.kind, media: { size: content.bytes?.length, downloaded: true } })
  expect(shown.viewOnce).toBe(content.viewOnce)
  expect((await phone.media(id)).bytes).toEqual(Buffer.from(content.bytes ?? []))
  expect((await ana.media(id)).bytes).toEqual(Buffer.from(content.bytes ?? []))
})

test.each(['image', 'video', 'video-note', 'audio', 'document', 'sticker'] as const)(
  'a phone has a sample of its own to send: %s',
  async (kind) => {
    const world = await World.start()
    const [ana, ben] = [await world.phone(), await world.phone()]
    const { id } = await ana.sendContent(ben.number, { kind })
    await ben.received((one) => one.id === id)
    const { bytes, mimetype } = await ben.media(id)
    const magic = {
      'image/jpeg': [0, 'ffd8ff'],
      'video/mp4': [4, Buffer.from('ftyp').toString('hex')],
      'audio/ogg; codecs=opus': [28, Buffer.from('OpusHead').toString('hex')],
      'application/pdf': [0, Buffer.from('%PDF-').toString('hex')],
      'image/webp': [8, Buffer.from('WEBP').toString('hex')],
    }[mimetype] as [number, string]
    expect(bytes.subarray(magic[0]).toString('hex').slice(0, magic[1].length)).toBe(magic[1])
    if (kind === 'audio') expect(ben.messages()[0]?.content.audioMessage?.seconds).toBe(1)
    if (kind === 'image') {
      const thumbnail = ben.messages()[0]?.content.imageMessage?.jpegThumbnail
      expect(await sharp(Buffer.from(thumbnail ?? [])).metadata()).toMatchObject({ format: 'jpeg', width: 32 })
    }
  },
)

const bytes = randomBytes(100_001)
const sent: readonly (readonly [AnyMessageContent, string])[] = [
  [{ image: bytes, caption: 'from the companion' }, 'image'],
  [{ video: bytes, mimetype: 'video/mp4' }, 'video'],
  [{ video: bytes, ptv: true }, 'video-note'],
  [{ audio: bytes, ptt: true, seconds: 3 }, 'audio'],
  [{ document: bytes, mimetype: 'application/zip', fileName: 'all.zip' }, 'document'],
  [{ sticker: bytes }, 'sticker'],
  [{ image: bytes, viewOnce: true }, 'image'],
]

test.each(titled(sent))('a companion sends a file to a phone and a group: %s', async (_, content, kind) => {
  const world = await World.start()
  const { client, phone, ana } = await linked(world)
  const group = await ana.createGroup('Files', [phone.number])
  for (const to of [ana.lid, group.id]) {
    const out = await client.socket.sendMessage(to, content)
    const shown = await ana.received(({ id }) => id === out?.key.id)
    expect(shown).toMatchObject({ kind, media: { size: bytes.length, downloaded: true } })
    expect(shown.viewOnce).toBe('viewOnce' in content ? true : undefined)
    expect((await ana.media(shown.id)).bytes).toEqual(bytes)
  }
})

test('a file can be read in parts', async () => {
  const world = await World.start()
  const { phone, client, ana } = await linked(world)
  const { id } = await ana.sendContent(phone.number, { kind: 'document', bytes })
  const { mediaKey, directPath, url } = (await received(client, id)).message?.documentMessage ?? {}
  if (!mediaKey || !directPath || !url) throw new Error('nothing to download')
  const part = { startByte: 1000, endByte: 2000, options: { dispatcher: plainDispatcher } }
  const stream = await downloadContentFromMessage({ mediaKey, directPath, url }, 'document', part as object)
  const chunks: Buffer[] = []
  for await (const chunk of stream as AsyncIterable<Buffer>) chunks.push(chunk)
  expect(Buffer.concat(chunks)).toEqual(bytes.subarray(1000, 2000))
})

test.each([404, 410] as const)('a file that is gone (%i) is uploaded again by the own phone', async (status) => {
  const world = await World.start()
  const { phone, client, ana } = await linked(world)
  const { id, content } = await ana.sendContent(phone.number, { kind: 'document', bytes })
  const arrived = await received(client, id)
  await phone.received((one) => one.id === id)
  world.simulator.expireMedia(content.documentMessage?.directPath ?? '', status)
  await expect(download(arrived)).rejects.toMatchObject({ output: { statusCode: status } })
  // The library writes the new address with the host that it was told last.
  await client.socket.refreshMediaConn()
  const renewed = await client.socket.updateMediaMessage(arrived)
  expect(renewed.message?.documentMessage?.directPath).not.toBe(content.documentMessage?.directPath)
  expect(await download(renewed)).toEqual(bytes)
})

test('a phone says when it cannot upload a file again', async () => {
  const world = await World.start()
  const { phone, client, ana } = await linked(world)
  phone.leave()
  const { id, content } = await ana.sendContent(phone.number, { kind: 'document', bytes })
  const arrived = await received(client, id)
  world.simulator.expireMedia(content.documentMessage?.directPath ?? '')
  await phone.comeBack()
  expect(await phone.received((one) => one.id === id)).toMatchObject({ media: { downloaded: false } })
  await expect(phone.media(id)).rejects.toMatchObject({ code: 'media-not-found' })
  await expect(client.socket.updateMediaMessage(arrived)).rejects.toMatchObject({ output: { statusCode: 404 } })
  const unknown = { ...arrived, key: { ...arrived.key, id: 'NEVER-SEEN' } }
  await expect(client.socket.updateMediaMessage(unknown)).rejects.toMatchObject({ output: { statusCode: 404 } })
})

test('a file that is not what its message says is not taken for it', async () => {
  const world = await World.start()
  const { phone, client, ana } = await linked(world)
  const { content } = await ana.sendContent(phone.number, { kind: 'document', bytes })
  const other = await ana.sendContent(phone.number, { kind: 'document', bytes: randomBytes(10) })
  const document = content.documentMessage
  for (const [change, code] of [
    [{ fileSha256: randomBytes(32) }, 'media-damaged'],
    [{ fileLength: 5 }, 'media-damaged'],
    [{ mediaKey: randomBytes(32) }, 'media-damaged'],
    [{ directPath: other.content.documentMessage?.directPath ?? null }, 'media-damaged'],
    [{ directPath: '/v/nowhere.enc' }, 'media-not-found'],
  ] as const) {
    const message = proto.Message.fromObject({ documentMessage: { ...document, ...change } })
    const id = await client.socket.relayMessage(ana.lid, message, {})
    await ana.received((one) => one.id === id)
    await expect(ana.media(id)).rejects.toMatchObject({ code })
  }
  await expect(ana.media('NEVER-SEEN')).rejects.toMatchObject({ code: 'message-not-found' })
})

test('files survive the server and a phone still opens them', async () => {
  const world = await World.start({ dataDir: await dataDir() })
  const [ana, ben] = [await world.phone(), await world.phone()]
  const { id } = await ana.sendContent(ben.number, { kind: 'document', bytes })
  await ben.received((one) => one.id === id)
  await world.restart()
  const again = world.simulator.phone(ben.number)
  expect((await again?.media(id))?.bytes).toEqual(bytes)
})
