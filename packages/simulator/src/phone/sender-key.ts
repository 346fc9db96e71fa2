import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes, randomInt } from 'node:crypto'
import { proto } from 'baileys'
import { signalKey } from '../keys.js'
import { isSignedWith, newSigningKey, signWith, type SigningKey } from './signing-key.js'

/** A place in the chain of message keys that one device has for one group. */
interface ChainKey {
  readonly iteration: number
  readonly seed: Uint8Array
}

/** What a device encrypts with for a group. */
export interface SenderKey extends ChainKey {
  readonly id: number
  readonly signing: SigningKey
}

/** What is known of another device's sender key. */
export interface PeerSenderKey extends ChainKey {
  readonly id: number
  readonly signedBy: Uint8Array
  /** Seeds of messages that others overtook, by iteration. */
  readonly skipped: readonly (readonly [iteration: number, seed: Uint8Array])[]
}

/** libsignal's word for a message that was read before, whichever kind it is of. */
export const usedAlready = 'Key used already'

const version = 0x33
const signatureLength = 64
const furthestAhead = 2000
const skippedKept = 2000

export function newSenderKey(): SenderKey {
  return { id: randomInt(1, 2 ** 31), iteration: 0, seed: randomBytes(32), signing: newSigningKey() }
}

/** Lets another device read from the next message on. */
export function distributionOf({ id, iteration, seed, signing }: SenderKey): Uint8Array {
  const message = { id, iteration, chainKey: seed, signingKey: signalKey(signing.public) }
  return Buffer.concat([Buffer.from([version]), proto.SenderKeyDistributionMessage.encode(message).finish()])
}

export function readDistribution(bytes: Uint8Array): PeerSenderKey {
  const { id, iteration, chainKey, signingKey } = proto.SenderKeyDistributionMessage.decode(bytes.subarray(1))
  if (chainKey?.length !== 32 || !signingKey) throw new Error('a sender key without its parts')
  return { id: id ?? 0, iteration: iteration ?? 0, seed: chainKey, signedBy: signingKey, skipped: [] }
}

/** The message, and the key as it is afterwards: one iteration further. */
export function encryptWith(
  key: SenderKey,
  padded: Uint8Array,
): { readonly message: Buffer; readonly next: SenderKey } {
  const [secret, iv] = messageKey(key.seed)
  const cipher = createCipheriv('aes-256-cbc', secret, iv)
  const ciphertext = Buffer.concat([cipher.update(padded), cipher.final()])
  const body = proto.SenderKeyMessage.encode({ id: key.id, iteration: key.iteration, ciphertext }).finish()
  const signed = Buffer.concat([Buffer.from([version]), body])
  const message = Buffer.concat([signed, signWith(key.signing, signed)])
  return { message, next: { ...key, ...further(key) } }
}

/** Which of a device's sender keys a message is encrypted with. */
export function senderKeyId(message: Uint8Array): number {
  return readMessage(message).id
}

export function decryptWith(
  key: PeerSenderKey,
  message: Uint8Array,
): { readonly padded: Buffer; readonly next: PeerSenderKey } {
  if (!isSignedWith(key.signedBy, message.subarray(0, -signatureLength), message.subarray(-signatureLength))) {
    throw new Error('not signed with the sender key')
  }
  const { iteration, ciphertext } = readMessage(message)
  const { seed, next } = seedFor(key, iteration)
  const [secret, iv] = messageKey(seed)
  const decipher = createDecipheriv('aes-256-cbc', secret, iv)
  return { padded: Buffer.concat([decipher.update(ciphertext), decipher.final()]), next }
}

function seedFor(key: PeerSenderKey, iteration: number): { seed: Uint8Array; next: PeerSenderKey } {
  if (iteration < key.iteration) {
    const late = key.skipped.find(([one]) => one === iteration)
    if (late === undefined) throw new Error(`${usedAlready} or never filled`)
    return { seed: late[1], next: { ...key, skipped: key.skipped.filter((one) => one !== late) } }
  }
  if (iteration - key.iteration > furthestAhead) throw new Error('too far ahead')
  let at: ChainKey = key
  const skipped = [...key.skipped]
  for (; at.iteration < iteration; at = further(at)) skipped.push([at.iteration, at.seed])
  return { seed: at.seed, next: { ...key, ...further(at), skipped: skipped.slice(-skippedKept) } }
}

function further({ iteration, seed }: ChainKey): ChainKey {
  return {
    iteration: iteration + 1,
    seed: createHmac('sha256', seed)
      .update(Buffer.from([2]))
      .digest(),
  }
}

function messageKey(seed: Uint8Array): readonly [secret: Buffer, iv: Buffer] {
  const keySeed = createHmac('sha256', seed)
    .update(Buffer.from([1]))
    .digest()
  const derived = Buffer.from(hkdfSync('sha256', keySeed, Buffer.alloc(32), 'WhisperGroup', 48))
  return [derived.subarray(16), derived.subarray(0, 16)]
}

function readMessage(message: Uint8Array): { id: number; iteration: number; ciphertext: Uint8Array } {
  const { id, iteration, ciphertext } = proto.SenderKeyMessage.decode(message.subarray(1, -signatureLength))
  if (!ciphertext) throw new Error('not a message for a group')
  return { id: id ?? 0, iteration: iteration ?? 0, ciphertext }
}
