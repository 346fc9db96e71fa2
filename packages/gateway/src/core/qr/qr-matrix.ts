import encodeQR from 'qr'
import type { QrLevel } from './qr-style.js'

/** Rows of modules, dark ones true, with the margin around them. */
export type Modules = readonly (readonly boolean[])[]

const levelNames = { L: 'low', M: 'medium', Q: 'quartile', H: 'high' } as const

export function qrMatrix(text: string, level: QrLevel, margin: number): Modules {
  return encodeQR(text, 'raw', { ecc: levelNames[level], border: margin })
}

/** Modules of whole pixels that fit into `size`: at least one, so that a picture is never blurred. */
export function scaleFor(rows: Modules, size: number): number {
  return Math.max(1, Math.floor(size / rows.length))
}
