import { createCipheriv, createDecipheriv, createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { open } from 'node:fs/promises'
import { getMediaKeys } from 'baileys'
import type { RemoteFile } from './handle.js'
import type { MediaType } from './media-type.js'

/** What stands behind the encrypted bytes: the first ten of an HMAC over the IV and them. */
const macLength = 10
const blockLength = 16
/** What is read of a file at a time. */
const pieceSize = 64 * 1024

interface Keys {
  readonly cipher: Uint8Array
  readonly iv: Uint8Array
  readonly mac: Uint8Array
}

async function keysFor(mediaKey: Uint8Array, type: MediaType): Promise<Keys> {
  const { cipherKey, iv, macKey } = await getMediaKeys(mediaKey, type)
  if (!macKey) throw new Error('the library derived no key for the MAC')
  return { cipher: cipherKey, iv, mac: macKey }
}

/** An encrypted file that has not been uploaded yet. */
export type LocalFile = Omit<RemoteFile, 'directPath' | 'size'> & {
  readonly size: number
  /** How long it is encrypted. */
  readonly encryptedSize: number
}

/**
 * Reads a file through, as it will be encrypted. The address that it is uploaded to is the hash of its encrypted bytes, so
 * they are made twice: once to know that, once on their way. Nothing of it is ever in memory or on a disk as a whole.
 */
export async function measure(path: string, type: MediaType): Promise<LocalFile> {
  const mediaKey = randomBytes(32)
  const plain = createHash('sha256')
  const encrypted = createHash('sha256')
  let size = 0
  let encryptedSize = 0
  const seen = (chunk: Uint8Array): void => {
    plain.update(chunk)
    size += chunk.length
  }
  for await (const chunk of encryptedBytes(path, mediaKey, type, seen)) {
    encrypted.update(chunk)
    encryptedSize += chunk.length
  }
  const keyTime = Math.floor(Date.now() / 1000)
  return { type, mediaKey, plainHash: plain.digest(), encryptedHash: encrypted.digest(), size, encryptedSize, keyTime }
}

/** @param seen told of the plain bytes as they are read */
export async function* encryptedBytes(
  path: string,
  mediaKey: Uint8Array,
  type: MediaType,
  seen: (chunk: Uint8Array) => void = () => undefined,
): AsyncGenerator<Buffer> {
  const keys = await keysFor(mediaKey, type)
  const cipher = createCipheriv('aes-256-cbc', keys.cipher, keys.iv)
  const mac = createHmac('sha256', keys.mac).update(keys.iv)
  for await (const chunk of piecesOf(path)) {
    seen(chunk)
    const encrypted = cipher.update(chunk)
    mac.update(encrypted)
    if (encrypted.length > 0) yield encrypted
  }
  const last = cipher.final()
  mac.update(last)
  yield Buffer.concat([last, mac.digest().subarray(0, macLength)])
}

/** One buffer holds all of them in turn: a piece is good until the next one is asked for. */
async function* piecesOf(path: string): AsyncGenerator<Buffer> {
  const file = await open(path)
  try {
    const buffer = Buffer.allocUnsafe(pieceSize)
    for (;;) {
      const { bytesRead } = await file.read(buffer)
      if (bytesRead === 0) return
      yield buffer.subarray(0, bytesRead)
    }
  } finally {
    await file.close()
  }
}

/** The bytes are not those that the message is about. */
export class DamagedFile extends Error {}

/**
 * The plain bytes of an encrypted file. Throws `DamagedFile` where MAC or hashes are not right, which is known at the end
 * only: whoever takes the bytes must throw them away then.
 */
export async function* decryptedBytes(encrypted: AsyncIterable<Buffer>, file: RemoteFile): AsyncGenerator<Buffer> {
  const keys = await keysFor(file.mediaKey, file.type)
  const decipher = createDecipheriv('aes-256-cbc', keys.cipher, keys.iv)
  const mac = createHmac('sha256', keys.mac).update(keys.iv)
  const [whole, plain] = [createHash('sha256'), createHash('sha256')]
  // The MAC comes last, and where the end is shows only when it is there: so much is held back.
  let held = Buffer.alloc(0)
  for await (const chunk of encrypted) {
    whole.update(chunk)
    const ready = Math.max(0, held.length + chunk.length - macLength)
    // Two pieces, since joining them would copy every byte once more.
    const parts = [held.subarray(0, ready), chunk.subarray(0, Math.max(0, ready - held.length))] as const
    held = Buffer.concat([held.subarray(parts[0].length), chunk.subarray(parts[1].length)])
    for (const part of parts) {
      mac.update(part)
      const bytes = decipher.update(part)
      plain.update(bytes)
      if (bytes.length > 0) yield bytes
    }
  }
  const last = unpadded(() => decipher.final())
  plain.update(last)
  const right =
    same(mac.digest().subarray(0, macLength), held) &&
    same(whole.digest(), file.encryptedHash) &&
    same(plain.digest(), file.plainHash)
  if (!right) throw new DamagedFile('the file is not the one that the message names')
  if (last.length > 0) yield last
}

/** How long a file of so many bytes is when it is encrypted. */
export function encryptedLength(size: number): number {
  return (Math.floor(size / blockLength) + 1) * blockLength + macLength
}

function unpadded(final: () => Buffer): Buffer {
  try {
    return final()
  } catch (error) {
    throw new DamagedFile('the file does not decrypt', { cause: error })
  }
}

function same(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && timingSafeEqual(one, other)
}
