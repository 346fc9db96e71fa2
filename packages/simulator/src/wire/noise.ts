import { aesDecryptGCM, aesEncryptGCM, Curve, hkdf, NOISE_MODE, NOISE_WA_HEADER, proto, sha256 } from 'baileys'
import type { KeyPair } from '../keys.js'

const nothing = Buffer.alloc(0)

function nonce(counter: number): Buffer {
  const iv = Buffer.alloc(12)
  iv.writeUInt32BE(counter, 8)
  return iv
}

/** What the client said at the end of the handshake. */
export interface ClientFinish {
  readonly staticKey: Buffer
  readonly payload: proto.ClientPayload
}

/** Both directions of an established connection. Each direction counts its own frames. */
export class Transport {
  readonly #incoming: Uint8Array
  readonly #outgoing: Uint8Array
  #received = 0
  #sent = 0

  constructor(incoming: Uint8Array, outgoing: Uint8Array) {
    this.#incoming = incoming
    this.#outgoing = outgoing
  }

  decrypt(ciphertext: Buffer): Buffer {
    return aesDecryptGCM(ciphertext, this.#incoming, nonce(this.#received++), nothing)
  }

  encrypt(plaintext: Uint8Array): Buffer {
    return aesEncryptGCM(plaintext, this.#outgoing, nonce(this.#sent++), nothing)
  }
}

/** The server's side of Noise_XX_25519_AESGCM_SHA256. Use: `answerHello`, then `finish`. */
export class NoiseHandshake {
  readonly #identity: KeyPair
  readonly #certificate: Uint8Array
  readonly #ephemeral = Curve.generateKeyPair()
  #hash: Buffer
  #salt: Uint8Array
  #key: Uint8Array
  #counter = 0

  constructor(identity: KeyPair, certificate: Uint8Array) {
    this.#identity = identity
    this.#certificate = certificate
    this.#hash = Buffer.from(NOISE_MODE)
    this.#salt = this.#hash
    this.#key = this.#hash
    this.#mixHash(NOISE_WA_HEADER)
  }

  answerHello(frame: Uint8Array): Uint8Array {
    const theirs = proto.HandshakeMessage.decode(frame).clientHello?.ephemeral
    if (theirs?.length !== 32) throw new Error('client hello without a key')
    this.#mixHash(theirs)
    this.#mixHash(this.#ephemeral.public)
    this.#mixKey(Curve.sharedKey(this.#ephemeral.private, theirs))
    const staticKey = this.#encrypt(this.#identity.public)
    this.#mixKey(Curve.sharedKey(this.#identity.private, theirs))
    const payload = this.#encrypt(this.#certificate)
    const serverHello = { ephemeral: this.#ephemeral.public, static: staticKey, payload }
    return proto.HandshakeMessage.encode({ serverHello }).finish()
  }

  finish(frame: Uint8Array): { readonly client: ClientFinish; readonly transport: Transport } {
    const finish = proto.HandshakeMessage.decode(frame).clientFinish
    if (!finish?.static || !finish.payload) throw new Error('client finish without a key')
    const staticKey = this.#decrypt(Buffer.from(finish.static))
    this.#mixKey(Curve.sharedKey(this.#ephemeral.private, staticKey))
    const payload = proto.ClientPayload.decode(this.#decrypt(Buffer.from(finish.payload)))
    const keys = hkdf(nothing, 64, { salt: Buffer.from(this.#salt), info: '' })
    return { client: { staticKey, payload }, transport: new Transport(keys.subarray(0, 32), keys.subarray(32)) }
  }

  #mixHash(data: Uint8Array): void {
    this.#hash = sha256(Buffer.concat([this.#hash, data]))
  }

  #mixKey(secret: Buffer): void {
    const keys = hkdf(secret, 64, { salt: Buffer.from(this.#salt), info: '' })
    this.#salt = keys.subarray(0, 32)
    this.#key = keys.subarray(32)
    this.#counter = 0
  }

  #encrypt(plaintext: Uint8Array): Buffer {
    const ciphertext = aesEncryptGCM(plaintext, this.#key, nonce(this.#counter++), this.#hash)
    this.#mixHash(ciphertext)
    return ciphertext
  }

  #decrypt(ciphertext: Buffer): Buffer {
    const plaintext = aesDecryptGCM(ciphertext, this.#key, nonce(this.#counter++), this.#hash)
    this.#mixHash(ciphertext)
    return plaintext
  }
}
