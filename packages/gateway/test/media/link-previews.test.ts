import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { describe, expect, onTestFinished, test } from 'vitest'
import { openFolderStorage } from '#gateway/media/folder-storage.js'
import { createInspector } from '#gateway/media/inspector/inspector.js'
import { LinkPreviewReader } from '#gateway/media/link-previews/link-preview-reader.js'
import type { OutboundOptions } from '#gateway/outbound/create-outbound.js'
import { flood, openOutbound, startEndpoint, type Endpoint } from '../outbound/endpoint.js'
import { png } from './sample-files.js'

const never = new AbortController().signal
const head = (type = 'text/html; charset=utf-8'): string => `HTTP/1.1 200 OK\r\ncontent-type: ${type}\r\n\r\n`
const page = (inside: string): string => `${head()}<!doctype html><html><head>${inside}</head><body>x</body></html>`

async function startReader(options: Partial<OutboundOptions> = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'gangway-previews-'))
  const inspector = createInspector()
  onTestFinished(() => {
    inspector.close()
    rmSync(folder, { recursive: true, force: true })
  })
  const storage = await openFolderStorage(folder)
  const reader = new LinkPreviewReader({ outbound: openOutbound(options), storage, inspector })
  return { reader, leftOver: () => readdirSync(join(folder, 'scratch')) }
}

/** A site that answers each path with so many bytes. */
function site(pages: Record<string, string | Buffer>): Promise<Endpoint> {
  return startEndpoint((socket, request) => {
    const [, path = ''] = /^GET (\S+)/.exec(request) ?? []
    socket.end(pages[path] ?? 'HTTP/1.1 404 No\r\n\r\n')
  })
}

async function previewOf(answer: string | Buffer) {
  const endpoint = await site({ '/': answer })
  const { reader } = await startReader()
  return reader.preview(endpoint.url('/'), never)
}

test('a link is shown with what its page says of itself, and a small picture', async () => {
  const picture = await sharp({ create: { width: 400, height: 200, channels: 3, background: 'teal' } })
    .png()
    .toBuffer()
  const endpoint = await site({
    '/a': page(`
      <title>Not this</title>
      <meta name="description" content="nor this">
      <meta property="og:title" content="Shop &amp; Café">
      <meta property="og:description" content="Open
         daily">
      <meta property="og:image" content="/picture.png">`),
    '/picture.png': Buffer.concat([Buffer.from(head('text/plain')), picture]),
  })
  const { reader, leftOver } = await startReader()
  const url = endpoint.url('/a')
  const preview = await reader.preview(url, never)
  expect(preview).toMatchObject({ url, title: 'Shop & Café', description: 'Open daily' })
  const thumbnail = await sharp(Buffer.from(preview?.thumbnail ?? '', 'base64')).metadata()
  expect(thumbnail).toMatchObject({ format: 'jpeg', width: 100, height: 50 })
  expect(leftOver()).toEqual([])
  // Remembered for the next one who sends it.
  expect(await reader.preview(url, never)).toEqual(preview)
  expect(endpoint.requests).toHaveLength(2)
  expect(endpoint.requests[0]).toContain('accept: text/html')
})

test.each([
  ['a title alone', page('<title> Only \n a title </title>'), 'Only a title', null],
  ['older words', page('<title>T</title><meta name="Description" content="D">'), 'T', 'D'],
  ['no closed head', `${head()}<title>T</title><meta property=og:description content=D><p>`, 'T', 'D'],
  [
    'another charset',
    Buffer.concat([Buffer.from(`${head('text/html; charset=iso-8859-1')}<title>`), Buffer.from([0xe9])]),
    'é',
    null,
  ],
  [
    'its own charset',
    Buffer.concat([Buffer.from(`${head('text/html')}<meta charset="windows-1251"><title>`), Buffer.from([0xcf])]),
    'П',
    null,
  ],
  ['a charset that is none', `${head('text/html; charset=nonsense')}<title>T</title>`, 'T', null],
  ['markup in a title', page('<title><b>T</b></title>'), '<b>T</b>', null],
  ['a script that writes one', page('<script>document.write("<title>S</title>")</script><title>T</title>'), 'T', null],
  ['a title in the body', page('</head><body><title>T</title>'), null, null],
])('%s', async (_, answer, title, description) => {
  const preview = await previewOf(answer)
  if (title === null) expect(preview).toBeNull()
  else expect(preview).toMatchObject({ title, description, thumbnail: null })
})

test.each([
  ['nothing to show', page('')],
  ['a picture', `${head('image/png')}x`],
  ['a refusal', 'HTTP/1.1 500 No\r\n\r\n<title>T</title>'],
  ['nothing at all', ''],
])('a link to %s is shown as it is', async (_, answer) => {
  expect(await previewOf(answer)).toBeNull()
})

describe('hostile pages', () => {
  test.each([
    ['a title', '<title>', 'x'],
    ['a tag', '<title>T</title><meta content="', 'x'],
    ['attributes', '<title>T</title><meta ', 'a=b '],
    ['tags in each other', '<title>T</title>', '<div>'],
    ['entities', '<title>', '&amp;'],
    ['a comment', '<title>T</title><!--', '-'],
    ['metas', '<title>T</title>', '<meta property=og:title content=x>'],
    ['zeros', '<title>T</title>', '\0'],
  ])('%s without end cost half a megabyte at most', async (_, start, more) => {
    let taken: Promise<number> | undefined
    const endpoint = await startEndpoint((socket) => {
      taken = flood(socket, head() + start, more)
    })
    const { reader } = await startReader()
    const preview = await reader.preview(endpoint.url(), never)
    expect(preview?.title?.length).toBeLessThanOrEqual(300)
    expect(await taken).toBeLessThan(12 * 1024 * 1024)
  })

  test('F26: neither a page nor its picture is fetched from where nothing is to be had', async () => {
    const inside = await site({ '/': page('<title>Secret</title>') })
    const { reader: filtered } = await startReader({ allowPrivate: false })
    expect(await filtered.preview(inside.url(), never)).toBeNull()
    expect(inside.requests).toHaveLength(0)
    for (const image of [
      'file:///etc/passwd',
      'data:image/png;base64,AAAA',
      'http://[',
      'ftp://a.test/x',
      'http://endpoint.test:22/',
    ])
      expect(await previewOf(page(`<title>T</title><meta property="og:image" content="${image}">`))).toMatchObject({
        title: 'T',
        thumbnail: null,
      })
  })

  test('F31: a picture that is a bomb, too large, or none is left out, and nothing of it stays', async () => {
    const bomb = await png(14_000, 14_000)
    const endpoint = await site({
      '/bomb': page('<title>T</title><meta property="og:image" content="/bomb.png">'),
      '/bomb.png': Buffer.concat([Buffer.from(head('image/png')), bomb]),
      '/large': page('<title>T</title><meta property="og:image" content="/large.png">'),
      '/large.png': Buffer.concat([Buffer.from(head('image/png')), Buffer.alloc(6 * 1024 * 1024)]),
      '/svg': page('<title>T</title><meta property="og:image" content="/a.svg">'),
      '/a.svg': `${head('image/svg+xml')}<svg xmlns="http://www.w3.org/2000/svg"/>`,
      '/gone': page('<title>T</title><meta property="og:image" content="/nowhere">'),
    })
    const { reader, leftOver } = await startReader()
    for (const path of ['/bomb', '/large', '/svg', '/gone'])
      expect(await reader.preview(endpoint.url(path), never)).toMatchObject({ title: 'T', thumbnail: null })
    expect(leftOver()).toEqual([])
  })
})

test('a page that hangs is given up when the message goes, and looked at again for the next', async () => {
  const endpoint = await startEndpoint((socket) => {
    if (endpoint.requests.length > 1) socket.end(page('<title>T</title>'))
  })
  const { reader } = await startReader()
  const gone = new AbortController()
  const answer = reader.preview(endpoint.url(), gone.signal)
  await endpoint.received(1)
  gone.abort()
  expect(await answer).toBeNull()
  await endpoint.closed(1)
  expect(await reader.preview(endpoint.url(), never)).toMatchObject({ title: 'T' })
})

test('a crowd of pages that hang holds up nobody: what is too much goes without', async () => {
  const endpoint = await startEndpoint(() => undefined)
  const { reader } = await startReader()
  const gone = new AbortController()
  const hanging = Array.from({ length: 20 }, (_, at) => reader.preview(endpoint.url(`/${at}`), gone.signal))
  await endpoint.received(20)
  expect(await reader.preview(endpoint.url('/more'), never)).toBeNull()
  gone.abort()
  expect(new Set(await Promise.all(hanging))).toEqual(new Set([null]))
})
