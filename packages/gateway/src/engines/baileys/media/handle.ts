import type { MediaType } from './media-type.js'

/** Where an encrypted file is at WhatsApp, how it is opened, and what it must turn out to be. */
export interface RemoteFile {
  readonly type: MediaType
  /** Path on any of WhatsApp's media hosts. */
  readonly directPath: string
  readonly mediaKey: Uint8Array
  /** SHA-256 of the plain bytes and of the encrypted ones. */
  readonly plainHash: Uint8Array
  readonly encryptedHash: Uint8Array
  /** Of the plain bytes; null where nobody said. */
  readonly size: number | null
  /** Seconds since 1970; 0 where nobody said. */
  readonly keyTime: number
}

/** The message that a file came with, whose sender may have to upload it again. */
export interface FileOrigin {
  readonly id: string
  readonly chat: string
  readonly fromMe: boolean
  readonly participant: string | null
}

/** What is packed into the `handle` of a file. */
export interface Handle {
  readonly file: RemoteFile
  /** Null for a file that this account sent from here. */
  readonly origin: FileOrigin | null
}

/** Short names: there is one of these in every event with a file. */
interface Packed {
  readonly t: MediaType
  readonly p: string
  readonly k: string
  readonly h: string
  readonly e: string
  readonly n: number | null
  readonly s: number
  readonly o: readonly [id: string, chat: string, fromMe: 0 | 1, participant: string | null] | null
}

export function packHandle({ file, origin }: Handle): string {
  const packed: Packed = {
    t: file.type,
    p: file.directPath,
    k: text(file.mediaKey),
    h: text(file.plainHash),
    e: text(file.encryptedHash),
    n: file.size,
    s: file.keyTime,
    o: origin && [origin.id, origin.chat, origin.fromMe ? 1 : 0, origin.participant],
  }
  return Buffer.from(JSON.stringify(packed)).toString('base64url')
}

/** Undefined for what this engine never packed. */
export function unpackHandle(handle: string): Handle | undefined {
  try {
    const { t, p, k, h, e, n, s, o } = JSON.parse(Buffer.from(handle, 'base64url').toString()) as Packed
    const [id, chat, fromMe, participant] = o ?? []
    return {
      file: {
        type: t,
        directPath: p,
        mediaKey: bytes(k),
        plainHash: bytes(h),
        encryptedHash: bytes(e),
        size: n,
        keyTime: s,
      },
      origin:
        id === undefined || chat === undefined
          ? null
          : { id, chat, fromMe: fromMe === 1, participant: participant ?? null },
    }
  } catch {
    return undefined
  }
}

const text = (value: Uint8Array): string => Buffer.from(value).toString('base64url')
const bytes = (value: string): Uint8Array => Buffer.from(value, 'base64url')
