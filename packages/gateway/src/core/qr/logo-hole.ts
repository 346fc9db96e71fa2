import { bytesOf } from './colours.js'
import type { Modules } from './qr-matrix.js'
import type { Colour, QrLevel } from './qr-style.js'

/** Pixels of a square picture, four bytes each. */
export interface LogoPixels {
  readonly side: number
  readonly rgba: Uint8Array
}

/** The same, three bytes each. */
export interface PrintedLogo {
  readonly side: number
  readonly rgb: Uint8Array
}

/** Where a logo stands in a code: a square of modules in the middle that are left light. */
export interface LogoHole {
  /** Modules a side; the logo leaves half of one free all around. */
  readonly modules: number
}

/** Of the side of the code. */
const share = 0.2
/**
 * What a hole in the middle needs. Level Q makes good for the hole itself, but a reader takes its idea of light and dark from
 * around each module, and a logo spoils it beyond the edge: at Q, one in twenty was unreadable at one look.
 */
const needed: QrLevel = 'H'

/** The level that was asked for, or what a logo needs. */
export function levelFor(asked: QrLevel, hasLogo: boolean): QrLevel {
  return hasLogo ? needed : asked
}

/** Odd, like the side of every QR, so that it is in the very middle. */
export function holeFor(rows: Modules, margin: number): LogoHole {
  const side = rows.length - 2 * margin
  return { modules: 2 * Math.floor((side * share) / 2) + 1 }
}

export function withHole(rows: Modules, { modules }: LogoHole): Modules {
  const from = (rows.length - modules) / 2
  const inside = (at: number): boolean => at >= from && at < from + modules
  return rows.map((row, y) => (inside(y) ? row.map((dark, x) => dark && !inside(x)) : row))
}

/**
 * As ink on paper of the light colour: what is white in a logo is paper. A logo that is brighter than the light colour makes
 * readers take that for the dark one, all around it.
 */
export function printedOn({ side, rgba }: LogoPixels, light: Colour): PrintedLogo {
  const paper = bytesOf(light)
  const rgb = new Uint8Array(side * side * 3)
  for (let at = 0; at < side * side; at++) {
    const opacity = (rgba[at * 4 + 3] ?? 0) / 255
    paper.forEach((white, part) => {
      const ink = (rgba[at * 4 + part] ?? 0) / 255
      rgb[at * 3 + part] = Math.round(white * (1 - opacity + opacity * ink))
    })
  }
  return { side, rgb }
}
