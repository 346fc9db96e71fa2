/** Bytes as they arrive, up to a limit. Copied, since a view of a few bytes would keep alive all that they arrived with. */
export class BoundedBytes {
  readonly #most: number
  #bytes = new Uint8Array(0)
  #length = 0

  constructor(most: number) {
    this.#most = most
  }

  /** Takes what there is room for, and tells whether that was everything. */
  add(chunk: Uint8Array): boolean {
    const taken = chunk.subarray(0, this.#most - this.#length)
    this.#reserve(this.#length + taken.length)
    this.#bytes.set(taken, this.#length)
    this.#length += taken.length
    return taken.length === chunk.length
  }

  read(): Uint8Array {
    return this.#bytes.subarray(0, this.#length)
  }

  #reserve(length: number): void {
    if (length <= this.#bytes.length) return
    const larger = new Uint8Array(Math.min(Math.max(length, 2 * this.#bytes.length), this.#most))
    larger.set(this.#bytes)
    this.#bytes = larger
  }
}
