import { Buffer } from 'node:buffer'
import { performance } from 'node:perf_hooks'
import { crc32, deflateSync } from 'node:zlib'
import encodeQR from 'qr'
import { qrPngPicture, qrSvgPicture } from '../packages/gateway/dist/core/qr/qr-picture.js'
import { perSecond, quantile, row } from './figures.mjs'

const style = { size: 600, margin: 4, dark: '#000000', light: '#ffffff', level: 'M' }
const address = (i) => `https://links.shop.example/l/${i.toString(32).toUpperCase().padStart(13, 'A')}1`
const rounds = 5

export const images = {
  name: 'images',
  how: ({ drawn }) =>
    `Images: ${drawn} codes of addresses of links, each another, about 600 pixels, level M, in this process, medians of ${rounds} ` +
    'rounds. Bare: the matrix of the `qr` package, painted black on white at the same size by the shortest code that we could write.',

  async measure({ drawn }) {
    const png = await compare(drawn, (text) => qrPngPicture(text, style), barePng)
    const svg = await compare(drawn, (text) => qrSvgPicture(text, style), bareSvg)
    const coloured = { ...style, dark: '#075e54', light: '#fff8e7' }
    const colours = await compare(drawn, (text) => qrPngPicture(text, coloured), barePng)
    return [
      row({ figure: 'QR images of links, PNG', ...png, aim: 'none' }),
      row({ figure: 'QR images of links, PNG in two colours', ...colours, aim: 'none' }),
      row({ figure: 'QR images of links, SVG', ...svg, aim: 'none' }),
    ]
  },
}

async function compare(count, ours, theirs) {
  const rates = { ours: [], theirs: [] }
  for (let round = 0; round <= rounds; round++) {
    const one = await rate(count, ours)
    const other = await rate(count, theirs)
    // The first one warms the compiler up.
    if (round > 0) rates.ours.push(one) && rates.theirs.push(other)
  }
  const [mine, bare] = [quantile(rates.ours), quantile(rates.theirs)]
  return { gateway: perSecond(mine), bare: perSecond(bare), ratio: mine / bare }
}

async function rate(count, draw) {
  const started = performance.now()
  for (let i = 0; i < count; i++) await draw(address(i))
  return (count * 1000) / (performance.now() - started)
}

const matrixOf = (text) => encodeQR(text, 'raw', { ecc: 'medium', border: 4 })

function barePng(text) {
  const rows = matrixOf(text)
  const scale = Math.floor(600 / rows.length)
  const side = rows.length * scale
  const lines = rows.map((row) => {
    const line = Buffer.alloc(1 + Math.ceil(side / 8), 0xff)
    line[0] = 0
    for (let x = 0; x < side; x++) if (row[Math.floor(x / scale)]) line[1 + (x >> 3)] &= ~(0x80 >> (x & 7))
    return line
  })
  const header = Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0])
  header.writeUInt32BE(side, 0)
  header.writeUInt32BE(side, 4)
  const image = Buffer.concat(lines.flatMap((line) => Array(scale).fill(line)))
  const parts = [
    ['IHDR', header],
    ['IDAT', deflateSync(image, { level: 6 })],
    ['IEND', Buffer.alloc(0)],
  ]
  return Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), ...parts.map(chunk)])
}

function chunk([type, data]) {
  const body = Buffer.concat([Buffer.from(type), data])
  const out = Buffer.alloc(body.length + 8)
  out.writeUInt32BE(data.length, 0)
  body.copy(out, 4)
  out.writeUInt32BE(crc32(body), body.length + 4)
  return out
}

function bareSvg(text) {
  const rows = matrixOf(text)
  let path = ''
  rows.forEach((row, y) => row.forEach((dark, x) => (path += dark ? `M${x} ${y}h1v1h-1z` : '')))
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${rows.length} ${rows.length}"><path d="${path}"/></svg>`
}
