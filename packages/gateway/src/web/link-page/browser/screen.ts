import { Countdown } from './countdown.js'
import { byId, fill, wantsStillness } from './elements.js'
import type { BrowserWords, Failure } from './wire.js'

export type ScreenName = 'wait' | 'scan' | 'number' | 'code' | 'starting' | 'linked' | 'failed'

/** How far along a screen is: which of the four steps above it is the present one. */
const progress: Readonly<Record<ScreenName, number>> = {
  wait: 0,
  scan: 1,
  number: 1,
  code: 1,
  failed: 1,
  starting: 2,
  linked: 4,
}
/** As long as a QR and a code usually last, for how full the rings begin. */
const qrLife = 20_000
const codeLife = 150_000
const returnAfter = 8_000

/** What the person sees: one screen at a time. */
export class Screen {
  readonly #words: BrowserWords
  readonly #screens = new Map<string, HTMLElement>()
  readonly #said = byId('said', HTMLElement)
  readonly #tile = byId('qr', HTMLElement)
  readonly #code = byId('code', HTMLElement)
  readonly #qrCountdown = new Countdown(byId('qr-ring', SVGElement), byId('qr-left', HTMLElement))
  readonly #codeCountdown = new Countdown(byId('code-ring', SVGElement), byId('code-left', HTMLElement))
  #now: ScreenName = 'wait'

  constructor(words: BrowserWords) {
    this.#words = words
    for (const section of document.querySelectorAll<HTMLElement>('[data-screen]'))
      this.#screens.set(section.dataset.screen ?? '', section)
    this.#mark('wait')
  }

  get now(): ScreenName {
    return this.#now
  }

  wait(): void {
    this.#show('wait', this.#words.said.opening)
  }

  scan(png: string, expiresIn: number): void {
    this.#show('scan', this.#words.said.scan)
    void this.#draw(png)
    const { countdown, renewing } = this.#words
    const words = (seconds: number): string => (seconds > 0 ? fill(countdown, { seconds: String(seconds) }) : renewing)
    this.#qrCountdown.run(expiresIn, qrLife, words, () => {
      this.#tile.classList.add('stale')
    })
  }

  number(): void {
    this.#show('number')
    byId('number', HTMLInputElement).focus()
  }

  code(code: string, expiresIn: number): void {
    const shown = `${code.slice(0, 4)}-${code.slice(4)}`
    this.#code.textContent = shown
    // Letter by letter: a screen reader would make a word of it.
    this.#show('code', fill(this.#words.said.code, { code: shown.replace(/./g, '$& ').trim() }))
    const left = (seconds: number): string =>
      fill(this.#words.codeLeft, { time: `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}` })
    this.#codeCountdown.run(expiresIn, codeLife, left, () => undefined)
  }

  starting(): void {
    this.#show('starting', this.#words.said.starting)
  }

  linked(ending: string, returnUrl: string | null): void {
    byId('linked-number', HTMLElement).textContent = fill(this.#words.linkedNumber, { ending })
    const link = byId('return', HTMLAnchorElement)
    link.hidden = returnUrl === null
    byId('returning', HTMLElement).hidden = returnUrl === null
    byId('linked-next', HTMLElement).hidden = returnUrl !== null
    if (returnUrl !== null) {
      link.href = returnUrl
      link.textContent = fill(this.#words.returnTo, { site: new URL(returnUrl).host })
      setTimeout(() => {
        location.assign(returnUrl)
      }, returnAfter)
    }
    this.#show('linked', this.#words.said.linked)
  }

  failed(failure: Failure): void {
    const why = this.#words.failures[failure]
    byId('failure', HTMLElement).textContent = why
    const rightOne = document.getElementById('right-one')
    if (rightOne) rightOne.hidden = failure !== 'wrong-account'
    this.#show('failed', `${this.#words.said.failed} ${why}`)
  }

  /** Says it to screen readers, and shows the screen to everybody else. */
  #show(name: ScreenName, said = ''): void {
    if (name === this.#now) return
    const before = this.#screens.get(this.#now)
    const heldFocus = before?.contains(document.activeElement) === true
    this.#qrCountdown.stop()
    this.#codeCountdown.stop()
    this.#now = name
    for (const [each, section] of this.#screens) section.hidden = each !== name
    this.#mark(name)
    this.#said.textContent = said
    // Whoever was on a button of the screen before would otherwise be nowhere.
    if (heldFocus || name === 'linked' || name === 'failed') {
      this.#screens.get(name)?.querySelector('h2')?.focus()
    }
  }

  #mark(name: ScreenName): void {
    const items = byId('progress', HTMLElement).querySelectorAll('li')
    items.forEach((item, at) => {
      item.classList.toggle('done', at < progress[name])
      item.classList.toggle('now', at === progress[name])
      if (at === progress[name]) item.setAttribute('aria-current', 'step')
      else item.removeAttribute('aria-current')
    })
  }

  /** The next picture fades in over the one before, which then goes. */
  async #draw(png: string): Promise<void> {
    const picture = new Image()
    picture.alt = ''
    picture.src = png
    await picture.decode()
    const before = [...this.#tile.children]
    this.#tile.classList.remove('stale')
    this.#tile.append(picture)
    if (!wantsStillness() && before.length > 0) {
      await picture.animate([{ opacity: 0 }, { opacity: 1 }], { duration: 350, easing: 'ease-out' }).finished
    }
    for (const old of before) old.remove()
  }
}
