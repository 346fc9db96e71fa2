import type { Readable } from 'node:stream'

/**
 * Where the bytes of files are kept: a local folder, or an object store. Knows no name that came from outside: `key` is made
 * of lower-case hexadecimal digits. Rejects with `storage-full` when there is no room, and with `storage-error` for the rest.
 */
export interface MediaStorage {
  /** Takes the scratch file at `path` over; it is gone from there afterwards. Durable when it resolves; replaces what was. */
  put(key: string, path: string): Promise<void>
  /** Undefined when there is none. `range`: first and last byte, both counted in; past the end it is cut off. */
  read(key: string, range?: { readonly from: number; readonly to: number }): Promise<Readable | undefined>
  /** A local file with these bytes, for as long as it is not released. Undefined when there is none. */
  borrow(key: string): Promise<LocalFile | undefined>
  /** What is not there is fine. */
  remove(key: string): Promise<void>
  /** A path for a new local file that nobody else uses. It does not outlive this process. */
  scratch(): Promise<string>
  /** Writes a scratch file. */
  fill(path: string, bytes: AsyncIterable<Uint8Array>): Promise<void>
  /** Deletes a scratch file, if it is still there. */
  discard(path: string): Promise<void>
  /** Resolves when it can be written to now. */
  check(): Promise<void>
}

export interface LocalFile {
  readonly path: string
  release(): Promise<void>
}
