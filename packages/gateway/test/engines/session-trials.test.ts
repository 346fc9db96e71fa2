import libsignal from 'libsignal'
import type { SignalStorage } from 'libsignal'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Curve, signedKeyPair } from 'baileys'
import { tryEachSessionAlone } from '#gateway/engines/baileys/session-trials.js'

beforeEach(() => {
  // libsignal prints each session that a message does not fit.
  for (const method of ['error', 'warn', 'info'] as const) vi.spyOn(console, method).mockImplementation(() => undefined)
})
afterEach(() => vi.restoreAllMocks())

/** One end of a conversation that keeps its sessions as bytes, as a store does. */
class Correspondent implements SignalStorage {
  readonly #identity = Curve.generateKeyPair()
  readonly #signed = signedKeyPair(this.#identity, 1)
  readonly #preKeys = new Map<string, { privKey: Buffer; pubKey: Buffer }>()
  readonly #sessions = new Map<string, unknown>()
  readonly name: string

  constructor(name: string) {
    this.name = name
  }

  async open(other: Correspondent): Promise<void> {
    await new libsignal.SessionBuilder(this, other.address).initOutgoing(other.#bundle())
  }

  async write(other: Correspondent, text: string): Promise<{ type: number; body: Buffer }> {
    const { type, body } = await new libsignal.SessionCipher(this, other.address).encrypt(Buffer.from(text))
    return { type, body: Buffer.from(body, 'binary') }
  }

  async read(other: Correspondent, { type, body }: { type: number; body: Buffer }): Promise<string> {
    const cipher = new libsignal.SessionCipher(this, other.address)
    const plain = await (type === 3 ? cipher.decryptPreKeyWhisperMessage(body) : cipher.decryptWhisperMessage(body))
    return plain.toString()
  }

  get address() {
    return new libsignal.ProtocolAddress(this.name, 0)
  }

  async loadSession(id: string) {
    const stored = this.#sessions.get(id)
    return stored === undefined ? null : libsignal.SessionRecord.deserialize(structuredClone(stored) as Uint8Array)
  }

  async storeSession(id: string, session: { serialize(): unknown }) {
    this.#sessions.set(id, structuredClone(session.serialize()))
  }

  isTrustedIdentity() {
    return true
  }

  async loadPreKey(id: number | string) {
    return this.#preKeys.get(String(id))
  }

  removePreKey(id: number) {
    this.#preKeys.delete(String(id))
  }

  loadSignedPreKey() {
    return keyPair(this.#signed.keyPair)
  }

  getOurRegistrationId() {
    return 7
  }

  getOurIdentity() {
    return keyPair(this.#identity)
  }

  #bundle() {
    const id = this.#preKeys.size + 1
    const pair = keyPair(Curve.generateKeyPair())
    this.#preKeys.set(String(id), pair)
    return {
      registrationId: 7,
      identityKey: this.getOurIdentity().pubKey,
      signedPreKey: { keyId: 1, publicKey: this.loadSignedPreKey().pubKey, signature: this.#signed.signature },
      preKey: { keyId: id, publicKey: pair.pubKey },
    }
  }
}

/** libsignal wants the type byte in front of public keys. */
function keyPair({ private: key, public: pub }: { private: Uint8Array; public: Uint8Array }) {
  return { privKey: Buffer.from(key), pubKey: Buffer.concat([Buffer.from([5]), pub]) }
}

/** Both begin at once and go on in whatever comes; answers how many messages could not be read. */
async function crossing(): Promise<number> {
  const [ana, ben] = [new Correspondent('ana'), new Correspondent('ben')]
  await ana.open(ben)
  await ben.open(ana)
  const ahead: { writer: Correspondent; reader: Correspondent; sent: { type: number; body: Buffer } }[] = []
  for (let index = 0; index < 6; index++) {
    ahead.push({ writer: ana, reader: ben, sent: await ana.write(ben, 'ahead') })
    ahead.push({ writer: ben, reader: ana, sent: await ben.write(ana, 'ahead') })
  }
  let unreadable = 0
  for (const { writer, reader, sent } of ahead) {
    for (const one of [sent, await writer.write(reader, 'now')]) {
      await reader.read(writer, one).catch(() => unreadable++)
    }
  }
  return unreadable
}

test('libsignal by itself spoils a session that a message did not fit', async () => {
  expect(await crossing()).toBeGreaterThan(0)
})

test('who wrote to each other at once can read everything, in whichever session it comes', async () => {
  tryEachSessionAlone()
  expect(await crossing()).toBe(0)
})
