import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import pino from 'pino'
import { Registry } from 'prom-client'
import sharp from 'sharp'
import { onTestFinished, expect, test } from 'vitest'
import { posterCommand, readPosterWish } from '#gateway/app/cli/poster.js'
import { buildHttpServer } from '#gateway/app/http/server.js'
import { nativeApi } from '#gateway/dialects/native/index.js'
import { decode } from '../qr/decoder.js'
import { newFolder } from '../store/sqlite-folder.js'
import { noonClock, publicUrl, startLinks } from './world.js'

interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly bytes: Buffer
  readonly body: Record<string, unknown>
}

/** The native API over the real core and store, on a real socket. */
async function startApi() {
  const world = await startLinks(noonClock())
  const { workspace } = await world.callerOf('shop')
  await world.core.access.admit(workspace, 'admin-key', 'admin')
  const server = buildHttpServer({
    gateway: world.core.gateway,
    dialects: [nativeApi({ version: '0.1.0', publicUrl, clock: world.clock })],
    logger: pino({ level: 'silent' }),
    checks: {},
    metrics: new Registry(),
    version: '0.1.0',
    publicUrl,
  })
  const url = await server.listen({ port: 0, host: '127.0.0.1' })
  onTestFinished(() => server.close())
  const call = async (method: string, path: string, body?: unknown, headers: object = {}): Promise<Answer> => {
    const type = typeof body === 'string' ? 'text/csv' : 'application/json'
    const response = await fetch(`${url}/api/v1${path}`, {
      method,
      headers: {
        authorization: 'Bearer admin-key',
        ...(body === undefined ? {} : { 'content-type': type }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
    const bytes = Buffer.from(await response.arrayBuffer())
    const json = response.headers.get('content-type')?.includes('json') === true
    const parsed = json ? (JSON.parse(bytes.toString()) as Record<string, unknown>) : {}
    return { status: response.status, headers: response.headers, bytes, body: parsed }
  }
  const make = async (more: object = {}) =>
    (await call('POST', '/message-links', { phone: '+49 151 12345678', text: 'Hello', ...more })).body
  return { ...world, url, call, make }
}

test('a link is made, read, changed and deleted', async () => {
  const { call, make } = await startApi()
  const logo = await sharp({ create: { width: 9, height: 9, channels: 3, background: '#25d366' } })
    .png()
    .toBuffer()
  const made = await make({
    name: 'Window',
    tags: ['spring'],
    expiresAt: '2026-04-01T00:00:00+02:00',
    fallback: { title: 'Closed', text: 'Until spring' },
    style: { dark: '#075E54' },
    logo: logo.toString('base64'),
  })
  expect(made).toMatchObject({
    phone: '4915112345678',
    network: 'whatsapp',
    instance: null,
    issuer: 'gateway',
    url: `${publicUrl}/l/${String(made.code)}`,
    image: { png: `${publicUrl}/l/${String(made.code)}.png?v=1`, svg: `${publicUrl}/l/${String(made.code)}.svg?v=1` },
    expiresAt: '2026-03-31T22:00:00.000Z',
    style: { size: 600, margin: 4, dark: '#075e54', light: '#ffffff', level: 'M' },
    hasLogo: true,
    scans: 0,
    conversations: 0,
    conversion: null,
  })
  const path = `/message-links/${String(made.id)}`
  expect((await call('GET', path)).body).toEqual(made)
  const changed = await call('PATCH', path, { text: 'Bye', expiresAt: null, logo: null })
  expect(changed.body).toMatchObject({ code: made.code, text: 'Bye', expiresAt: null, hasLogo: false, version: 2 })
  expect((await call('DELETE', path)).status).toBe(204)
  expect((await call('GET', path)).body.code).toBe('message-link-not-found')
})

test.each([
  ['phone', { phone: 'not a number' }],
  ['text', { text: '' }],
  ['text', { text: 7 }],
  ['expiresAt', { expiresAt: 'tomorrow' }],
  ['expiresAt', { expiresAt: '2026-13-01' }],
  ['logo', { logo: '!!' }],
  ['logo', { logo: Buffer.from('<svg/>').toString('base64') }],
  ['style.dark', { style: { dark: '#fff' } }],
  ['style.size', { style: { size: 1 } }],
  ['url', { url: 'https://evil.example' }],
  ['fallback.url', { fallback: { title: 'x', text: 'y', url: 'https://evil.example' } }],
])('a wrong %s is named, and nothing is made', async (field, more) => {
  const { call, make } = await startApi()
  expect(await make(more)).toMatchObject({ code: 'bad-request', field })
  expect((await call('GET', '/message-links')).body).toEqual({ items: [], next: null })
})

test('lists are filtered and go on where the page before ended', async () => {
  const { call, make } = await startApi()
  for (const name of ['a', 'b', 'c']) await make({ name, tags: [name === 'a' ? 'x' : 'y'], enabled: name !== 'b' })
  const names = async (query: string) => {
    const { items, next } = (await call('GET', `/message-links?${query}`)).body
    return [(items as { name: string }[]).map(({ name }) => name).join(), next]
  }
  expect(await names('limit=2')).toEqual(['c,b', 2])
  expect(await names('limit=2&after=2')).toEqual(['a', null])
  expect(await names('tag=y')).toEqual(['c,b', null])
  expect(await names('enabled=false')).toEqual(['b', null])
  expect(await names('phone=4915112345678&search=A')).toEqual(['a', null])
  expect((await call('GET', '/message-links?enabled=maybe')).body).toMatchObject({
    code: 'bad-request',
    field: 'enabled',
  })
  const unknown = '00000000-0000-4000-8000-000000000000'
  expect((await call('GET', `/message-links?instance=${unknown}`)).body.code).toBe('instance-not-found')
})

test('images are read back, the same for the same, and not sent again to whoever has them', async () => {
  const { call, make } = await startApi()
  const { id, url } = await make()
  const path = `/message-links/${String(id)}/image`
  const png = await call('GET', `${path}.png?size=300&dark=%23075E54`)
  expect(png.headers.get('content-type')).toBe('image/png')
  expect(await decode(png.bytes)).toMatchObject({ text: url })
  const svg = await call('GET', `${path}.svg`)
  expect(await decode(svg.bytes.toString())).toMatchObject({ text: url })
  expect((await call('GET', `${path}.pdf`)).bytes.toString('latin1', 0, 5)).toBe('%PDF-')
  const tag = svg.headers.get('etag') ?? ''
  const again = await call('GET', `${path}.svg`, undefined, { 'if-none-match': tag })
  expect([again.status, again.bytes.length]).toEqual([304, 0])
  await call('PATCH', `/message-links/${String(id)}`, { style: { dark: '#111111' } })
  expect((await call('GET', `${path}.svg`, undefined, { 'if-none-match': tag })).status).toBe(200)
  expect((await call('GET', `${path}.png?dark=%23fff`)).body).toMatchObject({
    code: 'bad-request',
    field: 'style.dark',
  })
})

test('an archive holds the image of each link, under names that stay where it is opened', async () => {
  const { call, make } = await startApi()
  const links = [await make({ name: '../../etc/passwd' }), await make({ name: 'Tisch 7 – Fenster' }), await make()]
  const { bytes, headers } = await call('GET', '/message-links/images.zip?format=svg')
  expect(headers.get('content-type')).toBe('application/zip')
  const files = filesOf(bytes)
  const codes = links.map(({ code }) => String(code))
  expect(files.map(({ name }) => name)).toEqual([
    `${codes[2]}.svg`,
    `Tisch-7-Fenster-${codes[1]}.svg`,
    `etc-passwd-${codes[0]}.svg`,
  ])
  const read = await Promise.all(files.map(async ({ content }) => (await decode(content.toString()))?.text))
  expect(read).toEqual(links.map(({ url }) => url).reverse())
})

/** By the directory at the end of an archive (APPNOTE 4.3.12); its files are stored as they are. */
function filesOf(zip: Buffer): { name: string; content: Buffer }[] {
  const files: { name: string; content: Buffer }[] = []
  const [entry, end] = [Buffer.from('PK\x01\x02'), Buffer.from('PK\x05\x06')]
  const directory = zip.readUInt32LE(zip.lastIndexOf(end) + 16)
  for (let at = directory; zip.subarray(at, at + 4).equals(entry);) {
    const [size, names, extra, start] = [24, 28, 30, 42].map((offset) =>
      offset === 24 || offset === 42 ? zip.readUInt32LE(at + offset) : zip.readUInt16LE(at + offset),
    ) as [number, number, number, number]
    const data = start + 30 + zip.readUInt16LE(start + 26) + zip.readUInt16LE(start + 28)
    const name = zip.toString('utf8', at + 46, at + 46 + names)
    files.push({ name, content: zip.subarray(data, data + size) })
    at += 46 + names + extra + zip.readUInt16LE(at + 32)
  }
  return files
}

test('a file makes many links, and says of each row that it could not', async () => {
  const { call } = await startApi()
  const csv =
    '\ufeffphone,text,name,tags\r\n+49 151 1,Hello,,\r\n'.replace('+49 151 1', '+49 151 12345678') +
    '4915112345678,"Hello, ""table"" 2\nplease",Table 2,tables; inside\n' +
    `4915112345678,${'x'.repeat(600)},Table 3,tables\n`
  const begun = await call('POST', '/message-link-imports', csv)
  expect([begun.status, begun.body.total]).toEqual([202, 3])
  const path = `/message-link-imports/${String(begun.body.id)}`
  await expect.poll(async () => (await call('GET', path)).body).toMatchObject({ state: 'done', made: 2 })
  expect((await call('GET', path)).body.failures).toEqual([{ row: 5, why: expect.stringMatching(/^text: /) as string }])
  expect((await call('GET', '/message-links?tag=inside')).body.items).toMatchObject([
    { text: 'Hello, "table" 2\nplease', name: 'Table 2', tags: ['tables', 'inside'] },
  ])
})

test.each([
  ['body', ''],
  ['body', 'phone,texts\n1,2'],
  ['body', 'phone\n4915112345678'],
  ['body', 'phone,text,text\n1,2,3'],
  ['body', 'phone,text\n4915112345678,"open'],
  ['body', 'phone,text\n1,2,3'],
  ['line 2.phone', 'phone,text\nhello,hi'],
  ['line 3.reference', 'phone,text,reference\n4915112345678,hi,code\n4915112345678,hi,Code'],
  ['line 2.expiresAt', 'phone,text,expiresAt\n4915112345678,hi,soon'],
])('a file that cannot be read makes nothing and names %s', async (field, csv) => {
  const { call } = await startApi()
  const { status, body } = await call('POST', '/message-link-imports', csv)
  expect([status, body.code, body.field]).toEqual([400, 'bad-request', field])
  expect((await call('GET', '/message-links')).body.items).toEqual([])
})

test('statistics tell scans, people and what followed', async () => {
  const { call, make, links, clock } = await startApi()
  const { id, code } = await make()
  for (const address of ['a', 'a', 'b']) await links.open(String(code), { address, agent: 'x' })
  clock.advance(50)
  const path = `/message-links/${String(id)}/statistics`
  await expect.poll(async () => (await call('GET', path)).body.scans).toBe(3)
  expect((await call('GET', `${path}?by=day`)).body).toEqual({
    items: [{ at: '2026-03-01T00:00:00.000Z', scans: 3, conversations: 0, visitors: 2 }],
    scans: 3,
    conversations: 0,
    conversion: 0,
  })
  expect((await call('GET', `${path}?from=2026-03-02&to=2026-03-01`)).body).toMatchObject({ field: 'to' })
})

test('settings hold for links that say nothing of their own', async () => {
  const { call, make } = await startApi()
  expect((await call('GET', '/message-link-settings')).body).toEqual({ rotateOnUpdate: false, reference: 'marker' })
  await call('PATCH', '/message-link-settings', { reference: 'code' })
  expect((await make()).reference).toBe('code')
})

test('a number at Meta is attached without its token ever being shown', async () => {
  const { call, make } = await startApi()
  const number = { phone: '4915112345678', phoneNumberId: '106540352242922', token: 'EAAGm0PX4ZCpsBA' }
  const attached = await call('POST', '/meta-numbers', number)
  const listed = await call('GET', '/meta-numbers')
  for (const { bytes } of [attached, listed]) expect(bytes.toString()).not.toContain(number.token)
  expect(listed.body.items).toEqual([attached.body])
  expect(await make()).toMatchObject({
    issuer: 'meta',
    url: expect.stringMatching(/^https:\/\/wa\.me\/message\//) as string,
  })
  expect((await call('DELETE', `/meta-numbers/${number.phone}`)).status).toBe(204)
  expect((await call('DELETE', `/meta-numbers/${number.phone}`)).body.code).toBe('meta-number-not-found')
})

test('gangway poster makes a link and a page to hang up in one go', async () => {
  const { url, call } = await startApi()
  const out = join(newFolder(), 'window.pdf')
  const words = ['+49 151 12345678', 'Hello', '--name', 'Window', '--out', out, '--url', url, '--key', 'admin-key']
  await posterCommand.run(words)
  const [link] = (await call('GET', '/message-links')).body.items as { id: string; name: string }[]
  expect(link?.name).toBe('Window')
  const shown = await call('GET', `/message-links/${String(link?.id)}/image.pdf`)
  expect(await readFile(out)).toEqual(shown.bytes)
  expect(() => readPosterWish(['+49 151 12345678'])).toThrow("'poster' is followed by: <phone> <text>")
})
