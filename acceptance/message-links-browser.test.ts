import { type Browser, type BrowserContextOptions, devices, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { decode } from '../packages/gateway/test/qr/decoder.js'
import { GatewayProcess } from './gateway-process.js'
import { leftOutBecause, nameWhatIsLeftOut, openBrowser } from './link-page/browser.js'
import { NativeClient, until } from './native-client.js'

nameWhatIsLeftOut('message links in a browser')

interface Link {
  readonly id: string
  readonly url: string
  readonly image: { readonly png: string; readonly svg: string }
  readonly scans: number
}

const number = '4915112345678'
/** What an address would end at, take for something else or lose, were it not put together with care. */
const text = 'Für 2, bitte 🪑👩‍👩‍👧‍👦\nمرحبا & 你好 #1 100 % +1?=/\\ "a" <b>\'c\'; ok:@x,{y}|z'

const profiles = {
  'an Android phone': devices['Pixel 7'],
  'an iPhone': devices['iPhone 15'],
  'a desktop': devices['Desktop Chrome'],
} as const
const instagram = `${devices['Pixel 7'].userAgent} Instagram 340.0.0.22.109 Android`

/** Somebody with a browser, for whom wa.me is a page of ours. */
class Person {
  readonly page: Page
  /** Each address at wa.me that the browser asked for, as it stands on the wire. */
  readonly asked: string[] = []
  /** Each address that the page itself, or a tap on it, has sent the browser to. */
  readonly sentTo: string[] = []

  private constructor(page: Page) {
    this.page = page
  }

  static async with(browser: Browser, profile: BrowserContextOptions): Promise<Person> {
    const context = await browser.newContext({ locale: 'en-US', ...profile })
    onTestFinished(() => context.close())
    const person = new Person(await context.newPage())
    await person.#watch()
    return person
  }

  /**
   * Stands in for wa.me by the browser's own protocol: the routes of Playwright are not asked about what is the target of
   * a redirect.
   */
  async #watch(): Promise<void> {
    const browser = await this.page.context().newCDPSession(this.page)
    browser.on('Fetch.requestPaused', ({ requestId, request: { url } }) => {
      this.asked.push(url)
      const body = Buffer.from('<title>Chat</title><link rel="icon" href="data:,">').toString('base64')
      const responseHeaders = [{ name: 'content-type', value: 'text/html' }]
      const answered = browser.send('Fetch.fulfillRequest', { requestId, responseCode: 200, responseHeaders, body })
      // Nobody waits for it any more where the page was closed meanwhile.
      answered.catch(() => undefined)
    })
    await browser.send('Fetch.enable', { patterns: [{ urlPattern: 'https://wa.me/*' }] })
    browser.on('Page.frameRequestedNavigation', ({ url }) => this.sentTo.push(url))
    await browser.send('Page.enable')
  }
}

/** Number and draft, as the app reads them. */
function chatOf(url: string): { origin: string; number: string; draft: string } {
  const target = new URL(url)
  expect([...target.searchParams.keys(), target.hash]).toEqual(['text', ''])
  const [, draft = ''] = /\?text=([^&#+]*)$/.exec(url) ?? []
  return { origin: target.origin, number: target.pathname.slice(1), draft: decodeURIComponent(draft) }
}

describe.skipIf(leftOutBecause !== undefined)('message links in a browser', () => {
  let browser: Browser
  let gateway: GatewayProcess
  let api: NativeClient
  const opened: (() => Promise<unknown>)[] = []

  beforeAll(async () => {
    browser = await openBrowser()
    opened.push(() => browser.close())
    gateway = await GatewayProcess.start()
    opened.push(() => gateway.remove())
    api = await NativeClient.of(gateway)
  })

  afterAll(async () => {
    for (const close of opened.reverse()) await close()
  })

  const make = (more: object = {}): Promise<Link> =>
    api.ok('POST', '/message-links', { phone: number, text, reference: 'none', ...more })
  const read = ({ id }: Link): Promise<Link> => api.ok('GET', `/message-links/${id}`)
  /** Scans are written in the order in which they happened: once a later one shows, all before it do. */
  const scansOf = async (link: Link): Promise<number> => {
    const later = await make()
    await fetch(later.url, { redirect: 'manual', headers: { 'user-agent': profiles['an iPhone'].userAgent } })
    await until(
      () => read(later),
      ({ scans }) => scans === 1,
    )
    return (await read(link)).scans
  }

  for (const [name, profile] of Object.entries(profiles)) {
    test(`${name} that reads the picture is led to the chat, with every character of the text, and is counted once`, async () => {
      const link = await make()
      const person = await Person.with(browser, profile)
      await person.page.goto(link.image.svg)
      const address = (await decode(await person.page.screenshot()))?.text ?? ''
      expect(address).toBe(link.url)
      await person.page.goto(address)
      expect(await person.page.title()).toBe('Chat')
      expect(person.asked).toHaveLength(1)
      const [url = ''] = person.asked
      expect(chatOf(url)).toEqual({ origin: 'https://wa.me', number, draft: text })
      expect(await scansOf(link)).toBe(1)
    })
  }

  test('the mark that nobody sees arrives with the draft', async () => {
    const link = await make({ reference: 'marker' })
    const person = await Person.with(browser, profiles['an Android phone'])
    await person.page.goto(link.url)
    const { draft } = chatOf(person.asked[0] ?? '')
    expect(draft.startsWith(text)).toBe(true)
    expect(draft.slice(text.length)).toMatch(/^[\u2061-\u2064]{15}$/u)
  })

  test('inside of another app on a phone a tap leads to the app, or to wa.me, with every character', async () => {
    const link = await make()
    const person = await Person.with(browser, { ...profiles['an Android phone'], userAgent: instagram })
    await person.page.goto(link.url)
    expect(person.asked).toEqual([])
    expect(await person.page.title()).toBe('Chat on WhatsApp')
    await person.page.getByRole('link', { name: 'Open WhatsApp' }).tap()
    const [app = ''] = await until(
      () => person.sentTo.filter((url) => url.startsWith('whatsapp:')),
      (all) => all.length > 0,
    )
    const [, phone, draft = ''] = /^whatsapp:\/\/send\/?\?phone=(\d+)&text=([^&#+]*)$/.exec(app) ?? []
    expect([phone, decodeURIComponent(draft)]).toEqual([number, text])
    await person.page.getByRole('link', { name: 'Continue in the browser' }).tap()
    await person.page.waitForURL('https://wa.me/**')
    expect(chatOf(person.asked[0] ?? '')).toEqual({ origin: 'https://wa.me', number, draft: text })
    expect(await scansOf(link)).toBe(1)
  })

  test('a browser that comes again is one person, and previews are nobody', async () => {
    const link = await make()
    for (const userAgent of [
      'WhatsApp/2.24.20 A',
      'facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)',
      'TelegramBot (like TwitterBot)',
    ]) {
      const preview = await Person.with(browser, { userAgent })
      await preview.page.goto(link.url)
      expect(preview.asked).toHaveLength(1)
    }
    const ahead = await Person.with(browser, {
      ...profiles['a desktop'],
      extraHTTPHeaders: { 'sec-purpose': 'prefetch;prerender' },
    })
    await ahead.page.goto(link.url)
    const person = await Person.with(browser, profiles['an iPhone'])
    for (let i = 0; i < 3; i++) await person.page.goto(link.url)
    expect(await scansOf(link)).toBe(3)
    const days = await api.ok<{ items: { visitors: number }[] }>('GET', `/message-links/${link.id}/statistics?by=day`)
    expect(days.items.map(({ visitors }) => visitors)).toEqual([1])
  })

  test('a link that is disabled or has expired shows plain words, and leads nowhere', async () => {
    const fallback = {
      title: 'Zu bis <b>Montag</b>',
      text: 'Ruf an: 0151\nhttps://wa.me/1 <script>location="/x"</script>',
    }
    const locales = {
      'an Android phone': ['id-ID', 'Tautan ini sedang tidak digunakan'],
      'an iPhone': ['pt-BR', 'Este link não está em uso agora'],
      'a desktop': ['en-US', 'This link is not in use now'],
    } as const
    const closed = [
      await make({ enabled: false }),
      await make({ expiresAt: '2020-01-01T00:00:00Z' }),
      await make({ enabled: false, fallback }),
    ]
    for (const name of ['an Android phone', 'an iPhone', 'a desktop'] as const) {
      const [locale, words] = locales[name]
      const person = await Person.with(browser, { ...profiles[name], locale })
      for (const [i, link] of closed.entries()) {
        const answer = await person.page.goto(link.url)
        expect(answer?.status(), name).toBe(410)
        expect(await person.page.getByRole('heading').innerText()).toBe(i < 2 ? words : fallback.title)
        if (i === 2) expect(await person.page.locator('p').innerText()).toBe(fallback.text)
        // Nothing on it could take anybody anywhere, by itself or by a tap.
        expect(await person.page.locator('a, script, form, iframe, meta[http-equiv]').count()).toBe(0)
        expect([person.page.url(), person.asked, person.sentTo]).toEqual([link.url, [], []])
      }
    }
    for (const link of closed) expect(await scansOf(link)).toBe(0)
  })
})
