import fc from 'fast-check'
import sharp, { type Sharp } from 'sharp'
import { expect, test } from 'vitest'
import { readColour, requireContrast } from '#gateway/core/qr/colours.js'
import { qrPngPicture, qrSvgPicture, type Logo } from '#gateway/core/qr/qr-picture.js'
import { qrLevels, usualStyle, type Colour, type QrStyle } from '#gateway/core/qr/qr-style.js'
import { SharpLogoImages } from '#gateway/media/logo/logo-images.js'
import { decode, decodeByZXing } from './decoder.js'

const address = 'https://links.shop.example/l/4O4YGZEG3RIVE1'

/** What addresses and texts are made of around the world, and what trips encoders. */
const scripts = [
  'https://wa.me/message/ANED2T5QRU7HG1',
  'Bonjour, j’aimerais réserver une table à 19 h',
  'Здравствуйте! Сколько стоит доставка?',
  'שלום, אפשר להזמין?',
  'مرحبا، أريد حجز موعد',
  'नमस्ते, क्या आप खुले हैं?',
  'สวัสดีค่ะ สอบถามราคา',
  '你好,请问几点开门?',
  'こんにちは、予約したいです',
  '안녕하세요 문의드립니다',
  '👩‍👩‍👧‍👦🏳️‍🌈 🇮🇩',
  '12345678901234567890',
  'UPPER CASE $%*+-./: 9',
]

const texts = fc.oneof(
  fc.constantFrom(...scripts),
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 }).filter((text) => !/[\0\p{Surrogate}]/u.test(text)),
  fc.stringMatching(/^[A-Z2-7]{13}1$/).map((code) => `https://links.shop.example/l/${code}`),
)

const colour = fc.integer({ min: 0, max: 0xffffff }).map((value): Colour => `#${value.toString(16).padStart(6, '0')}`)

/** Every style that is accepted, with colours that nobody picked by eye. */
const styles = fc
  .record({
    size: fc.integer({ min: 128, max: 2048 }),
    margin: fc.integer({ min: 2, max: 16 }),
    dark: colour,
    light: colour,
    level: fc.constantFrom(...qrLevels),
  })
  .filter(({ dark, light }) => {
    try {
      requireContrast(dark, light, 'style')
      return true
    } catch {
      return false
    }
  })

const images = new SharpLogoImages()

async function logoOf(picture: Sharp): Promise<Logo> {
  const png = await images.read(await picture.png().toBuffer(), 'logo')
  return (side) => images.draw(png, side)
}

/** Any picture at all in the middle: of one colour, as loud as noise, see-through, upright or wide. */
const logos = fc.record({
  width: fc.integer({ min: 1, max: 300 }),
  height: fc.integer({ min: 1, max: 300 }),
  colour,
  noise: fc.boolean(),
  alpha: fc.constantFrom(0.3, 1),
})

type LogoWish = typeof logos extends fc.Arbitrary<infer Wish> ? Wish : never

function drawn({ width, height, colour: background, noise, alpha }: LogoWish): Sharp {
  if (noise) return sharp({ create: { width, height, channels: 3, background, noise: loud } })
  return sharp({ create: { width, height, channels: 4, background: { ...sharpColour(background), alpha } } })
}

const loud = { type: 'gaussian', mean: 128, sigma: 90 } as const

function sharpColour(text: Colour): { r: number; g: number; b: number } {
  const value = Number.parseInt(text.slice(1), 16)
  return { r: value >> 16, g: (value >> 8) & 0xff, b: value & 0xff }
}

test('every PNG is read back, whatever its size, margin, colours, level and script', async () => {
  await fc.assert(
    fc.asyncProperty(texts, styles, async (text, style) => {
      const read = await decode(await qrPngPicture(text, style))
      expect(read?.text).toBe(text)
      expect(read?.level).toBe(style.level)
    }),
    { numRuns: 60 },
  )
})

test('every SVG is read back, whatever its margin, colours, level and script', async () => {
  await fc.assert(
    fc.asyncProperty(texts, styles, async (text, style) => {
      expect((await decode(await qrSvgPicture(text, style)))?.text).toBe(text)
    }),
    { numRuns: 40 },
  )
})

test('with any logo in the middle every picture is read back, at the level that it needs', async () => {
  await fc.assert(
    fc.asyncProperty(texts, styles, logos, async (text, style, picture) => {
      const logo = await logoOf(drawn(picture))
      // From the 45 modules of version 7 on a code has a pattern in its middle, which a logo covers. ZBar looks for it, and
      // takes noise for it in one of eight.
      const look = picture.noise ? decodeByZXing : decode
      for (const image of [await qrPngPicture(text, style, logo), await qrSvgPicture(text, style, logo)]) {
        const read = await look(image)
        expect(read?.text).toBe(text)
        expect(read?.level).toBe('H')
      }
    }),
    { numRuns: 60 },
  )
})

test('a logo as loud as noise does not hide what has no pattern under it', async () => {
  const short = texts.filter((text) => Buffer.byteLength(text) <= 58)
  const noisy = logos.map((picture) => ({ ...picture, noise: true }))
  await fc.assert(
    fc.asyncProperty(short, styles, noisy, async (text, style, picture) => {
      const logo = await logoOf(drawn(picture))
      for (const image of [await qrPngPicture(text, style, logo), await qrSvgPicture(text, style, logo)]) {
        expect((await decode(image))?.text).toBe(text)
      }
    }),
    { numRuns: 30 },
  )
})

test('a logo brighter than the light colour leaves the code readable where modules fall on the blocks that readers look at', async () => {
  const white = await logoOf(sharp({ create: { width: 40, height: 40, channels: 3, background: '#ffffff' } }))
  for (const light of ['#ede6b2', '#a4f6d7', '#02a6a5', '#d057f3'] as const) {
    for (const margin of [2, 4]) {
      const style: QrStyle = { ...usualStyle, size: (37 + 2 * margin) * 8, margin, light }
      const picture = await qrPngPicture('https://wa.me/message/ANED2T5QRU7HG1', style, white)
      expect(await decode(picture)).toMatchObject({ text: 'https://wa.me/message/ANED2T5QRU7HG1', width: style.size })
    }
  }
})

test('the same text in the same style is the same bytes', async () => {
  const logo = await logoOf(sharp({ create: { width: 40, height: 20, channels: 3, background: '#25d366' } }))
  const style: QrStyle = { ...usualStyle, dark: '#075e54', light: '#fafafa' }
  expect(await qrPngPicture(address, style)).toEqual(await qrPngPicture(address, style))
  expect(await qrPngPicture(address, style, logo)).toEqual(await qrPngPicture(address, style, logo))
  expect(await qrSvgPicture(address, style, logo)).toBe(await qrSvgPicture(address, style, logo))
})

test('a PNG has whole pixels per module and is no larger than asked', async () => {
  for (const size of [128, 333, 600, 2048]) {
    const width = (await decode(await qrPngPicture(address, { ...usualStyle, size })))?.width ?? 0
    const { width: modules } = {
      width: (await decode(await qrPngPicture(address, { ...usualStyle, size: 1 })))?.width ?? 1,
    }
    expect(width % modules).toBe(0)
    expect(width).toBeLessThanOrEqual(size)
    expect(width).toBeGreaterThan(size - modules)
  }
})

test.each([
  ['#000', '#000000'],
  ['#AbC', '#aabbcc'],
  ['#25D366', '#25d366'],
])('the colour %s is %s', (text, read) => {
  expect(readColour(text, 'dark')).toBe(read)
})

test.each(['', '000000', '#12', '#12345', '#1234567', 'red', '#gggggg', '#000000;fill:url(x)', '#0000\n00'])(
  'what is no colour is refused by its field: %j',
  (text) => {
    expect(() => readColour(text, 'style.dark')).toThrow(
      expect.objectContaining({ code: 'bad-request', field: 'style.dark' }),
    )
  },
)

test.each([
  ['#ffffff', '#000000', /lighter than the light/],
  ['#777777', '#ffffff', /contrast/],
  ['#ff0000', '#ffffff', /contrast/],
  ['#000000', '#000000', /contrast/],
] as const)('%s on %s is refused: scanners would not see it', (dark, light, why) => {
  expect(() => {
    requireContrast(dark, light, 'style')
  }).toThrow(why)
})
