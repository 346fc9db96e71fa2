import { bilevelPng } from '../qr/png.js'
import { qrMatrix, scaleFor, type Modules } from '../qr/qr-matrix.js'
import { svgOf } from '../qr/svg.js'
import type { QrCode } from './link-step.js'

/** Modules of white around the code: ISO/IEC 18004 asks for four. */
const quietZone = 4
/** Pixels per module of a picture whose size nobody asked for: a pairing QR becomes about 500 pixels wide. */
const defaultScale = 8
const colours = { dark: '#000000', light: '#ffffff' } as const

/** A QR with its pictures. Level L: the text is long, shown on a clean screen, and read at once. */
export function qrCode(text: string): QrCode {
  return new DrawnOnce(text)
}

/** Each picture is drawn for whoever asks first and kept: of most QRs that rotate past, nobody asks for both. */
class DrawnOnce implements QrCode {
  readonly text: string
  #rows: Modules | undefined
  #png: string | undefined
  #svg: string | undefined

  constructor(text: string) {
    this.text = text
  }

  get png(): string {
    const png = (): Buffer => bilevelPng(this.#matrix(), defaultScale, colours)
    return (this.#png ??= `data:image/png;base64,${png().toString('base64')}`)
  }

  get svg(): string {
    const svg = (): string => svgOf(this.#matrix(), colours)
    return (this.#svg ??= `data:image/svg+xml;base64,${Buffer.from(svg()).toString('base64')}`)
  }

  #matrix(): Modules {
    return (this.#rows ??= matrix(this.text))
  }
}

/** PNG of at most `size` pixels a side: modules are whole pixels, so the picture may be a little smaller, never blurred. */
export function qrPng(text: string, size?: number): Buffer {
  const rows = matrix(text)
  return bilevelPng(rows, size === undefined ? defaultScale : scaleFor(rows, size), colours)
}

/** SVG without a fixed size: it fills the box that it is shown in. */
export function qrSvg(text: string): string {
  return svgOf(matrix(text), colours)
}

function matrix(text: string): Modules {
  return qrMatrix(text, 'L', quietZone)
}
