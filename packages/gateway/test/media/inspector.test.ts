import sharp from 'sharp'
import { describe, expect, onTestFinished, test } from 'vitest'
import { createInspector } from '#gateway/media/inspector/inspector.js'
import { mp3, mp4, oggPages, png, voiceNote, written, type Sound } from './sample-files.js'

function open(limits?: { time: number; memory: number }) {
  const inspector = createInspector(limits)
  onTestFinished(() => {
    inspector.close()
  })
  return inspector
}

const jpeg = (width = 300, height = 200): Promise<Buffer> =>
  sharp({ create: { width, height, channels: 3, background: 'teal' } })
    .jpeg()
    .toBuffer()
const mebibyte = 1024 * 1024

describe('the type of a file', () => {
  const zip = Buffer.from('PK\x05\x06' + '\0'.repeat(18), 'latin1')
  const html = '<!DOCTYPE html><title>hi</title>'
  const svg = '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
  const cases: [
    what: string,
    () => Buffer | string | Promise<Buffer>,
    declared: string | null,
    string | null,
    string,
  ][] = [
    ['a JPEG', jpeg, null, null, 'image/jpeg'],
    ['a JPEG that is called a PNG', jpeg, 'image/png', 'a.png', 'image/jpeg'],
    ['a JPEG that is called a page', jpeg, 'text/html', 'a.html', 'image/jpeg'],
    ['a voice note', () => voiceNote(['noise']), 'audio/mpeg', null, 'audio/ogg; codecs=opus'],
    ['a film', () => mp4({ width: 2, height: 2, seconds: 1 }), null, null, 'video/mp4'],
    ['music', () => mp3(10), null, null, 'audio/mpeg'],
    ['F27: a page named .jpg', () => html, 'image/jpeg', 'photo.jpg', 'text/html'],
    ['a page named .txt', () => `\n ${html}`, 'text/plain', 'a.txt', 'text/html'],
    ['F38: SVG that says it is a JPEG', () => svg, 'image/jpeg', 'a.jpg', 'text/plain'],
    ['SVG', () => svg, null, 'a.svg', 'image/svg+xml'],
    ['a text', () => 'héllo', null, null, 'text/plain'],
    ['a table', () => 'a;b\n1;2', null, 'a.CSV', 'text/csv'],
    ['a table that says so', () => 'a;b\n1;2', 'text/csv; charset=utf-8', null, 'text/csv'],
    ['a text whose last letter is cut', () => 'x'.repeat(4095) + 'é', null, 'a.txt', 'text/plain'],
    ['bytes that say they are a picture', () => Buffer.from([0, 1, 2]), 'image/jpeg', 'a.jpg', unknownType],
    ['bytes that say they are a text', () => Buffer.from([0, 1, 2]), 'text/plain', 'a.txt', unknownType],
    ['bytes of a kind of their own', () => Buffer.from([0, 1, 2]), 'application/x-cad', 'a.cad', 'application/x-cad'],
    ['bytes that say nonsense', () => Buffer.from([0, 1, 2]), 'application/<b>', null, unknownType],
    ['a ZIP', () => zip, 'application/msword', 'a.zip', 'application/zip'],
    ['an app', () => zip, null, 'a.apk', 'application/vnd.android.package-archive'],
    ['nothing', () => '', 'image/png', 'a.png', 'text/plain'],
  ]
  test.each(cases)('%s', async (_, bytes, declared, name, type) => {
    expect(await open().identify(written(await bytes()), { declared, name })).toBe(type)
  })

  test('a file that is not there is unknown', async () => {
    expect(await open().identify('/nowhere', { declared: 'image/png', name: null })).toBe(unknownType)
  })
})

const unknownType = 'application/octet-stream'

test('a picture has its size as it is shown, and a thumbnail of 100 pixels', async () => {
  const turned = await sharp(await jpeg(300, 200))
    .withMetadata({ orientation: 6 })
    .toBuffer()
  const traits = await open().describe(written(turned), 'image/jpeg', 'image')
  expect(traits).toMatchObject({ width: 200, height: 300 })
  const thumbnail = await sharp(Buffer.from(traits.thumbnail ?? '', 'base64')).metadata()
  expect(thumbnail).toMatchObject({ format: 'jpeg', width: 67, height: 100 })
})

test('a film has its size and length, wherever its index is and however the phone was held', async () => {
  const inspector = open()
  const look = (film: Parameters<typeof mp4>[0]) => inspector.describe(written(mp4(film)), 'video/mp4', 'video')
  expect(await look({ width: 640, height: 360, seconds: 7 })).toEqual({ width: 640, height: 360, seconds: 7 })
  expect(await look({ width: 640, height: 360, seconds: 7, turned: true, before: 500_000 })).toEqual({
    width: 360,
    height: 640,
    seconds: 7,
  })
})

test('music has its length', async () => {
  expect(await open().describe(written(mp3(200)), 'audio/mpeg', 'audio')).toEqual({ seconds: 5 })
})

test('a voice note has its length and 64 bars of how loud it is', async () => {
  const sounds: Sound[] = [...Array<Sound>(100).fill('silence'), ...Array<Sound>(100).fill('noise')]
  const traits = await open().describe(written(voiceNote(sounds)), 'audio/ogg; codecs=opus', 'voice')
  expect(traits.seconds).toBe(4)
  const bars = [...Buffer.from(traits.waveform ?? '', 'base64')]
  expect(bars).toHaveLength(64)
  expect(Math.max(...bars)).toBe(100)
  const mean = (part: number[]): number => part.reduce((sum, bar) => sum + bar, 0) / part.length
  expect(mean(bars.slice(0, 30))).toBeLessThan(1)
  expect(mean(bars.slice(34))).toBeGreaterThan(3)
})

test.each([
  ['no Opus', oggPages([Buffer.from('\x01vorbis' + '\0'.repeat(23), 'latin1'), Buffer.alloc(10)])],
  ['cut off in the head', voiceNote(['noise']).subarray(0, 20)],
  ['no Ogg', Buffer.from('hello')],
  ['empty', Buffer.alloc(0)],
])('a voice note that is none has nothing: %s', async (_, bytes) => {
  expect(await open().describe(written(bytes), 'audio/ogg', 'voice')).toEqual({})
})

test('a voice note that breaks off has what there is of it', async () => {
  const whole = voiceNote(Array<Sound>(200).fill('noise'))
  const traits = await open().describe(written(whole.subarray(0, whole.length / 2)), 'audio/ogg', 'voice')
  expect(traits.seconds).toBe(2)
})

test('a PDF has its pages', async () => {
  const pdf = '%PDF-1.4\n1 0 obj<</Type/Pages/Kids[2 0 R]/Count 12>>endobj\n3 0 obj<</Count 5/Type /Pages>>endobj'
  expect(await open().describe(written(pdf), 'application/pdf', 'document')).toEqual({ pages: 12 })
  expect(await open().describe(written('%PDF-1.4'), 'application/pdf', 'document')).toEqual({})
})

test('a sticker is 512 × 512 WebP of at most 100 kB, with the picture whole in it', async () => {
  const noise = sharp({
    create: {
      width: 1200,
      height: 600,
      channels: 3,
      noise: { type: 'gaussian', mean: 128, sigma: 60 },
      background: 'red',
    },
  })
  const inspector = open()
  const bytes = await inspector.convert(written(await noise.png().toBuffer()), 'sticker')
  const { format, width, height, hasAlpha } = await sharp(bytes).metadata()
  expect({ format, width, height, hasAlpha }).toEqual({ format: 'webp', width: 512, height: 512, hasAlpha: true })
  expect(bytes.length).toBeLessThanOrEqual(100_000)
  expect(await inspector.describe(written(bytes), 'image/webp', 'sticker')).toEqual({ width: 512, height: 512 })
})

test('a sticker moves if the picture does', async () => {
  const frames = await Promise.all(
    ['red', 'blue'].map((background) =>
      sharp({ create: { width: 50, height: 50, channels: 3, background } })
        .png()
        .toBuffer(),
    ),
  )
  const moving = await sharp(frames, { join: { animated: true } })
    .gif()
    .toBuffer()
  const inspector = open()
  const bytes = await inspector.convert(written(moving), 'sticker')
  expect(await inspector.describe(written(bytes), 'image/webp', 'sticker')).toEqual({
    width: 512,
    height: 512,
    animated: true,
  })
})

test('any picture becomes a JPEG, and a profile picture one of 640 pixels at most', async () => {
  const webp = written(
    await sharp(await jpeg(1000, 500))
      .webp()
      .toBuffer(),
  )
  const inspector = open()
  expect(await sharp(await inspector.convert(webp, 'jpeg')).metadata()).toMatchObject({
    format: 'jpeg',
    width: 1000,
    height: 500,
  })
  const avatar = await sharp(await inspector.avatar(webp)).metadata()
  expect(avatar).toMatchObject({ format: 'jpeg', width: 640, height: 320 })
})

test.each([
  ['a text', Buffer.from('hello')],
  ['SVG', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"/>')],
  ['a PDF', Buffer.from('%PDF-1.4')],
  ['half a picture', undefined],
])('%s is no picture, and the caller is told so', async (_, bytes) => {
  const path = written(bytes ?? (await jpeg(800, 800)).subarray(0, 300))
  const inspector = open()
  const refusal = { code: 'bad-request', field: 'media' }
  await expect(inspector.avatar(path)).rejects.toMatchObject(refusal)
  await expect(inspector.convert(path, 'sticker')).rejects.toMatchObject(refusal)
  expect(await inspector.describe(path, 'image/jpeg', 'image')).toEqual({})
})

test('F31: a PNG of 196 megapixels in 600 kB is not decoded, and costs this process nothing', async () => {
  const bomb = await png(14_000, 14_000)
  expect(bomb.length).toBeLessThan(700_000)
  const path = written(bomb)
  const inspector = open()
  const before = process.memoryUsage().rss
  expect(await inspector.identify(path, { declared: null, name: null })).toBe('image/png')
  expect(await inspector.describe(path, 'image/png', 'image')).toEqual({})
  await expect(inspector.avatar(path)).rejects.toMatchObject({ code: 'bad-request' })
  await expect(inspector.convert(path, 'sticker')).rejects.toMatchObject({ code: 'bad-request' })
  expect(process.memoryUsage().rss - before).toBeLessThan(64 * mebibyte)
})

test('F31: what takes too much memory costs its process, and the next file is looked into as ever', async () => {
  const inspector = open({ time: 60_000, memory: 120 * mebibyte })
  // Interlaced: to be had as a whole only, which is 75 MB.
  const pixels = sharp({ create: { width: 5_000, height: 5_000, channels: 3, background: 'teal' } })
  const large = written(await pixels.png({ progressive: true }).toBuffer())
  const small = written(await jpeg(30, 20))
  expect(await inspector.describe(large, 'image/png', 'image')).toEqual({})
  await expect(inspector.avatar(large)).rejects.toMatchObject({ code: 'bad-request' })
  expect(await inspector.describe(small, 'image/jpeg', 'image')).toMatchObject({ width: 30, height: 20 })
  const roomy = open()
  expect(await roomy.describe(large, 'image/png', 'image')).toMatchObject({ width: 5_000, height: 5_000 })
})

test('F31: what takes too long costs its process, and others wait for it no longer than that', async () => {
  const inspector = open({ time: 1_500, memory: 400 * mebibyte })
  const endless = written(voiceNote(Array<Sound>(50_000).fill('noise')))
  const text = written('hello')
  const claim = { declared: null, name: null }
  const slow = [1, 2, 3].map(() => inspector.describe(endless, 'audio/ogg', 'voice'))
  expect(await inspector.identify(text, claim)).toBe('text/plain')
  expect(await Promise.all(slow)).toEqual([{}, {}, {}])
  expect(await inspector.identify(text, claim)).toBe('text/plain')
})

test('many files at a time are each told their own', async () => {
  const inspector = open()
  const files = await Promise.all([10, 20, 30, 40, 50, 60].map(async (side) => written(await jpeg(side, side))))
  const widths = await Promise.all(files.map((path) => inspector.describe(path, 'image/jpeg', 'image')))
  expect(widths.map(({ width }) => width)).toEqual([10, 20, 30, 40, 50, 60])
})
