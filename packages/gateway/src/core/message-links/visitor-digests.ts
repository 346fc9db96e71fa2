/** Who opened which link, each a digest of 32 bits with its sign: such numbers take no memory beside the place in a set. */
export class VisitorDigests {
  readonly #byLink = new Map<number, Set<number>>()
  #size = 0

  /** Over all links. */
  get size(): number {
    return this.#size
  }

  has(link: number, digest: number): boolean {
    return this.#byLink.get(link)?.has(digest) ?? false
  }

  add(link: number, digest: number): void {
    let digests = this.#byLink.get(link)
    if (!digests) this.#byLink.set(link, (digests = new Set()))
    const before = digests.size
    this.#size += digests.add(digest).size - before
  }

  addAll(others: VisitorDigests): void {
    for (const [link, digests] of others.#byLink) for (const digest of digests) this.add(link, digest)
  }

  clear(): void {
    this.#byLink.clear()
    this.#size = 0
  }

  /** By link, without the sign. */
  list(): { readonly link: number; readonly digests: readonly number[] }[] {
    return Array.from(this.#byLink, ([link, digests]) => ({ link, digests: Array.from(digests, (one) => one >>> 0) }))
  }
}
