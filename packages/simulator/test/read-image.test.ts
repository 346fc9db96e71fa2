import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import encodeQR from 'qr'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readQrImage } from '#simulator/read-image.js'

const key = (seed: string) => Buffer.from(seed.repeat(32).slice(0, 32)).toString('base64')
const reference = '2@'.padEnd(103, 'aB3+/')
const pairing = `https://wa.me/settings/linked_devices#${[reference, key('noise'), key('identity'), key('adv'), '1'].join(',')}`

/** A QR code as SVG, without a size of its own: it is as many units wide as it has modules. */
const drawn = encodeQR(pairing, 'svg', { border: 4 })
const asSvg = (attributes = '') => Buffer.from(drawn.replace('<svg ', `<svg ${attributes} `))
const onNothing = (side: number) => sharp(asSvg(), { density: 1000 }).resize(side, side, { kernel: 'nearest' })
const asPng = (side: number) => onNothing(side).flatten({ background: 'white' }).removeAlpha().png().toBuffer()
const wrapped = (inner: string, before = '') =>
  Buffer.from(
    `<?xml version="1.0"?>${before}<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" ` +
      `xmlns:s="http://www.w3.org/2000/svg" xmlns:xi="http://www.w3.org/2001/XInclude" width="600" height="600">` +
      `${inner}</svg>`,
  )
const inUtf7 = (svg: Buffer) => Buffer.from(svg.toString().replace('?>', ' encoding="UTF-7"?>'))
const noQr = { name: 'SimulatorError', code: 'no-qr-in-image' }
const tooLarge = { name: 'SimulatorError', code: 'image-too-large' }

test('the text under test is as long as a real pairing code', () => {
  expect(pairing.length).toBeGreaterThanOrEqual(235)
})

describe('a QR code is read from', () => {
  test.each([160, 250, 300, 512, 999, 1001, 2000, 5000])('a PNG %i pixels wide', async (side) => {
    expect(await readQrImage(await asPng(side))).toBe(pairing)
  })

  test('a PNG of one pixel per module', async () => {
    const rows = encodeQR(pairing, 'raw', { border: 4 })
    const raw = Buffer.from(rows.flat().map((dark) => (dark ? 0 : 255)))
    const smallest = sharp(raw, { raw: { width: rows.length, height: rows.length, channels: 1 } })
    expect(await readQrImage(await smallest.png().toBuffer())).toBe(pairing)
  })

  test('a PNG cropped to the code', async () => {
    const cropped = await sharp(await asPng(600))
      .trim()
      .png()
      .toBuffer()
    expect(await readQrImage(cropped)).toBe(pairing)
  })

  test('a PNG on a transparent ground', async () => {
    const transparent = await onNothing(600).png().toBuffer()
    expect(await sharp(transparent).stats()).toMatchObject({ isOpaque: false })
    expect(await readQrImage(transparent)).toBe(pairing)
  })

  test('a PNG with light modules on a dark ground', async () => {
    expect(
      await readQrImage(
        await sharp(await asPng(600))
          .negate()
          .png()
          .toBuffer(),
      ),
    ).toBe(pairing)
  })

  test('a screenshot in which it takes one corner', async () => {
    const screen = sharp({ create: { width: 1920, height: 1080, channels: 3, background: '#e8f0ea' } })
    const screenshot = await screen
      .composite([{ input: await asPng(300), left: 1500, top: 700 }])
      .png()
      .toBuffer()
    expect(await readQrImage(screenshot)).toBe(pairing)
  })

  test.each([
    'width="100"',
    'width="256" height="256"',
    'width="3000" height="3000"',
    'width="40mm" height="40mm"',
    'width="100%" height="100%"',
    '',
  ])('an SVG with the size <%s>', async (size) => {
    expect(await readQrImage(asSvg(size))).toBe(pairing)
  })

  test('an SVG with an XML declaration and a document type', async () => {
    const doctype = '<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">'
    const svg = Buffer.from(`<?xml version="1.0" encoding="ISO-8859-1"?>\n${doctype}${drawn}`)
    expect(await readQrImage(svg)).toBe(pairing)
  })

  test('data URIs and base64', async () => {
    const png = (await asPng(300)).toString('base64')
    for (const image of [
      `data:image/png;base64,${png}`,
      `DATA:image/png;BASE64,${png}`,
      `data:image/png;base64,${encodeURIComponent(png)}`,
      png,
      `\n${png.replace(/(.{76})/g, '$1\n')}\n`,
      `data:image/svg+xml;base64,${asSvg().toString('base64')}`,
      `data:image/svg+xml,${encodeURIComponent(drawn)}`,
      `data:image/svg+xml;charset=utf-8,${encodeURIComponent(drawn)}`,
      `data:image/svg+xml;utf8,${asSvg('width="100%"').toString()}`,
    ]) {
      expect(await readQrImage(image), image.slice(0, 40)).toBe(pairing)
    }
  })

  test('many pictures at once', async () => {
    const png = await asPng(400)
    expect(new Set(await Promise.all(Array.from({ length: 8 }, () => readQrImage(png))))).toEqual(new Set([pairing]))
  })
})

describe('there is no QR code in', () => {
  test.each([
    ['nothing', Buffer.alloc(0)],
    ['an empty string', ''],
    ['words', 'not an image at all'],
    ['HTML', '<!doctype html><html><body>502 Bad Gateway</body></html>'],
    ['a data URI without data', 'data:image/png;base64,'],
    ['a data URI of garbage', 'data:image/png;base64,%%%%'],
    ['random bytes', Buffer.from(Array.from({ length: 5000 }, (_, i) => (i * 7919) % 251))],
    ['a PNG signature alone', Buffer.from('89504e470d0a1a0a', 'hex')],
    ['an unfinished SVG', Buffer.from(drawn.slice(0, drawn.length / 2))],
    ['an SVG of nothing', wrapped('')],
    ['an SVG without a size', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="0" height="0"/>')],
    ['an HTML page with an SVG', Buffer.from(`<!doctype html><html><p>a<br>b</p>${drawn}</html>`)],
  ])('%s', async (_, image) => {
    await expect(readQrImage(image)).rejects.toMatchObject(noQr)
  })

  test('a blank PNG', async () => {
    const blank = sharp({ create: { width: 300, height: 300, channels: 3, background: 'white' } })
    await expect(readQrImage(await blank.png().toBuffer())).rejects.toMatchObject(noQr)
  })

  test('a PNG cut short', async () => {
    const whole = await asPng(600)
    await expect(readQrImage(whole.subarray(0, whole.length / 2))).rejects.toMatchObject(noQr)
  })

  test('another image format', async () => {
    const jpeg = await sharp(await asPng(600))
      .jpeg()
      .toBuffer()
    await expect(readQrImage(jpeg)).rejects.toMatchObject(noQr)
  })
})

describe('too large is', () => {
  test('an image of more than 2 MiB, as bytes and as text', async () => {
    const bytes = Buffer.alloc(2 * 1024 * 1024 + 1)
    await expect(readQrImage(bytes)).rejects.toMatchObject(tooLarge)
    await expect(readQrImage(bytes.toString('base64'))).rejects.toMatchObject(tooLarge)
    await expect(readQrImage(`data:image/svg+xml,${'%20'.repeat(bytes.length)}`)).rejects.toMatchObject(tooLarge)
  })

  test('an SVG of more than 1 MiB', async () => {
    const long = Buffer.from(drawn.replace('</svg>', `<!--${' '.repeat(1024 * 1024)}--></svg>`))
    await expect(readQrImage(long)).rejects.toMatchObject(tooLarge)
  })

  test('a PNG or SVG that is small but has many pixels', async () => {
    const wide = { width: 10_000, height: 5_001 }
    const png = await sharp({ create: { ...wide, channels: 3, background: 'white' } })
      .png({ palette: true })
      .toBuffer()
    expect(png.length).toBeLessThan(200_000)
    await expect(readQrImage(png)).rejects.toMatchObject(tooLarge)
    await expect(readQrImage(asSvg('width="10000" height="5001"'))).rejects.toMatchObject(tooLarge)
  })
})

describe('an SVG cannot bring in a code from', () => {
  let folder = ''
  let file = ''

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'read-image-'))
    file = join(folder, 'code.png')
    await writeFile(file, await asPng(600))
    await writeFile(join(folder, 'code.svg'), drawn.replace('<svg ', '<svg id="code" width="600" height="600" '))
    await writeFile(join(folder, 'code.css'), 'rect { fill: red }')
  })
  afterAll(() => rm(folder, { recursive: true }))

  test.each<[string, (png: string, svg: string) => Buffer]>([
    ['a file', (png) => wrapped(`<image href="${png}" width="600" height="600"/>`)],
    ['a file by xlink', (png) => wrapped(`<image xlink:href="${png}" width="600" height="600"/>`)],
    ['a file under a prefix', (png) => wrapped(`<s:image href="${png}" width="600" height="600"/>`)],
    [
      'a file in a filter',
      (png) => wrapped(`<filter id="f"><feImage href="${png}"/></filter><rect filter="url(#f)"/>`),
    ],
    ['part of a file', (_, svg) => wrapped(`<use href="${svg}#code"/>`)],
    ['an included file', (_, svg) => wrapped(`<xi:include href="${svg}"/>`)],
    ['an external entity', (_, svg) => wrapped('&code;', `<!DOCTYPE svg [<!ENTITY code SYSTEM "${svg}">]>`)],
    ['an external document type', (_, svg) => wrapped('&code;', `<!DOCTYPE svg SYSTEM "${svg}">`)],
    ['a file in UTF-7', (png) => inUtf7(wrapped(`+ADw-image href=+ACI-${png}+ACI- width=+ACI-600+ACI-/+AD4-`))],
  ])('%s', async (_, hostile) => {
    const svg = pathToFileURL(join(folder, 'code.svg')).href
    await expect(readQrImage(hostile(pathToFileURL(file).href, svg))).rejects.toMatchObject(noQr)
  })

  test('a file, because librsvg does not open it either', async () => {
    const hostile = wrapped(`<image href="${pathToFileURL(file).href}" width="600" height="600"/>`)
    const drawnHere = await sharp(hostile).flatten({ background: 'white' }).png().toBuffer()
    const { channels } = await sharp(drawnHere).removeAlpha().stats()
    expect(channels.map((channel) => channel.min)).toEqual([255, 255, 255])
  })
})

test.each([
  ['a picture inside the SVG', '<image href="data:image/png;base64,AAAA"/>'],
  ['a filter function', '<rect width="600" height="600" style="filter: blur(90px)"/>'],
  ['a filter', `<filter id="f">${'<feMorphology radius="500"/>'.repeat(300)}</filter><rect filter="url(#f)"/>`],
])('%s is refused before it is drawn', async (_, inner) => {
  await expect(readQrImage(wrapped(inner))).rejects.toMatchObject({
    ...noQr,
    message: expect.stringContaining('need') as string,
  })
})

test('entities that multiply are refused', async () => {
  const billion = Array.from({ length: 9 }, (_, i) => `<!ENTITY a${i + 1} "${`&a${i};`.repeat(10)}">`).join('')
  const svg = wrapped('&a9;', `<!DOCTYPE svg [<!ENTITY a0 "<rect/>">${billion}]>`)
  await expect(readQrImage(svg)).rejects.toMatchObject(noQr)
})
