import { request as httpRequest, type IncomingMessage } from 'node:http'
import fc from 'fast-check'
import pino from 'pino'
import { Registry } from 'prom-client'
import { onTestFinished, expect, test } from 'vitest'
import { buildHttpServer } from '#gateway/app/http/server.js'
import type { NewMessageLink } from '#gateway/core/message-links/message-links.js'
import { addressOf, Agents, networkOf, visitorOf } from '#gateway/web/message-links/visitor.js'
import { linkLimits } from '#gateway/web/message-links/index.js'
import { decode } from '../qr/decoder.js'
import { phone } from './sample.js'
import { noonClock, publicUrl, startLinks } from './world.js'

interface Answer {
  readonly status: number
  readonly headers: IncomingMessage['headers']
  readonly bytes: Buffer
  readonly text: string
}

const iphone =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0'
const android =
  'Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0 Mobile Safari/537.36'
const desktop = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0 Safari/537.36'
const instagram = `${android} Instagram 340.0.0.22.109 Android`

/** What anybody reaches, over the real core and store, on a real socket. */
async function startPublic() {
  const world = await startLinks(noonClock())
  const caller = await world.callerOf('shop')
  const log: string[] = []
  const server = buildHttpServer({
    gateway: world.core.gateway,
    dialects: [],
    logger: pino({ level: 'trace' }, { write: (line: string) => log.push(line) }),
    checks: {},
    metrics: new Registry(),
    version: '0.1.0',
    publicUrl,
  })
  const url = new URL(await server.listen({ port: 0, host: '127.0.0.1' }))
  onTestFinished(() => server.close())
  /** The path goes out byte by byte as it is written here. */
  const visit = (path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const all = { 'user-agent': android, ...headers }
      const request = httpRequest({ host: url.hostname, port: url.port, path, method, headers: all }, (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.on('end', () => {
          const bytes = Buffer.concat(chunks)
          resolve({ status: response.statusCode ?? 0, headers: response.headers, bytes, text: bytes.toString() })
        })
      })
      request.on('error', reject).end()
    })
  const make = (more: Partial<NewMessageLink> = {}) =>
    world.links.create(caller, { phone, text: 'Hello', reference: 'none', ...more })
  return { ...world, caller, visit, make, log }
}

test('a link leads to the chat, is kept by nobody and looked for by no search engine', async () => {
  const { visit, make } = await startPublic()
  const { code } = await make({ text: 'Grüße & 你好?' })
  const answer = await visit(`/l/${code}`)
  expect([answer.status, answer.headers.location]).toEqual([
    302,
    `https://wa.me/${phone}?text=Gr%C3%BC%C3%9Fe%20%26%20%E4%BD%A0%E5%A5%BD%3F`,
  ])
  expect(answer.headers).toMatchObject({
    'cache-control': 'no-store',
    'x-robots-tag': 'noindex, nofollow',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
  })
  expect((await visit(`/l/${code.toLowerCase()}`)).status).toBe(302)
})

test('people are counted; bots, previews, prefetches and HEAD requests are answered alike and not counted', async () => {
  const { visit, make, links, caller, restart } = await startPublic()
  const { id, code } = await make()
  for (const agent of [iphone, android, desktop]) await visit(`/l/${code}`, { 'user-agent': agent })
  await visit(`/l/${code}`, { 'user-agent': instagram })
  for (const agent of [
    'WhatsApp/2.24.20 A',
    'facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)',
    'TelegramBot (like TwitterBot)',
    'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)',
    'Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)',
    'curl/8.5.0',
    'python-requests/2.32',
  ]) {
    expect((await visit(`/l/${code}`, { 'user-agent': agent })).status, agent).toBe(302)
  }
  await visit(`/l/${code}`, { 'sec-purpose': 'prefetch;prerender' })
  await visit(`/l/${code}`, { purpose: 'preview' })
  const head = await visit(`/l/${code}`, {}, 'HEAD')
  expect([head.status, head.headers.location, head.text]).toEqual([302, `https://wa.me/${phone}?text=Hello`, ''])
  expect((await links.get(caller, id)).scans).toBe(0)
  expect(await (await restart()).links.get(caller, id)).toMatchObject({ scans: 4 })
})

test('inside of another app on a phone there is a page to tap on, which leads to the same chat', async () => {
  const { visit, make } = await startPublic()
  const { code } = await make({ text: 'A "quoted" <b>' })
  const { status, text, headers } = await visit(`/l/${code}`, { 'user-agent': instagram, 'accept-language': 'es' })
  expect(status).toBe(200)
  const links = [...text.matchAll(/href="([^"]*)"/g)].map((match) => match[1])
  expect(links).toEqual([
    'data:,',
    `whatsapp://send?phone=${phone}&amp;text=A%20%22quoted%22%20%3Cb%3E`,
    `https://wa.me/${phone}?text=A%20%22quoted%22%20%3Cb%3E`,
  ])
  expect(text).toContain('Abrir WhatsApp')
  expect(headers['content-security-policy']).toMatch(/default-src 'none'; style-src 'sha256-/)
  expect(new Agents().of({ 'user-agent': desktop }).needsTap).toBe(false)
})

test('a link that is unknown, deleted, disabled or expired has a plain page, in the language of the browser', async () => {
  const { visit, make, links, caller } = await startPublic()
  const deleted = await make()
  await links.remove(caller, deleted.id)
  for (const code of ['AAAAAAAAAAAAA1', deleted.code, 'x', 'ANED2T5QRU7HG1.gif', 'a.b.png']) {
    const { status, text } = await visit(`/l/${code}`, { 'accept-language': 'id-ID,id;q=0.9' })
    expect([status, /<h1>(.*)<\/h1>/.exec(text)?.[1]], code).toEqual([404, 'Tautan ini tidak ada'])
  }
  const closed = await make({ enabled: false })
  const own = await make({
    enabled: false,
    fallback: { title: 'Zu <b>', text: 'Bis "Montag"\n<script>alert(1)</script>' },
  })
  expect((await visit(`/l/${closed.code}`)).text).toContain('This link is not in use now')
  const page = await visit(`/l/${own.code}`)
  expect([page.status, page.headers.location]).toEqual([410, undefined])
  expect(page.text).toContain('<h1>Zu &lt;b&gt;</h1>')
  expect(page.text).toContain('Bis &quot;Montag&quot;\n&lt;script&gt;alert(1)&lt;/script&gt;')
  expect(page.text).not.toMatch(/<script|href="http/)
})

test('an image is kept for ever under the address that names its version, and asked about under the plain one', async () => {
  const { visit, make, links, caller } = await startPublic()
  const link = await make()
  const path = (address: string): string => address.slice(publicUrl.length)
  const png = await visit(path(link.imageUrl.PNG))
  expect(png.headers).toMatchObject({
    'content-type': 'image/png',
    'cache-control': 'public, max-age=31536000, immutable',
    'x-robots-tag': 'noindex, nofollow',
  })
  expect(await decode(png.bytes)).toMatchObject({ text: link.url })
  const svg = await visit(path(link.imageUrl.SVG))
  expect(svg.headers).toMatchObject({
    'content-type': 'image/svg+xml',
    'content-security-policy': "default-src 'none'; img-src data:; sandbox",
  })
  expect(await decode(svg.text)).toMatchObject({ text: link.url })
  const plain = await visit(`/l/${link.code}.png`)
  expect(plain.headers).toMatchObject({ 'cache-control': 'public, no-cache', etag: png.headers.etag })
  expect((await visit(`/l/${link.code}.png`, { 'if-none-match': plain.headers.etag ?? '' })).status).toBe(304)
  await links.edit(caller, link.id, { style: { dark: '#222222' } })
  expect((await visit(`/l/${link.code}.png`, { 'if-none-match': plain.headers.etag ?? '' })).status).toBe(200)
  expect((await visit(path(link.imageUrl.PNG))).headers['cache-control']).toBe('public, no-cache')
  await links.remove(caller, link.id)
  expect((await visit(path(link.imageUrl.PNG))).status).toBe(404)
})

/** Everything that anybody tried on a redirect, after the code and in its place. */
const attacks = [
  '?text=https://evil.example',
  '?url=https://evil.example&next=//evil.example&phone=1',
  '?phone=15550000000',
  '//evil.example',
  '/..//evil.example',
  '/%2e%2e/%2f%2fevil.example',
  '%0d%0aLocation:%20https://evil.example',
  '%0D%0ASet-Cookie:%20a=b',
  '%E5%98%8A%E5%98%8DLocation:%20https://evil.example',
  '@evil.example',
  '%40evil.example',
  '.evil.example',
  '%2eevil.example',
  '\\evil.example',
  '%5cevil.example',
  '#@evil.example',
  '%23@evil.example',
  ';@evil.example',
  '%00.evil.example',
  '%ef%bc%8fevil.example',
  '%e3%80%82evil.example',
  '${7*7}',
  '{{7*7}}',
  '%7B%7B7*7%7D%7D',
  '<%=7*7%>',
  '#{7*7}',
  '?v=%0d%0aX:y',
]

test('nothing that is sent with a code decides where it leads', async () => {
  const { visit, make } = await startPublic()
  const { code } = await make()
  for (const [number, attack] of attacks.entries()) {
    for (const path of [`/l/${code}${attack}`, `/l/${attack}`, `/l/${attack}/${code}`]) {
      const answer = await visit(encodeBare(path), {
        // Each from somewhere else: here nobody is to be stopped by the limit.
        'x-forwarded-for': `198.51.100.${number}`,
        host: 'evil.example',
        'x-forwarded-host': 'evil.example',
        'x-original-url': 'https://evil.example',
        referer: 'https://evil.example',
      })
      expect([302, 400, 404]).toContain(answer.status)
      if (answer.status === 302) expect(answer.headers.location).toBe(`https://wa.me/${phone}?text=Hello`)
      else expect(answer.headers.location).toBeUndefined()
      expect(answer.headers['set-cookie']).toBeUndefined()
      expect(answer.text).not.toMatch(/evil|49\b/)
    }
  }
})

/** What no HTTP client lets into a request line is left to `%`; all else goes out as it is. */
const encodeBare = (path: string): string => path.replaceAll(/[^\x21-\x7e]|#/g, (char) => encodeURIComponent(char))

test('no text of a link leads anywhere but to the chat with its number', async () => {
  const { links, make, visit, caller } = await startPublic()
  const { id, code } = await make()
  const hostile = fc.oneof(
    fc.constantFrom(...attacks, 'a\r\nLocation: https://evil.example', '&phone=1', '?phone=1#', '//x', '\u2028\u202e'),
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 80 }),
  )
  await fc.assert(
    fc.asyncProperty(hostile, async (text) => {
      try {
        await links.edit(caller, id, { text })
      } catch (error) {
        expect(error).toMatchObject({ code: 'bad-request', field: 'text' })
        return
      }
      const { location = '' } = (await visit(`/l/${code}`)).headers
      expect(location).toMatch(/^https:\/\/wa\.me\/4915112345678\?text=[\w.!~*'()%-]+$/)
      const target = new URL(location)
      expect([target.origin, target.pathname, [...target.searchParams.keys()]]).toEqual([
        'https://wa.me',
        `/${phone}`,
        ['text'],
      ])
      expect(target.searchParams.get('text')).toBe(text.replaceAll(/\r\n?/g, '\n'))
      expect(target.hash).toBe('')
    }),
    { numRuns: 60 },
  )
})

test('whoever guesses codes is sent away, and others go on', async () => {
  const { visit, make } = await startPublic()
  const { code } = await make()
  const from = (address: string) => ({ 'x-forwarded-for': address })
  const statuses = async (address: string, count: number) => {
    const all: number[] = []
    for (let i = 0; i < count; i++) all.push((await visit('/l/AAAAAAAAAAAAA1', from(address))).status)
    return all
  }
  expect(new Set(await statuses('203.0.113.7', linkLimits.guessed))).toEqual(new Set([404]))
  const refused = await visit(`/l/${code}`, from('203.0.113.7'))
  expect([refused.status, Number(refused.headers['retry-after']) > 0]).toEqual([429, true])
  expect((await visit(`/l/${code}`, from('203.0.113.8'))).status).toBe(302)
  expect((await visit(`/l/${code}`, from('203.0.113.7, 203.0.113.9'))).status).toBe(302)
})

test('an address is believed from a proxy nearby and from nobody else', () => {
  expect(addressOf('127.0.0.1', '198.51.100.1, 203.0.113.7')).toBe('203.0.113.7')
  expect(addressOf('::ffff:10.0.0.3', '2001:db8::1')).toBe('2001:db8::1')
  expect(addressOf('198.51.100.9', '203.0.113.7')).toBe('198.51.100.9')
  expect(addressOf('127.0.0.1', 'evil; drop')).toBe('127.0.0.1')
  expect(addressOf('127.0.0.1', undefined)).toBe('127.0.0.1')
})

test('a network of IPv6 is one, however many addresses it has', () => {
  expect(networkOf('2001:db8:1:2:aaaa::1')).toBe('2001:db8:1:2')
  expect(networkOf('2001:db8:1:2::9')).toBe('2001:db8:1:2')
  expect(networkOf('2001:db8::9')).toBe('2001:db8:0:0')
  expect(networkOf('::1')).toBe('0:0:0:0')
  expect(networkOf('203.0.113.7')).toBe('203.0.113.7')
})

test('a browser that says nothing of itself is no person', () => {
  expect(visitorOf(new Agents(), 'GET', {}, 'a')).toBeNull()
  expect(visitorOf(new Agents(), 'GET', { 'user-agent': iphone }, 'a')).toEqual({ address: 'a', agent: iphone })
  expect(visitorOf(new Agents(), 'HEAD', { 'user-agent': iphone }, 'a')).toBeNull()
})

test('no log line names a code, a number, a text or an address', async () => {
  const { visit, make, log } = await startPublic()
  const { code } = await make({ text: 'a secret text' })
  await visit(`/l/${code}`, { 'x-forwarded-for': '203.0.113.77' })
  await visit(`/l/${code}.png`)
  await visit('/l/AAAAAAAAAAAAA1')
  expect(log.join('\n')).toContain('/l/:file')
  expect(log.join('\n')).not.toMatch(new RegExp(`${code}|${phone}|secret|203\\.0\\.113\\.77|AAAAAAAAAAAAA1`))
})
