import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { mostVisitors } from '#gateway/core/link-pages/visitors.js'
import { startsPerMinute } from '#gateway/core/link-pages/start-limit.js'
import { raw, startLinkWorld } from './world.js'

const minute = 60_000
const qr = { method: 'qr' }

describe('making a page', () => {
  test('gives an address once, and keeps only the digest of its token', async () => {
    const { api, page, edit, publicUrl } = await startLinkWorld()
    const { instance, id, token } = await page({ brand: { name: ' Toko ' }, locale: 'id', expiresIn: 600 })
    expect(token).toMatch(/^[\w-]{43}$/)
    const { body, text } = await api('GET', `/instances/${instance}/link-pages`)
    expect(text).not.toContain(token)
    expect(text).not.toContain(publicUrl)
    const brand = { name: 'Toko' }
    expect(body.items).toMatchObject([{ id, instance, status: 'open', brand, locale: 'id', returnUrl: null }])
    const row = edit((database): unknown => database.prepare('select token_hash from link_pages').get())
    expect(Buffer.from((row as { token_hash: Uint8Array }).token_hash)).toEqual(
      createHash('sha256').update(token).digest(),
    )
  })

  test.each([
    [{ expiresIn: 59 }, 'expiresIn'],
    [{ expiresIn: 604_801 }, 'expiresIn'],
    [{ expiresIn: 90.5 }, 'expiresIn'],
    [{ locale: 'de' }, 'locale'],
    [{ brand: { name: '' } }, 'brand.name'],
    [{ brand: { name: '   ' } }, 'brand.name'],
    [{ brand: { name: 'x'.repeat(61) } }, 'brand.name'],
    [{ brand: { logo: 'https://evil.example/' } }, 'brand.logo'],
    [{ returnUrl: 'https://shop.example/' }, 'returnUrl'],
    [{ token: 'mine' }, 'token'],
  ])('is refused for %j', async (wish, field) => {
    const { api } = await startLinkWorld()
    const { body } = await api('POST', '/instances', { name: 'shop' })
    const answer = await api('POST', `/instances/${String(body.id)}/link-pages`, wish)
    expect([answer.status, answer.body.field]).toEqual([400, field])
  })

  test('is refused for an instance that is linked', async () => {
    const { api, page, ask, connection } = await startLinkWorld()
    const { instance, path } = await page()
    await ask('POST', `${path}/start`, qr)
    await (await connection(1)).accepted('4915112345678')
    const answer = await api('POST', `/instances/${instance}/link-pages`, {})
    expect([answer.status, answer.body.code]).toEqual([409, 'already-linked'])
  })

  test('leads back only to an origin that is allowed, also when that is taken off later', async () => {
    const { api, page, ask, steps, connection } = await startLinkWorld()
    const origins = { returnOrigins: ['https://shop.example'] }
    expect((await api('PATCH', '/workspace', origins)).body).toEqual(origins)
    expect((await api('GET', '/workspace')).body).toEqual(origins)
    const returnUrl = 'https://shop.example/thanks?order=1'
    const [kept, withdrawn] = [await page({ returnUrl }), await page({ returnUrl })]
    for (const [at, each] of [kept, withdrawn].entries()) {
      await ask('POST', `${each.path}/start`, qr)
      if (each === withdrawn) await api('PATCH', '/workspace', { returnOrigins: [] })
      const stream = await steps(each.path)
      await (await connection(at + 1)).accepted('4915112345678')
      const { data } = await stream.until('linked')
      expect(data).toEqual({ step: 'linked', ending: '5678', returnUrl: each === kept ? returnUrl : null })
    }
  })

  test('where people may be sent is for admin keys that are no test keys', async () => {
    const { api } = await startLinkWorld()
    const keyFor = async (wish: object) => String((await api('POST', '/keys', { name: 'k', ...wish })).body.key)
    const [writer, tester] = [await keyFor({ scopes: ['instances:write'] }), await keyFor({ network: 'sandbox' })]
    const origins = { returnOrigins: ['https://evil.example'] }
    for (const key of [writer, tester]) expect((await api('PATCH', '/workspace', origins, key)).status).toBe(403)
    expect((await api('GET', '/workspace', undefined, writer)).status).toBe(403)
    expect((await api('GET', '/workspace')).body).toEqual({ returnOrigins: [] })
  })
})

describe('the page', () => {
  test('brings a strict policy along, and nothing from anywhere else', async () => {
    const { page, ask } = await startLinkWorld()
    const { path } = await page({ brand: { name: '</script><img src=x onerror=alert(1)>"&' } })
    const { status, headers, text } = await ask('GET', path)
    expect(status).toBe(200)
    const policy = headers.get('content-security-policy')?.split('; ')
    expect(policy).toEqual(
      expect.arrayContaining([
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
      ]),
    )
    expect(Object.fromEntries(headers)).toMatchObject({
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'x-robots-tag': 'noindex, nofollow',
      'x-content-type-options': 'nosniff',
    })
    expect(text).not.toMatch(/\son\w+="|\sstyle=|<style|https?:/)
    const scripts = [...text.matchAll(/<script[^>]*>/g)].map(([tag]) => tag)
    expect(scripts).toEqual([
      expect.stringMatching(/^<script type="module" src="\/link-assets\/\w+\/main.js">$/),
      '<script id="words" type="application/json">',
    ])
    expect(text).not.toContain('<img')
    expect(text).toContain('&lt;/script&gt;&lt;img src=x')
    expect(text).toContain('<html lang="en">')
  })

  test('is complete in under 50 KB, unzipped, with the first QR', async () => {
    const { page, ask, steps, connection, url } = await startLinkWorld()
    const { path } = await page()
    const { text } = await ask('GET', path)
    const files = new Set([...text.matchAll(/(?:href|src)="(\/link-assets\/[^"]+)"/g)].map((match) => match[1] ?? ''))
    expect(files.size).toBe(6)
    let bytes = text.length
    for (const file of files) {
      const plain = await fetch(url + file, { headers: { 'accept-encoding': 'identity' } })
      expect(plain.headers.get('cache-control')).toContain('immutable')
      const body = Buffer.from(await plain.arrayBuffer())
      bytes += body.length
      const zipped = await fetch(url + file, { headers: { 'accept-encoding': 'gzip' } })
      expect(zipped.headers.get('content-encoding')).toBe('gzip')
      expect(Buffer.from(await zipped.arrayBuffer())).toEqual(body)
    }
    await ask('POST', `${path}/start`, qr)
    const stream = await steps(path)
    await (await connection(1)).qr('2@'.padEnd(240, 'x'))
    bytes += JSON.stringify(await stream.until('scan')).length
    expect(bytes).toBeLessThan(50_000)
    const [some = ''] = files
    expect((await ask('GET', some.replace(/assets\/\w+/, 'assets/0123'))).status).toBe(404)
  })

  test('speaks the language that it was made for, else the best of the browser’s', async () => {
    const { page, ask } = await startLinkWorld()
    const [fixed, free] = [await page({ locale: 'ru' }), await page()]
    const language = async (path: string, wished: string) =>
      /<html lang="([^"]+)"/.exec((await ask('GET', path, undefined, { 'accept-language': wished })).text)?.[1]
    expect(await language(fixed.path, 'pt-BR')).toBe('ru')
    for (const [wished, spoken] of [
      ['pt-PT,pt;q=0.9', 'pt-BR'],
      ['de-DE, zh-Hant;q=0.5, en;q=0.4', 'zh-CN'],
      ['in-ID', 'id'],
      ['en;q=0.1, es;q=0.9', 'es'],
      ['ru;q=0, id', 'id'],
      ['*', 'en'],
      [';;q=,,=', 'en'],
    ] as const)
      expect(await language(free.path, wished), wished).toBe(spoken)
  })

  test('unknown, expired, used and revoked are the same answer', async () => {
    const { page, ask, api, clock, steps, connection } = await startLinkWorld()
    const [expired, used, revoked] = [await page({ expiresIn: 60 }), await page(), await page()]
    await ask('POST', `${used.path}/start`, qr)
    await (await connection(1)).accepted('4915112345678')
    await api('DELETE', `/instances/${revoked.instance}/link-pages/${revoked.id}`)
    clock.advance(minute)
    const unknown = `/link/${'x'.repeat(43)}`
    const absent = await ask('GET', unknown)
    expect(absent.status).toBe(404)
    expect(absent.text).toContain('This link no longer works')
    for (const path of [expired.path, used.path, revoked.path, '/link/..', '/link/%00', `${used.path}?attempt=x`]) {
      const answer = await ask('GET', path)
      if (path !== '/link/..') expect([answer.status, answer.text], path).toEqual([404, absent.text])
    }
    for (const { path } of [expired, used, revoked, { path: unknown }]) {
      expect((await steps(path)).status).toBe(404)
      expect((await ask('POST', `${path}/start`, qr)).status).toBe(404)
    }
    const statuses = async ({ instance }: { instance: string }) =>
      (await api('GET', `/instances/${instance}/link-pages`)).body.items
    expect(await statuses(expired)).toMatchObject([{ status: 'expired' }])
    expect(await statuses(used)).toMatchObject([{ status: 'used' }])
    expect(await statuses(revoked)).toMatchObject([{ status: 'revoked' }])
  })

  test('other verbs are refused with those that are offered', async () => {
    const { page, ask } = await startLinkWorld()
    const { path } = await page()
    const answer = await ask('DELETE', path)
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'GET, HEAD'])
    expect((await ask('HEAD', path)).status).toBe(200)
  })

  test('its token is in no line of the log', async () => {
    const { page, ask, steps, log } = await startLinkWorld()
    const { path, token } = await page()
    await ask('GET', path)
    await ask('POST', `${path}/start`, { method: 'code', phone: '4915112345678' })
    await ask('POST', `${path}/start`, 'not json')
    const stream = await steps(path)
    await stream.next()
    stream.leave()
    await ask('GET', `${path}/nothing`)
    const lines = () => log.filter((line) => line.includes('/link/:token'))
    await expect.poll(() => lines().length).toBe(4)
    expect(log.join('')).not.toContain(token)
    expect(log.join('')).not.toContain('4915112345678')
  })
})

describe('who may act on the page', () => {
  const site = (value: string) => ({ 'sec-fetch-site': value })

  test.each([
    ['its own page', site('same-origin'), 202],
    ['its own page in an old browser', { origin: 'http://gateway.test' }, 202],
    ['another site', site('cross-site'), 403],
    ['a sibling site', site('same-site'), 403],
    ['an address that was typed', site('none'), 403],
    ['another site in an old browser', { origin: 'https://evil.example' }, 403],
    ['a page without an origin', { origin: 'null' }, 403],
    ['nobody who says so', {}, 403],
    ['another site that says it is not', { ...site('cross-site'), origin: 'http://gateway.test' }, 403],
  ])('a start from %s', async (_who, headers, status) => {
    const { page, url } = await startLinkWorld()
    const { path } = await page()
    const json = { 'content-type': 'application/json' }
    expect(await raw(`${url}${path}/start`, 'POST', { ...json, ...headers }, '{"method":"qr"}')).toBe(status)
  })

  test('a start that a form could send is refused', async () => {
    const { page, url, engine } = await startLinkWorld()
    const { path } = await page()
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x'])
      expect(await raw(`${url}${path}/start`, 'POST', { 'content-type': type, ...site('same-origin') }, '{}')).toBe(415)
    expect(engine.connections).toHaveLength(0)
  })

  test.each([['null'], ['[]'], ['{}'], ['{"method":"fax"}'], ['{'], ['{"method":{"a":1}}'], ['"qr"']])(
    'a start with the body %s is refused',
    async (body) => {
      const { page, ask } = await startLinkWorld()
      const { path } = await page()
      expect((await ask('POST', `${path}/start`, body)).status).toBe(400)
    },
  )

  test('a body longer than anybody types is refused', async () => {
    const { page, ask } = await startLinkWorld()
    const { path } = await page()
    expect((await ask('POST', `${path}/start`, { method: 'code', phone: '1'.repeat(2000) })).status).toBe(413)
  })

  test('another site cannot listen', async () => {
    const { page, steps } = await startLinkWorld()
    const { path } = await page()
    expect((await steps(path, '', site('cross-site'))).status).toBe(403)
  })

  test('starts are limited per page, and allowed again after a minute', async () => {
    const { page, ask, clock, engine } = await startLinkWorld()
    const [one, other] = [await page(), await page()]
    for (let at = 0; at < startsPerMinute; at++)
      expect((await ask('POST', `${one.path}/start`, { method: 'code', phone: `491511234567${at}` })).status).toBe(202)
    const refused = await ask('POST', `${one.path}/start`, qr)
    expect([refused.status, refused.body]).toEqual([429, { failure: 'too-often' }])
    expect(engine.connections).toHaveLength(startsPerMinute)
    expect((await ask('POST', `${other.path}/start`, qr)).status).toBe(202)
    clock.advance(minute)
    expect((await ask('POST', `${one.path}/start`, qr)).status).toBe(202)
  })

  test('so many may have it open, and no more', async () => {
    const { page, steps } = await startLinkWorld()
    const { path } = await page()
    const streams = []
    for (let at = 0; at < mostVisitors; at++) streams.push(await steps(path))
    expect(streams.map(({ status }) => status)).toEqual(streams.map(() => 200))
    expect((await steps(path)).status).toBe(429)
    streams[0]?.leave()
    await expect.poll(async () => (await steps(path)).status).toBe(200)
  })
})

describe('the steps', () => {
  test('go on from one attempt to the next, for everybody who watches', async () => {
    const { page, ask, steps, connection, api } = await startLinkWorld()
    const { path, instance } = await page()
    const [one, two] = [await steps(path), await steps(path)]
    for (const each of [one, two]) expect(await each.next()).toEqual({ id: '', data: { step: 'idle' } })
    await ask('POST', `${path}/start`, qr)
    const first = await connection(1)
    for (const each of [one, two]) await each.until('opening')
    await first.qr('2@one')
    for (const each of [one, two]) {
      const { data } = await each.until('scan')
      expect(data.png).toMatch(/^data:image\/png;base64,/)
      expect(data.expiresIn).toBeGreaterThan(10_000)
    }
    await first.qr('2@two')
    for (const each of [one, two]) await each.until('scan')
    await first.runsOut()
    for (const each of [one, two]) {
      expect((await each.until('failed')).data).toEqual({ step: 'failed', failure: 'expired' })
    }
    // Begun by somebody else altogether: they follow all the same.
    const started = api('POST', `/instances/${instance}/link`, qr)
    const second = await connection(2)
    await second.qr('2@three')
    await started
    const ids = [await one.until('scan'), await two.until('scan')].map(({ id }) => id)
    expect(new Set(ids).size).toBe(1)
    await second.accepted('4915112345678')
    for (const each of [one, two]) {
      expect((await each.until('linked')).data).toEqual({ step: 'linked', ending: '5678', returnUrl: null })
      expect(await each.next()).toBeUndefined()
    }
  })

  test('tell nothing that names the instance, the gateway or the whole number', async () => {
    const { page, ask, steps, connection } = await startLinkWorld()
    const { path, instance } = await page()
    await ask('POST', `${path}/start`, qr)
    const stream = await steps(path)
    const first = await connection(1)
    await first.qr('2@one')
    const seen = [await stream.until('scan')]
    await first.accepted('4915112345678')
    seen.push(await stream.until('linked'))
    expect(JSON.stringify(seen)).not.toMatch(new RegExp(`${instance}|491511234|hint|GANGWAY`))
  })

  test('a code is for the number that is expected, whatever the visitor writes', async () => {
    const { page, ask, connection, steps } = await startLinkWorld()
    const [known, free] = [await page({}, { phone: '6281234567890' }), await page()]
    await ask('POST', `${known.path}/start`, { method: 'code', phone: '4915112345678' })
    const intent = { kind: 'link', how: { method: 'code', phone: '6281234567890' } }
    expect((await connection(1)).intent).toEqual(intent)
    for (const phone of [undefined, '', '12', 'abc', '0151234567', `1${'2'.repeat(15)}`]) {
      const answer = await ask('POST', `${free.path}/start`, { method: 'code', ...(phone !== undefined && { phone }) })
      expect([answer.status, answer.body], phone).toEqual([400, { failure: 'phone' }])
    }
    await ask('POST', `${free.path}/start`, { method: 'code', phone: ' 00 62 (812) 3456\u20117890 ' })
    const second = await connection(2)
    expect(second.intent).toEqual(intent)
    await second.code('ABCD1234')
    const { data } = await (await steps(free.path)).until('type-code')
    expect(data).toMatchObject({ step: 'type-code', code: 'ABCD1234' })
  })

  test('a code lives on while nobody watches, as its reader is in WhatsApp on the same phone', async () => {
    const { page, ask, api, clock, connection } = await startLinkWorld()
    const [typing, scanning] = [await page(), await page()]
    await ask('POST', `${typing.path}/start`, { method: 'code', phone: '4915112345678' })
    await (await connection(1)).code('ABCD1234')
    await ask('POST', `${scanning.path}/start`, qr)
    await (await connection(2)).qr('2@one')
    clock.advance(2 * minute)
    const step = async ({ instance }: { instance: string }) =>
      (await api('GET', `/instances/${instance}/link`)).body.step
    await expect.poll(() => step(scanning)).toBe('failed')
    expect(await step(typing)).toBe('type-code')
    clock.advance(minute)
    await expect.poll(async () => (await connection(1)).closed).toBe(false)
  })

  test('who followed the attempt learns for an hour how it ended, and can do nothing more', async () => {
    const { page, ask, steps, connection, clock } = await startLinkWorld()
    const { path } = await page()
    await ask('POST', `${path}/start`, qr)
    const stream = await steps(path)
    const first = await connection(1)
    await first.qr('2@one')
    const { id } = await stream.until('scan')
    stream.leave()
    await first.accepted('4915112345678')
    expect((await ask('GET', `${path}?attempt=${id}`)).status).toBe(200)
    const linked = { step: 'linked', ending: '5678', returnUrl: null }
    expect((await (await steps(path, `?attempt=${id}`)).next())?.data).toEqual(linked)
    expect((await (await steps(path, '', { 'last-event-id': id })).next())?.data).toEqual(linked)
    expect((await steps(path, '?attempt=00000000-0000-4000-8000-000000000000')).status).toBe(404)
    expect((await ask('POST', `${path}/start?attempt=${id}`, qr)).status).toBe(409)
    clock.advance(60 * minute)
    expect((await ask('GET', `${path}?attempt=${id}`)).status).toBe(404)
  })

  test('end for everybody when the page is revoked, with the attempt that was begun on it', async () => {
    const { page, ask, steps, api, connection } = await startLinkWorld()
    const { path, instance, id } = await page()
    await ask('POST', `${path}/start`, qr)
    const stream = await steps(path)
    await (await connection(1)).qr('2@one')
    await stream.until('scan')
    expect((await api('DELETE', `/instances/${instance}/link-pages/${id}`)).status).toBe(204)
    await expect(stream.until('linked')).rejects.toThrow('the stream ended')
    expect((await api('GET', `/instances/${instance}/link`)).body.error).toMatchObject({ code: 'link-cancelled' })
    expect((await connection(1)).closed).toBe(true)
  })

  test('end when the page expires, unless a phone has scanned already', async () => {
    const { page, ask, steps, connection, clock } = await startLinkWorld()
    const { path } = await page({ expiresIn: 60 })
    await ask('POST', `${path}/start`, qr)
    const stream = await steps(path)
    await (await connection(1)).qr('2@one')
    await stream.until('scan')
    clock.advance(minute)
    await expect(stream.until('linked')).rejects.toThrow('the stream ended')
    await expect.poll(async () => (await connection(1)).closed).toBe(true)
  })

  test('revoking a page leaves an attempt alone that somebody else began', async () => {
    const { page, api, connection } = await startLinkWorld()
    const { instance, id } = await page()
    const started = api('POST', `/instances/${instance}/link`, qr)
    await (await connection(1)).qr('2@one')
    await started
    await api('DELETE', `/instances/${instance}/link-pages/${id}`)
    expect((await api('GET', `/instances/${instance}/link`)).body.step).toBe('scan')
    expect((await api('DELETE', `/instances/${instance}/link-pages/nothing`)).body.code).toBe('link-page-not-found')
  })
})
