import type { FileKind } from '../messages/content.js'

/**
 * Looks into files that strangers made. It does so where it can be killed: a bomb costs its process, and the file then
 * counts as one of which nothing is known.
 */
export interface MediaInspector {
  /**
   * By its first bytes; `declared` and `name` decide only where these leave it open (a text, an Office document). Voice notes
   * are told from other audio by `audio/ogg; codecs=opus`. Never rejects.
   */
  identify(path: string, claimed: { readonly declared: string | null; readonly name: string | null }): Promise<string>
  /** What a message of this kind carries besides the file. What cannot be found out is left out; never rejects. */
  describe(path: string, mimetype: string, kind: FileKind): Promise<MediaTraits>
  /** A JPEG of at most 640 × 640 for a profile picture. Rejects with `bad-request` for what is no picture. */
  avatar(path: string): Promise<Uint8Array>
  /** A picture anew, as a sticker or as a JPEG. Rejects with `bad-request` for what is no picture. */
  convert(path: string, to: 'sticker' | 'jpeg'): Promise<Uint8Array>
}

export interface MediaTraits {
  readonly width?: number
  readonly height?: number
  readonly seconds?: number
  /** 64 bars of 0 to 100, base64. */
  readonly waveform?: string
  /** Small JPEG, base64. */
  readonly thumbnail?: string
  readonly animated?: true
  readonly pages?: number
}
