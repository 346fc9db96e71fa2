import type { Readable } from 'node:stream'

/**
 * Where the bytes of files are kept: a local folder, or an object store. Knows no name that came from outside: `key` is made
 * of lower-case hexadecimal digits.
 */
export interface MediaStorage {
  /** Takes the file at `path` over; it is gone from there afterwards. Durable when it resolves. */
  put(key: string, path: string): Promise<void>
  /** Undefined when there is none. `range`: first and last byte, both counted in; past the end it is cut off. */
  read(key: string, range?: { readonly from: number; readonly to: number }): Promise<Readable | undefined>
  /** A local file with these bytes, for as long as it is not released. Undefined when there is none. */
  borrow(key: string): Promise<{ readonly path: string; release(): Promise<void> } | undefined>
  remove(key: string): Promise<void>
  /** A path for a new local file that nobody else uses, on the same disk as `put` wants it. */
  scratch(): Promise<string>
  /** Resolves when it can be written to now. */
  check(): Promise<void>
}
