import { crc32, deflateSync } from 'node:zlib'
import sharp from 'sharp'
import { expect, test } from 'vitest'
import { SharpLogoImages } from '#gateway/media/logo/logo-images.js'

const images = new SharpLogoImages()
const green = sharp({ create: { width: 900, height: 300, channels: 3, background: '#25d366' } })
const refused = (message: RegExp) => ({
  code: 'bad-request',
  field: 'logo',
  message: expect.stringMatching(message) as string,
})

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const [length, checksum] = [Buffer.alloc(4), Buffer.alloc(4)]
  length.writeUInt32BE(data.length)
  checksum.writeUInt32BE(crc32(body))
  return Buffer.concat([length, body, checksum])
}

test.each(['png', 'jpeg', 'webp'] as const)('a %s becomes a small PNG of ours', async (format) => {
  const read = await images.read(await green.clone().toFormat(format).toBuffer(), 'logo')
  expect(await sharp(Buffer.from(read)).metadata()).toMatchObject({ format: 'png', width: 512, height: 171 })
})

test('nothing but the pixels is kept of what was uploaded', async () => {
  const file = await green
    .clone()
    .withExif({ IFD0: { Artist: 'somebody at home' } })
    .jpeg()
    .toBuffer()
  expect(file.toString('latin1')).toContain('somebody at home')
  const read = Buffer.from(await images.read(file, 'logo'))
  expect(read.toString('latin1')).not.toContain('somebody')
  expect((await sharp(read).metadata()).exif).toBeUndefined()
})

test('a picture is drawn into the middle of a square, see-through around it', async () => {
  const { side, rgba } = await images.draw(await images.read(await green.clone().png().toBuffer(), 'logo'), 60)
  expect([side, rgba.length]).toEqual([60, 60 * 60 * 4])
  const alphaAt = (x: number, y: number): number | undefined => rgba[(y * 60 + x) * 4 + 3]
  expect([alphaAt(30, 2), alphaAt(30, 30), alphaAt(30, 57)]).toEqual([0, 255, 0])
})

test.each([
  [
    'an SVG',
    Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'),
    /PNG, JPEG or WebP/,
  ],
  ['a GIF', Buffer.from('GIF89a\x01\x00\x01\x00', 'latin1'), /PNG, JPEG or WebP/],
  ['HTML', Buffer.from('<html>'), /PNG, JPEG or WebP/],
  ['nothing', Buffer.alloc(0), /PNG, JPEG or WebP/],
  ['the first bytes of a PNG and no more', Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), /cannot be decoded/],
  [
    'a JPEG that is noise',
    Buffer.concat([Buffer.from([0xff, 0xd8, 0xff]), Buffer.alloc(2000, 7)]),
    /cannot be decoded/,
  ],
  ['too many bytes', Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), Buffer.alloc(600_000)]), /512 KiB/],
])('%s is refused by the name of its field', async (_, file, message) => {
  await expect(images.read(file, 'logo')).rejects.toMatchObject(refused(message))
})

test('a small file that would unfold to 200 million pixels is refused by its header alone', async () => {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(14_142, 0)
  header.writeUInt32BE(14_142, 4)
  header[8] = 1
  const bomb = Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(Buffer.alloc(25_000_000))),
    chunk('IEND', Buffer.alloc(0)),
  ])
  expect(bomb.length).toBeLessThan(100_000)
  const before = process.memoryUsage().rss
  await expect(images.read(bomb, 'logo')).rejects.toMatchObject(refused(/at most 20000000 pixels/))
  expect(process.memoryUsage().rss - before).toBeLessThan(200_000_000)
})
