import { encodeWAMessage, type BinaryNode } from 'baileys'
import { expect, test, vi } from 'vitest'
import { newAccount } from '#simulator/accounts/account.js'
import { PhoneCipher } from '#simulator/phone/cipher.js'
import { SignalKeys } from '#simulator/phone/signal-keys.js'
import { Batch, forgetfulStore } from '#simulator/store/store.js'

/** One end of a conversation, without a network. */
class Correspondent {
  readonly number: string
  readonly keys: SignalKeys
  readonly #cipher: PhoneCipher

  constructor(number: string) {
    this.number = number
    this.keys = new SignalKeys(
      newAccount({ number, lid: `9${number}`, name: number, owner: undefined, addressing: 'lid' }),
    )
    this.#cipher = new PhoneCipher(number, this.keys)
  }

  openSession(other: Correspondent): Promise<void> {
    return this.#cipher.openSession({ number: other.number, device: 0 }, other.keys.bundle(batch()), batch())
  }

  async write(other: Correspondent, text: string): Promise<BinaryNode> {
    const padded = Buffer.from(encodeWAMessage({ conversation: text }))
    return this.#cipher.encrypt({ number: other.number, device: 0 }, padded, batch())
  }

  async read(other: Correspondent, enc: BinaryNode): Promise<string | null | undefined> {
    return (await this.#cipher.decrypt({ number: other.number, device: 0 }, enc, batch())).conversation
  }
}

function batch(): Batch {
  return new Batch(forgetfulStore)
}

test('who wrote to each other at once can read everything, in whichever session it comes', async () => {
  // libsignal prints each session that a message does not fit.
  vi.spyOn(console, 'error').mockImplementation(() => undefined)
  vi.spyOn(console, 'warn').mockImplementation(() => undefined)
  const [ana, ben] = [new Correspondent('15550001111'), new Correspondent('15550002222')]
  await ana.openSession(ben)
  await ben.openSession(ana)
  const [fromAna, fromBen]: [BinaryNode[], BinaryNode[]] = [[], []]
  for (let index = 0; index < 6; index++) {
    fromAna.push(await ana.write(ben, `ahead ${index}`))
    fromBen.push(await ben.write(ana, `ahead ${index}`))
  }
  for (let index = 0; index < 6; index++) {
    for (const [reader, writer, ahead] of [
      [ben, ana, fromAna],
      [ana, ben, fromBen],
    ] as const) {
      const enc = ahead[index]
      expect(enc && (await reader.read(writer, enc))).toBe(`ahead ${index}`)
      expect(await reader.read(writer, await writer.write(reader, `now ${index}`))).toBe(`now ${index}`)
    }
  }
})
