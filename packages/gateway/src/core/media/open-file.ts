import type { Readable } from 'node:stream'
import type { KeptFile } from './media-file.js'

/** A file on its way to a reader. Its bytes are read once, and destroyed by whoever stops earlier. */
export interface OpenFile {
  readonly file: KeptFile
  /** Of the whole file that `bytes` are, both counted in. */
  readonly from: number
  readonly to: number
  readonly bytes: Readable
}
