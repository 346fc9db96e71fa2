import { BufferJSON, proto, type AuthenticationCreds, type SignalDataTypeMap } from 'baileys'

/** First byte of an encoded key: how the rest is to be read. */
const asJson = 0
const asBytes = 1
const asKeyPair = 2

export function encodeCreds(creds: AuthenticationCreds): Uint8Array {
  return Buffer.from(JSON.stringify(creds, BufferJSON.replacer))
}

/** Throws when the bytes are not an identity: better no connection than half an identity. */
export function decodeCreds(bytes: Uint8Array): AuthenticationCreds {
  const creds = JSON.parse(Buffer.from(bytes).toString(), BufferJSON.reviver) as Partial<AuthenticationCreds> | null
  if (!creds?.noiseKey || !creds.signedIdentityKey || !creds.signedPreKey || !creds.advSecretKey) {
    throw new Error('the stored identity is incomplete')
  }
  return creds as AuthenticationCreds
}

/** Pre-keys are many and small: 65 bytes each instead of 200 of JSON. */
export function encodeKey(value: unknown): Uint8Array {
  if (value instanceof Uint8Array) return Buffer.concat([Buffer.from([asBytes]), value])
  if (isKeyPair(value)) return Buffer.concat([Buffer.from([asKeyPair]), value.private, value.public])
  return Buffer.concat([Buffer.from([asJson]), Buffer.from(JSON.stringify(value, BufferJSON.replacer))])
}

/**
 * A sender key as the library can read it again. It writes them with the plain JSON of buffers and reads them by its own,
 * so that what it kept for messages which later ones overtook came back as no bytes, and none of those could be read.
 */
export function rereadableSenderKey(bytes: Uint8Array): Uint8Array {
  const states: unknown = JSON.parse(Buffer.from(bytes).toString(), BufferJSON.reviver)
  return Buffer.from(JSON.stringify(states, BufferJSON.replacer))
}

export function decodeKey<T extends keyof SignalDataTypeMap>(kind: T, bytes: Uint8Array): SignalDataTypeMap[T] {
  const body = Buffer.from(bytes.buffer, bytes.byteOffset + 1, bytes.byteLength - 1)
  const value = decoded(bytes[0], body)
  // The library expects an instance of its generated class here and plain values everywhere else.
  const typed = kind === 'app-state-sync-key' ? proto.Message.AppStateSyncKeyData.fromObject(value as object) : value
  return typed as SignalDataTypeMap[T]
}

function decoded(form: number | undefined, body: Buffer): unknown {
  switch (form) {
    case asBytes:
      return body
    case asKeyPair:
      return { private: body.subarray(0, 32), public: body.subarray(32) }
    case asJson:
      return JSON.parse(body.toString(), BufferJSON.reviver)
    default:
      throw new Error('a stored key has an unknown form')
  }
}

function isKeyPair(value: unknown): value is { private: Uint8Array; public: Uint8Array } {
  if (typeof value !== 'object' || value === null || Object.keys(value).length !== 2) return false
  const { private: secret, public: open } = value as Record<string, unknown>
  return secret instanceof Uint8Array && secret.length === 32 && open instanceof Uint8Array && open.length === 32
}
