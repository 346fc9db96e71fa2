import { startSimulator, type Simulator } from '@gangway/simulator'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { freePort, GatewayProcess } from './gateway-process.js'
import { leftOutBecause, nameWhatIsLeftOut, openBrowser } from './link-page/browser.js'
import { Visitor } from './link-page/visitor.js'
import { NativeClient, until, type Instance } from './native-client.js'
import { asWhatsApp, startWorld } from './world.js'

nameWhatIsLeftOut('the link page in a browser')

describe.skipIf(leftOutBecause !== undefined)('the link page in a browser', () => {
  let whatsapp: Simulator
  let gateway: GatewayProcess
  let api: NativeClient
  let browser: Browser
  /** Opened first and looked at last: six QRs of 20 s each go by before a link attempt has run out. */
  let patient: Visitor
  let firstQr: string

  interface Sent {
    readonly instance: Instance
    readonly page: string
    readonly url: string
  }

  async function send(wish: object = {}, instanceWish: object = {}): Promise<Sent> {
    const instance = await api.create({ name: 'shop', ...instanceWish })
    const { id, url } = await api.ok<{ id: string; url: string }>('POST', `/instances/${instance.id}/link-pages`, wish)
    return { instance, page: id, url }
  }

  async function visit(
    ...[url, options]: [url: string, options?: Parameters<typeof Visitor.open>[2]]
  ): Promise<Visitor> {
    const visitor = await Visitor.open(browser, url, options)
    onTestFinished(() => visitor.leave())
    return visitor
  }

  const opened: (() => Promise<unknown>)[] = []

  beforeAll(async () => {
    browser = await openBrowser()
    opened.push(() => browser.close())
    whatsapp = await startSimulator()
    opened.push(() => whatsapp.close())
    gateway = await GatewayProcess.start({ env: { ...asWhatsApp(whatsapp), GANGWAY_LOG_LEVEL: 'debug' } })
    opened.push(() => gateway.remove())
    api = await NativeClient.of(gateway)
    patient = await Visitor.open(browser, (await send()).url)
    await patient.qr()
    firstQr = await patient.picture()
  })

  afterAll(async () => {
    for (const close of opened.reverse()) await close()
  })

  test('a phone scans the picture on the screen, and the person is taken back', async () => {
    const shop = 'http://localhost:9/thanks'
    await api.ok('PATCH', '/workspace', { returnOrigins: ['http://localhost:9'] })
    const phone = await whatsapp.registerPhone()
    const { url, instance } = await send({ brand: { name: 'Toko <b>Budi</b>' }, returnUrl: shop })
    const visitor = await visit(url)
    await visitor.page.route(shop, (route) => route.fulfill({ body: 'Thank you' }))
    const qr = await visitor.qr()
    expect(visitor.transferred).toBeGreaterThan(5_000)
    expect(visitor.transferred).toBeLessThan(50_000)
    expect(await visitor.text('.brand')).toBe('Toko <b>Budi</b>')
    expect(await visitor.text('#qr-left')).toMatch(/^New code in \d+ s$/)
    await visitor.show('scan')
    await phone.scanImage(qr)
    await visitor.sees('linked')
    expect(await visitor.text('[data-screen="linked"]')).toContain(`ends in ${phone.number.slice(-4)} `)
    expect(await visitor.page.getByRole('link', { name: 'Continue to localhost:9' }).getAttribute('href')).toBe(shop)
    await visitor.show('linked')
    expect(await api.reaches(instance.id, 'linked')).toMatchObject({ account: { phone: phone.number } })
    // Without anybody pressing anything.
    await visitor.page.waitForURL(shop)
    expect(visitor.faults).toEqual(['asked http://localhost:9'])
    visitor.faults.length = 0
  })

  test('somebody on the phone itself writes a number, and types the code that comes', async () => {
    const phone = await whatsapp.registerPhone()
    const visitor = await visit((await send()).url, { viewport: { width: 390, height: 844 }, hasTouch: true })
    await visitor.sees('scan')
    await visitor.press(/Use a code/)
    const field = visitor.page.getByLabel('Phone number with country code')
    expect(await visitor.page.evaluate('document.activeElement.id')).toBe('number')
    await visitor.show('number')
    await field.fill('12')
    await field.press('Enter')
    await visitor.page.getByRole('alert').filter({ hasText: '7 to 15 digits' }).waitFor()
    await visitor.show('number-wrong')
    await field.fill(`+${phone.number.slice(0, 2)} ${phone.number.slice(2, 5)}-${phone.number.slice(5)}`)
    await field.press('Enter')
    const code = await visitor.code()
    expect(code).toMatch(/^[0-9A-Z]{4}-[0-9A-Z]{4}$/)
    expect(await visitor.text('#code-left')).toMatch(/^Valid for [12]:\d\d$/)
    await visitor.show('code')
    await visitor.page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
    await visitor.press('Copy code')
    await visitor.page.getByRole('button', { name: 'Copied' }).waitFor()
    expect(await visitor.page.evaluate('navigator.clipboard.readText()')).toBe(code)
    await phone.enterCode(code.replace('-', ''))
    await visitor.sees('linked')
  })

  test('where the number is known nobody is asked for it, and one can go back to the QR', async () => {
    const phone = await whatsapp.registerPhone()
    const visitor = await visit((await send({}, { phone: phone.number })).url)
    await visitor.sees('scan')
    expect(await visitor.text('[data-screen="scan"] .owner')).toContain(`ends in ${phone.number.slice(-4)}`)
    await visitor.press(/Use a code/)
    expect(await visitor.code()).toMatch(/^[0-9A-Z]{4}-[0-9A-Z]{4}$/)
    await visitor.press('Scan a QR code instead')
    await phone.scanImage(await visitor.qr())
    await visitor.sees('linked')
  })

  test('another account than the expected one: the page says so, and one button begins again', async () => {
    const [expected, wrong] = [await whatsapp.registerPhone(), await whatsapp.registerPhone()]
    const visitor = await visit((await send({}, { phone: expected.number })).url)
    await wrong.scanImage(await visitor.qr())
    await visitor.sees('failed')
    expect(await visitor.text('#failure')).toContain('Another WhatsApp account')
    expect(await visitor.text('#right-one')).toContain(`ends in ${expected.number.slice(-4)}`)
    await visitor.show('wrong-account')
    expect(await visitor.page.getByRole('button').count()).toBe(1)
    await visitor.page.keyboard.press('Tab')
    await visitor.page.keyboard.press('Enter')
    await expected.scanImage(await visitor.qr())
    await visitor.sees('linked')
  })

  test('a reload in the middle goes on with the same code, and after the end still says how it ended', async () => {
    const phone = await whatsapp.registerPhone()
    const { url } = await send()
    const visitor = await visit(url)
    await visitor.sees('scan')
    await visitor.press(/Use a code/)
    await visitor.page.getByLabel('Phone number').fill(phone.number)
    await visitor.press('Get the code')
    const code = await visitor.code()
    await visitor.page.reload()
    expect(await visitor.code()).toBe(code)
    await phone.enterCode(code.replace('-', ''))
    await visitor.sees('linked')
    await visitor.page.reload()
    await visitor.sees('linked')
    // Whoever was not there gets nothing from the same address.
    const late = await visit(url)
    expect(await late.text('h1')).toBe('This link no longer works')
    await late.show('gone')
  })

  test('two tabs show one attempt, before and after it begins anew', async () => {
    const phone = await whatsapp.registerPhone()
    const { url, instance } = await send()
    const one = await visit(url)
    await one.sees('scan')
    const two = await one.another(url)
    await two.sees('scan')
    await until(
      async () => [await one.picture(), await two.picture()],
      ([first, second]) => first !== '' && first === second,
    )
    await api.ok('DELETE', `/instances/${instance.id}/link`)
    await one.sees('failed')
    await two.sees('failed')
    expect(await two.text('#failure')).toContain('stopped')
    await two.press('Try again')
    await one.sees('scan')
    await phone.scanImage(await two.qr())
    await Promise.all([one.sees('linked'), two.sees('linked')])
    expect(two.faults).toEqual([])
  })

  test('WhatsApp cannot be reached: said in words a person understands', async () => {
    const lost = await startWorld({ env: { GANGWAY_WHATSAPP_URL: `ws://127.0.0.1:${await freePort()}/ws/chat` } })
    const { id } = await lost.api.create({ name: 'shop' })
    const { url } = await lost.api.ok<{ url: string }>('POST', `/instances/${id}/link-pages`, {})
    const visitor = await visit(url)
    await visitor.sees('failed')
    expect(await visitor.text('#failure')).toBe(
      'WhatsApp cannot be reached at the moment. Try again in a little while.',
    )
    await visitor.show('unreachable')
  })

  test('a gateway that restarts in the middle: the page waits for it and goes on', async () => {
    const { api: own, gateway: restarted, whatsapp: network } = await startWorld()
    const phone = await network.registerPhone()
    const { id } = await own.create({ name: 'shop' })
    const { url } = await own.ok<{ url: string }>('POST', `/instances/${id}/link-pages`, {})
    const visitor = await visit(url)
    const before = await visitor.qr()
    await restarted.kill()
    await visitor.page.getByRole('alert').filter({ hasText: 'connection was lost' }).waitFor()
    await visitor.show('connection-lost')
    await restarted.start()
    await visitor.page.locator('#lost').waitFor({ state: 'hidden' })
    const first = before.toString('base64')
    await until(
      async () => (await visitor.qr()).toString('base64'),
      (now) => now !== first,
    )
    await phone.scanImage(await visitor.qr())
    await visitor.sees('linked')
  })

  test('a page that is revoked is gone at once, for those who have it open too', async () => {
    const { url, instance, page } = await send()
    const visitor = await visit(url)
    await visitor.sees('scan')
    await api.ok('DELETE', `/instances/${instance.id}/link-pages/${page}`)
    await visitor.page.getByRole('heading', { name: 'This link no longer works' }).waitFor()
    expect(await api.linkEnd(instance.id)).toMatchObject({ step: 'failed', error: { code: 'link-cancelled' } })
  })

  test.each([
    ['en-GB', 'en', 'Scan this code with your phone'],
    ['id-ID', 'id', 'Pindai kode ini dengan ponsel Anda'],
    ['pt-BR', 'pt-BR', 'Escaneie este código com o celular'],
    ['ru-RU', 'ru', 'Отсканируйте этот код телефоном'],
    ['es-MX', 'es', 'Escanea este código con tu teléfono'],
    ['zh-TW', 'zh-CN', '请用手机扫描此二维码'],
  ])('speaks the language of a browser in %s', async (locale, language, heading) => {
    const visitor = await visit((await send({ brand: { name: 'Warung Sari' } })).url, { locale })
    await visitor.qr()
    expect(await visitor.page.locator('html').getAttribute('lang')).toBe(language)
    expect(await visitor.text('[data-screen="scan"] h2')).toBe(heading)
    await visitor.show(`scan-${language}`)
  })

  test('in the dark, without motion: the QR stays black on white and a phone reads it', async () => {
    const phone = await whatsapp.registerPhone()
    const visitor = await visit((await send()).url, { colorScheme: 'dark', reducedMotion: 'reduce' })
    const qr = await visitor.qr()
    await visitor.show('scan-dark')
    await phone.scanImage(qr)
    await visitor.sees('linked')
    await visitor.show('linked-dark')
  })

  test('WhatsApp stumbles after the scan: the page says what is going on, and the link completes', async () => {
    const phone = await whatsapp.registerPhone()
    const visitor = await visit((await send()).url)
    const qr = await visitor.qr()
    whatsapp.faults.add({ kind: 'refuse-login', reason: 503, number: phone.number, times: 3 })
    await phone.scanImage(qr)
    await visitor.sees('starting')
    expect(await visitor.text('[role="status"]')).toBe('Your phone has accepted. The link is being set up.')
    await visitor.show('starting')
    await visitor.sees('linked')
  })

  test('no token of a page is in anything the gateway wrote', async () => {
    const { url } = await send()
    const visitor = await visit(url)
    await visitor.sees('scan')
    const token = url.split('/').at(-1) ?? ''
    expect(token).toMatch(/^[\w-]{43}$/)
    await until(
      () => gateway.output,
      (text) => text.includes('"/link/:token/start"'),
    )
    expect(gateway.output).not.toContain(token)
  })

  test('a QR that nobody scans is renewed, and runs out with a reason', { timeout: 180_000 }, async () => {
    await expect.poll(() => patient.picture(), { timeout: 60_000 }).not.toBe(firstQr)
    await patient.page.locator('[data-screen="failed"]').waitFor({ state: 'visible', timeout: 150_000 })
    expect(await patient.text('#failure')).toContain('ran out')
    await patient.show('expired')
    await patient.press('Try again')
    await patient.sees('scan')
    await patient.leave()
  })
})
