const introduction = Buffer.from([0x57, 0x41, 6, 3])
const routingHeaderLength = 7
/** Three bytes of length allow more, but nothing honest comes near it. */
const largestFrame = 8 * 1024 * 1024

/** Cuts the byte stream of one client into frames, after the introduction (and the optional routing header before it). */
export class FrameReader {
  #pending: Buffer = Buffer.alloc(0)
  #introduced = false

  /** Throws when the stream is not WhatsApp's. */
  push(data: Buffer): Buffer[] {
    this.#pending = this.#pending.length === 0 ? data : Buffer.concat([this.#pending, data])
    if (!this.#introduced && !this.#readIntroduction()) return []
    const frames: Buffer[] = []
    while (this.#pending.length >= 3) {
      const length = this.#pending.readUIntBE(0, 3)
      if (length > largestFrame) throw new Error('frame too large')
      if (this.#pending.length < 3 + length) break
      frames.push(this.#pending.subarray(3, 3 + length))
      this.#pending = this.#pending.subarray(3 + length)
    }
    return frames
  }

  #readIntroduction(): boolean {
    if (this.#pending.length < introduction.length) return false
    let start = 0
    if (this.#pending.toString('latin1', 0, 2) === 'ED') {
      if (this.#pending.length < routingHeaderLength) return false
      start = routingHeaderLength + this.#pending.readUIntBE(4, 3)
      if (this.#pending.length < start + introduction.length) return false
    }
    const end = start + introduction.length
    if (!this.#pending.subarray(start, end).equals(introduction)) throw new Error('not a WhatsApp client')
    this.#pending = this.#pending.subarray(end)
    this.#introduced = true
    return true
  }
}

export function frame(payload: Uint8Array): Buffer {
  const framed = Buffer.allocUnsafe(3 + payload.length)
  framed.writeUIntBE(payload.length, 0, 3)
  framed.set(payload, 3)
  return framed
}
