import {
  createCipheriv,
  createDecipheriv,
  createSecretKey,
  hkdfSync,
  randomFillSync,
  type KeyObject,
} from 'node:crypto'
import { GatewayError } from '../core/errors/gateway-error.js'

/** What a sealed value is for. Each purpose has its own key, so that a value of one never opens as another. */
export type SealPurpose =
  | 'credentials'
  | 'messages'
  | 'events'
  | 'settings'
  | 'subscriptions'
  | 'media'
  | 'message-links'
  | 'access-keys'
  | 'known-value'

/** Where a sealed value belongs. It opens there and nowhere else, so that rows cannot be swapped. */
export interface SealPlace {
  /** Id of the instance; empty for what belongs to none. */
  readonly instance: string
  readonly generation: number
  readonly kind: string
  readonly id: string
}

const version = 1
const nonceLength = 12
const tagLength = 16
const overhead = 1 + nonceLength + tagLength
const keptKeys = 4096

/** The key of one purpose, derived from the master key by HKDF-SHA256. */
export function purposeKey(secretKey: Uint8Array, purpose: SealPurpose): Uint8Array {
  if (secretKey.length !== 32) throw new RangeError(`the secret key has ${secretKey.length} bytes, not 32`)
  return derive(secretKey, `gangway store 1: ${purpose}`)
}

/**
 * Seals bytes with AES-256-GCM: one version byte, a random nonce of 96 bits, the ciphertext, the tag.
 * Each instance has a key of its own, derived from the purpose's, because random nonces wear a key out after 2^32 uses.
 */
export class Sealer {
  readonly #key: Uint8Array
  readonly #instanceKeys = new Map<string, KeyObject>()

  constructor(key: Uint8Array) {
    this.#key = key
  }

  seal(bytes: Uint8Array, place: SealPlace): Uint8Array {
    // A buffer of its own, never a slice of Node's pool: posting a slice to a thread would copy the whole pool.
    const sealed = new Uint8Array(bytes.length + overhead)
    sealed[0] = version
    const nonce = randomFillSync(sealed.subarray(1, 1 + nonceLength))
    const cipher = createCipheriv('aes-256-gcm', this.#instanceKey(place.instance), nonce)
    cipher.setAAD(placeBytes(place))
    sealed.set(cipher.update(bytes), 1 + nonceLength)
    cipher.final()
    sealed.set(cipher.getAuthTag(), sealed.length - tagLength)
    return sealed
  }

  /** Throws `storage-error` for whatever was not sealed with this key for this very place. */
  open(sealed: unknown, place: SealPlace): Uint8Array {
    if (!(sealed instanceof Uint8Array) || sealed.length < overhead || sealed[0] !== version) throw unreadable(place)
    const nonce = sealed.subarray(1, 1 + nonceLength)
    const decipher = createDecipheriv('aes-256-gcm', this.#instanceKey(place.instance), nonce, {
      authTagLength: tagLength,
    })
    decipher.setAAD(placeBytes(place))
    decipher.setAuthTag(sealed.subarray(sealed.length - tagLength))
    try {
      const opened = decipher.update(sealed.subarray(1 + nonceLength, sealed.length - tagLength))
      decipher.final()
      return new Uint8Array(opened)
    } catch (cause) {
      throw unreadable(place, cause)
    }
  }

  #instanceKey(instance: string): KeyObject {
    const known = this.#instanceKeys.get(instance)
    if (known !== undefined) return known
    const key = createSecretKey(derive(this.#key, `instance ${instance}`))
    const oldest = this.#instanceKeys.size >= keptKeys ? this.#instanceKeys.keys().next() : undefined
    if (oldest?.done === false) this.#instanceKeys.delete(oldest.value)
    this.#instanceKeys.set(instance, key)
    return key
  }
}

function derive(key: Uint8Array, info: string): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', key, new Uint8Array(0), info, 32))
}

/** JSON, because plain joining would let two places share one text. */
function placeBytes(place: SealPlace): Buffer {
  return Buffer.from(JSON.stringify([place.instance, place.generation, place.kind, place.id]))
}

function unreadable(place: SealPlace, cause?: unknown): GatewayError {
  return new GatewayError('storage-error', `A stored ${place.kind} cannot be read`, {
    hint: 'Check that GANGWAY_SECRET_KEY is the key that this database was written with.',
    cause,
  })
}
