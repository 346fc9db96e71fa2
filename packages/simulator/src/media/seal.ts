import { createCipheriv, createDecipheriv, createHash, createHmac, randomBytes } from 'node:crypto'
import { getMediaKeys, type MediaType } from 'baileys'
import { SimulatorError } from '../errors.js'

/** A file as it is uploaded, and what its message says about it. */
export interface SealedFile {
  readonly bytes: Buffer
  readonly mediaKey: Buffer
  readonly fileSha256: Buffer
  readonly fileEncSha256: Buffer
  readonly fileLength: number
}

/** What a message says about a file, as far as it matters for opening it. */
export interface Seal {
  readonly mediaKey: Uint8Array
  readonly fileSha256?: Uint8Array | null | undefined
  readonly fileLength?: number | undefined
}

const macLength = 10

/** Encrypts a file as the library's `encryptedStream` does, in memory: what phones send is small. */
export async function seal(file: Uint8Array, type: MediaType): Promise<SealedFile> {
  const mediaKey = randomBytes(32)
  const { cipherKey, iv, macKey } = await keysFor(mediaKey, type)
  const cipher = createCipheriv('aes-256-cbc', cipherKey, iv)
  const ciphertext = Buffer.concat([cipher.update(file), cipher.final()])
  const bytes = Buffer.concat([ciphertext, macOf(iv, ciphertext, macKey)])
  return { bytes, mediaKey, fileSha256: sha256(file), fileEncSha256: sha256(bytes), fileLength: file.length }
}

/** The file, if it is the one that the message speaks of. */
export async function unseal(sealed: Buffer, type: MediaType, about: Seal): Promise<Buffer> {
  const { cipherKey, iv, macKey } = await keysFor(about.mediaKey, type)
  const [ciphertext, mac] = [sealed.subarray(0, -macLength), sealed.subarray(-macLength)]
  if (!macOf(iv, ciphertext, macKey).equals(mac)) throw damaged('was not encrypted with the key of its message')
  const decipher = createDecipheriv('aes-256-cbc', cipherKey, iv)
  const file = Buffer.concat([decipher.update(ciphertext), decipher.final()])
  if (about.fileSha256 && !sha256(file).equals(about.fileSha256))
    throw damaged('has another hash than its message says')
  if (about.fileLength !== undefined && about.fileLength !== file.length) {
    throw damaged(`has ${file.length} bytes, where its message says ${about.fileLength}`)
  }
  return file
}

interface Keys {
  readonly cipherKey: Uint8Array
  readonly iv: Uint8Array
  readonly macKey: Uint8Array
}

async function keysFor(mediaKey: Uint8Array, type: MediaType): Promise<Keys> {
  const { cipherKey, iv, macKey } = await getMediaKeys(mediaKey, type)
  if (macKey === undefined) throw new Error('the library derives no key for the MAC')
  return { cipherKey, iv, macKey }
}

function macOf(iv: Uint8Array, ciphertext: Uint8Array, key: Uint8Array): Buffer {
  return createHmac('sha256', key).update(iv).update(ciphertext).digest().subarray(0, macLength)
}

function sha256(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest()
}

function damaged(how: string): SimulatorError {
  return new SimulatorError('media-damaged', `the file ${how}`)
}
