import type { MediaId } from '../ids.js'

/** A file of a message: where it is kept here, and what is known of it. */
export interface MediaFile {
  /** 256 random bits: whoever knows it may read the file. */
  readonly id: MediaId
  /** As its sender called it. */
  readonly name: string | null
  /** Of a received file as its sender says, of an uploaded one by its first bytes. */
  readonly mimetype: string
  /** In bytes; null where its sender did not say. */
  readonly size: number | null
  /** Of the plain bytes, hexadecimal. */
  readonly sha256: string | null
  /**
   * By what the engine finds the file at WhatsApp; means something to the engine only, and holds the key to the file. Kept
   * sealed, and never given out. Left out where the file did not come from WhatsApp.
   */
  readonly handle?: string
}

/** What is known of a file by those who do not know its id. */
export type FileFacts = Omit<MediaFile, 'id'>

/** A file that is here. */
export type KeptFile = MediaFile & { readonly size: number; readonly sha256: string }

/** The most that a file may have, uploaded, fetched or received: 100 MiB. */
export const largestFile = 104_857_600
