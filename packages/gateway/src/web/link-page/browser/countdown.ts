import { wantsStillness } from './elements.js'

/** A ring that empties and words that count, side by side. */
export class Countdown {
  readonly #ring: Element
  readonly #text: HTMLElement
  #ticker: number | undefined
  #animation: Animation | undefined

  constructor(ring: Element, text: HTMLElement) {
    this.#ring = ring
    this.#text = text
  }

  /**
   * Counts `left` ms down from a full ring of `whole` ms.
   * @param words what stands beside the ring with so many seconds to go
   * @param over called once at the end
   */
  run(left: number, whole: number, words: (seconds: number) => string, over: () => void): void {
    this.stop()
    const end = performance.now() + left
    const spent = 100 - (100 * left) / Math.max(left, whole)
    const still = wantsStillness()
    const tick = (): void => {
      const now = Math.max(0, end - performance.now())
      this.#text.textContent = words(Math.ceil(now / 1000))
      if (still) this.#ring.setAttribute('stroke-dashoffset', String(100 - (100 * now) / Math.max(left, whole)))
      if (now > 0) return
      this.stop()
      over()
    }
    if (!still) {
      const frames = [{ strokeDashoffset: String(spent) }, { strokeDashoffset: '100' }]
      this.#animation = this.#ring.animate(frames, { duration: left, fill: 'forwards' })
    }
    this.#ticker = setInterval(tick, 250)
    tick()
  }

  stop(): void {
    clearInterval(this.#ticker)
    this.#animation?.cancel()
    this.#animation = undefined
    this.#ring.setAttribute('stroke-dashoffset', '100')
  }
}
