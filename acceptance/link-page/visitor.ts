import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import axe from 'axe-core'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { expect } from 'vitest'
import { until } from '../native-client.js'

const root = join(import.meta.dirname, '..', '..')
/** To be looked at by people; kept out of git. */
const everyPicture = join(root, '.cache', 'link-page')
/** Those that docs/link-page.md shows; `KEEP_SCREENSHOTS=1` renews them. */
const keptPictures = join(root, 'docs', 'link-page')
const kept = [
  'scan-en-desktop',
  'scan-en-phone',
  'code-phone',
  'linked-dark-phone',
  'wrong-account-phone',
  'scan-dark-desktop',
]
const sizes = { phone: { width: 390, height: 844 }, desktop: { width: 1280, height: 800 } } as const

/** Somebody with a browser who was sent the address of a link page. */
export class Visitor {
  readonly page: Page
  /** What a correct page never has: script errors, and requests to anybody but its own server. */
  readonly faults: string[] = []
  /** Bytes over the wire, headers included. */
  transferred = 0

  private constructor(page: Page) {
    this.page = page
  }

  static async open(browser: Browser, url: string, options: BrowserContextOptions = {}): Promise<Visitor> {
    const context = await browser.newContext({ viewport: sizes.desktop, locale: 'en-US', ...options })
    const visitor = new Visitor(await context.newPage())
    await visitor.#watch(new URL(url).origin)
    await visitor.page.goto(url)
    return visitor
  }

  /** The same person in another tab. */
  async another(url: string): Promise<Visitor> {
    const visitor = new Visitor(await this.page.context().newPage())
    await visitor.#watch(new URL(url).origin)
    await visitor.page.goto(url)
    return visitor
  }

  async sees(screen: 'wait' | 'scan' | 'number' | 'code' | 'starting' | 'linked' | 'failed'): Promise<void> {
    await this.page.locator(`[data-screen="${screen}"]`).waitFor({ state: 'visible', timeout: 30_000 })
  }

  /** The QR as it is on the screen, pixels and all, once it stands still. */
  async qr(): Promise<Buffer> {
    await this.sees('scan')
    const picture = this.page.locator('#qr img')
    await until(
      () => picture.count(),
      (count) => count === 1,
    )
    return this.page.locator('#qr').screenshot()
  }

  /** Which QR it is. */
  async picture(): Promise<string> {
    return (await this.page.locator('#qr img').last().getAttribute('src')) ?? ''
  }

  async code(): Promise<string> {
    await this.sees('code')
    return this.page.locator('#code').innerText()
  }

  async text(selector: string): Promise<string> {
    return this.page.locator(selector).innerText()
  }

  async press(name: string | RegExp): Promise<void> {
    await this.page.getByRole('button', { name }).click()
  }

  /** Every state goes through this: a picture at both sizes, and no fault that axe finds. */
  async show(name: string): Promise<void> {
    const before = this.page.viewportSize()
    for (const [size, viewport] of Object.entries(sizes)) {
      await this.page.setViewportSize(viewport)
      const picture = `${name}-${size}`
      const folder = process.env.KEEP_SCREENSHOTS === '1' && kept.includes(picture) ? keptPictures : everyPicture
      mkdirSync(folder, { recursive: true })
      await this.page.screenshot({ path: join(folder, `${picture}.png`), fullPage: size === 'phone' })
      expect(await this.#accessibilityFaults(), `${name}, ${size}`).toEqual([])
    }
    if (before) await this.page.setViewportSize(before)
  }

  async leave(): Promise<void> {
    await this.page.context().close()
    expect(this.faults).toEqual([])
  }

  async #accessibilityFaults(): Promise<string[]> {
    await this.page.evaluate(axe.source)
    const run = 'axe.run(document, { resultTypes: ["violations"] })'
    const { violations } = await this.page.evaluate<axe.AxeResults>(run)
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)
  }

  async #watch(origin: string): Promise<void> {
    this.page.on('pageerror', (error) => this.faults.push(error.message))
    this.page.on('console', (message) => {
      const outage = message.text().startsWith('Failed to load resource')
      if (message.type() === 'error' && !outage) this.faults.push(message.text())
    })
    this.page.on('request', (request) => {
      const url = new URL(request.url())
      if (url.protocol !== 'data:' && url.origin !== origin) this.faults.push(`asked ${url.origin}`)
      if (/bearer|gw_/i.test(JSON.stringify(request.headers()))) this.faults.push('sent a key')
    })
    const network = await this.page.context().newCDPSession(this.page)
    await network.send('Network.enable')
    network.on('Network.loadingFinished', ({ encodedDataLength }) => {
      this.transferred += encodedDataLength
    })
    // The stream of steps never finishes while the page is open.
    network.on('Network.eventSourceMessageReceived', ({ data }) => {
      this.transferred += data.length
    })
  }
}
