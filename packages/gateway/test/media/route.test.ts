import { randomBytes } from 'node:crypto'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import pino from 'pino'
import { Registry } from 'prom-client'
import { describe, expect, onTestFinished, test } from 'vitest'
import { buildHttpServer } from '#gateway/app/http/server.js'
import { newMediaId } from '#gateway/core/identifiers.js'
import { contentDisposition, contentType } from '#gateway/web/media/disposition.js'
import { readRange } from '#gateway/web/media/range.js'
import { newFile, photo } from './media-store-contract.js'
import { chunks, startMediaWorld } from './world.js'

async function startServed() {
  const world = await startMediaWorld()
  const lines: string[] = []
  const server = buildHttpServer({
    gateway: world.core.gateway,
    dialects: [],
    logger: pino({ level: 'trace' }, { write: (line: string) => lines.push(line) }),
    checks: {},
    metrics: new Registry(),
    version: '0',
    publicUrl: 'http://gateway.test',
  })
  const url = await server.listen({ port: 0, host: '127.0.0.1' })
  onTestFinished(() => server.close())
  const instance = await world.linked()
  return {
    ...world,
    instance,
    lines,
    port: Number(new URL(url).port),
    get: (path: string, headers: Record<string, string> = {}, method = 'GET') => fetch(url + path, { headers, method }),
    upload: (bytes: Buffer | string, name: string | null = null) =>
      world.core.gateway.media.upload(world.caller, instance, chunks(bytes), { name, mimetype: null }),
  }
}

const said = (response: Response, ...names: string[]) => names.map((name) => response.headers.get(name))

describe('a file at its address', () => {
  test('comes whole, with what it is and how to keep it, under any name behind its id', async () => {
    const { upload, get } = await startServed()
    const bytes = randomBytes(300_000)
    const { id, sha256 } = await upload(bytes, 'é.bin')
    for (const path of [`/media/${id}`, `/media/${id}/photo.jpg`, `/media/${id}/a/b?c=d`]) {
      const response = await get(path)
      expect(response.status).toBe(200)
      expect(Buffer.from(await response.arrayBuffer()).equals(bytes)).toBe(true)
      expect(
        said(
          response,
          'content-type',
          'content-length',
          'etag',
          'accept-ranges',
          'cache-control',
          'content-disposition',
        ),
      ).toEqual([
        'application/octet-stream',
        '300000',
        `"${sha256 ?? ''}"`,
        'bytes',
        'private, max-age=600, immutable',
        `attachment; filename="_.bin"; filename*=UTF-8''%C3%A9.bin`,
      ])
      expect(
        said(
          response,
          'x-content-type-options',
          'content-security-policy',
          'cross-origin-resource-policy',
          'x-robots-tag',
          'referrer-policy',
        ),
      ).toEqual(['nosniff', "sandbox; default-src 'none'", 'cross-origin', 'noindex, nofollow', 'no-referrer'])
    }
  })

  test('is not sent again to whoever has it, and HEAD tells all but the bytes', async () => {
    const { upload, get } = await startServed()
    const { id, sha256 } = await upload('hello')
    const known = await get(`/media/${id}`, { 'if-none-match': `"x", W/"${sha256 ?? ''}"` })
    expect([known.status, await known.text()]).toEqual([304, ''])
    expect((await get(`/media/${id}`, { 'if-none-match': '"x"' })).status).toBe(200)
    const head = await get(`/media/${id}`, {}, 'HEAD')
    expect([head.status, ...said(head, 'content-length', 'content-type'), await head.text()]).toEqual([
      200,
      '5',
      'text/plain; charset=utf-8',
      '',
    ])
  })

  test('comes in parts, as players ask for it', async () => {
    const { upload, get } = await startServed()
    const { id } = await upload('0123456789')
    const part = async (range: string) => {
      const response = await get(`/media/${id}`, { range })
      return [response.status, ...said(response, 'content-range', 'content-length'), await response.text()]
    }
    expect(await part('bytes=2-4')).toEqual([206, 'bytes 2-4/10', '3', '234'])
    expect(await part('bytes=7-')).toEqual([206, 'bytes 7-9/10', '3', '789'])
    expect(await part('bytes=-2')).toEqual([206, 'bytes 8-9/10', '2', '89'])
    expect(await part('bytes=8-99999')).toEqual([206, 'bytes 8-9/10', '2', '89'])
    expect(await part('bytes=10-')).toEqual([416, 'bytes */10', '0', ''])
    expect(await part('bytes=5-2')).toEqual([200, null, '10', '0123456789'])
    expect(await part('bytes=0-1,3-4')).toEqual([200, null, '10', '0123456789'])
    expect(await part('pages=1-2')).toEqual([200, null, '10', '0123456789'])
  })

  test('that came with a message is brought here for it', async () => {
    const { get, engine, receive, instance } = await startServed()
    const file = newFile({ handle: 'h', mimetype: 'image/jpeg', name: null })
    engine.held.set('h', Buffer.from('jpeg'))
    await receive(instance, photo(file))
    const response = await get(`/media/${file.id}`)
    expect([response.status, await response.text(), ...said(response, 'content-type', 'content-disposition')]).toEqual([
      200,
      'jpeg',
      'image/jpeg',
      'inline',
    ])
  })

  test('F38: a page or a drawing is saved, and never runs as this site', async () => {
    const { get, upload, engine, receive, instance } = await startServed()
    const page = await upload('<!doctype html><script>alert(1)</script>', 'a.html')
    const file = newFile({ handle: 'h', mimetype: 'image/svg+xml', name: 'a.svg' })
    engine.held.set('h', Buffer.from('<svg onload="alert(1)"/>'))
    await receive(instance, photo(file))
    for (const id of [page.id, file.id]) {
      const response = await get(`/media/${id}`)
      expect(response.headers.get('content-disposition')).toMatch(/^attachment; /)
      expect(said(response, 'x-content-type-options', 'content-security-policy')).toEqual([
        'nosniff',
        "sandbox; default-src 'none'",
      ])
    }
  })
})

describe('no file at an address', () => {
  test('unknown, expired and removed ones are told apart by nothing', async () => {
    const { get, upload, store, clock } = await startServed()
    const { id } = await upload('x')
    clock.advance(86_400_000)
    const long = { receivedBefore: clock.now(), uploadedBefore: clock.now(), unsettledBefore: clock.now() }
    await store.media.expire(long, { allBut: [] })
    const answers = await Promise.all(
      [id, newMediaId(), 'x', `${newMediaId()}/a.jpg`].map(async (path) => {
        const response = await get(`/media/${path}`)
        const { date: _, ...headers } = Object.fromEntries(response.headers)
        return JSON.stringify([response.status, headers, await response.text()])
      }),
    )
    expect(new Set(answers).size).toBe(1)
    expect(answers[0]).toContain('[404,')
    expect(answers[0]).toContain('no-store')
  })

  test('F38: no path leads out of the folder, or to anything but a file by its id', async () => {
    const { port, upload } = await startServed()
    const { id } = await upload('x')
    const paths = [
      '/media/../../../../etc/passwd',
      '/media/..%2f..%2f..%2fetc%2fpasswd',
      '/media/%2e%2e/%2e%2e/etc/passwd',
      '/media/%252e%252e%252fetc%252fpasswd',
      '/media/....//....//etc/passwd',
      '/media/..\\..\\etc\\passwd',
      '/media/..%5c..%5cetc%5cpasswd',
      '/media/%c0%ae%c0%ae/etc/passwd',
      '/media/%00',
      `/media/${id}%00.jpg`,
      `/media/${id}%2f..%2f..%2fsecret-key`,
      '/media//etc/passwd',
      '/media/scratch',
      '/media/scratch/x',
      `/media/${'a'.repeat(400)}`,
      `/media/${'../'.repeat(100)}etc/passwd`,
      '/media/gangway.db',
    ]
    for (const path of paths) {
      const answer = await raw(port, path)
      expect(answer, path).toMatch(/^HTTP\/1\.1 404 /)
      expect(answer).not.toMatch(/root:|SQLite/)
    }
    expect(await raw(port, `/media/${id}/../../secret-key`)).toMatch(/^HTTP\/1\.1 200 [^]*\r\n\r\nx$/)
  })

  test('one that WhatsApp does not have any more is gone, and one that cannot be had now may be later', async () => {
    const { get, receive, disconnect, instance } = await startServed()
    const [gone, away] = [newFile({ handle: 'gone' }), newFile({ handle: 'away' })]
    await receive(instance, photo(gone))
    await receive(instance, photo(away))
    const first = await get(`/media/${gone.id}`)
    expect([first.status, await first.text()]).toEqual([410, 'WhatsApp does not have the file any more.'])
    await disconnect(instance)
    const second = await get(`/media/${away.id}`)
    expect([second.status, second.headers.get('retry-after')]).toEqual([503, '30'])
  })

  test('other verbs are not offered', async () => {
    const { get } = await startServed()
    const response = await get(`/media/${newMediaId()}`, {}, 'DELETE')
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET, HEAD'])
  })
})

test('no line of the log holds an id, whatever becomes of it', async () => {
  const { get, upload, lines } = await startServed()
  const { id } = await upload('hello', 'secret-name.txt')
  const unknown = newMediaId()
  await (await get(`/media/${id}`)).text()
  await (await get(`/media/${unknown}`)).text()
  await (await get(`/media/${id}`, { range: 'bytes=99-' })).text()
  expect(lines.filter((line) => line.includes('/media/:media'))).toHaveLength(3)
  for (const secret of [id, unknown, 'secret-name']) expect(lines.join('\n')).not.toContain(secret)
})

test('whoever hangs up in the middle leaves nothing open', async () => {
  const { upload, port, get } = await startServed()
  const { id } = await upload(randomBytes(20_000_000))
  const socket = connect(port, '127.0.0.1')
  socket.write(`GET /media/${id} HTTP/1.1\r\nhost: a\r\n\r\n`)
  await new Promise((resolve) => socket.once('data', resolve))
  socket.destroy()
  expect((await (await get(`/media/${id}`)).arrayBuffer()).byteLength).toBe(20_000_000)
})

test.each([
  ['bytes=0-0', { from: 0, to: 0 }],
  ['bytes=5-', { from: 5 }],
  ['bytes=-5', { from: -5 }],
  ['bytes = 1 - 2', { from: 1, to: 2 }],
  ['bytes=-', undefined],
  ['bytes=2-1', undefined],
  ['bytes=a-b', undefined],
  ['bytes=1-2,3-4', undefined],
  ['bytes=99999999999999999999-', undefined],
  [undefined, undefined],
])('the range %j is %j', (header, range) => {
  expect(readRange(header)).toEqual(range)
})

test.each([
  ['image/jpeg', 'a.jpg', `inline; filename="a.jpg"; filename*=UTF-8''a.jpg`],
  ['IMAGE/PNG; x=y', null, 'inline'],
  ['image/svg+xml', null, 'attachment'],
  ['text/html', null, 'attachment'],
  ['application/xhtml+xml', null, 'attachment'],
  ['application/pdf', null, 'inline'],
  ['video/mp4', null, 'inline'],
  ['audio/ogg; codecs=opus', null, 'inline'],
  ['nonsense', null, 'attachment'],
  ['a/b', '"\r\nx-evil: 1', `attachment; filename="___x-evil: 1"; filename*=UTF-8''%22%0D%0Ax-evil%3A%201`],
  ['a/b', "'(*)%\\", `attachment; filename="'(*)__"; filename*=UTF-8''%27%28%2A%29%25%5C`],
  ['a/b', '\ud800', `attachment; filename="_"; filename*=UTF-8''%EF%BF%BD`],
])('%s called %j is shown or saved as %s', (mimetype, name, header) => {
  expect(contentDisposition(mimetype, name)).toBe(header)
})

test.each([
  ['audio/ogg; codecs=opus', 'audio/ogg; codecs=opus'],
  ['text/plain', 'text/plain; charset=utf-8'],
  ['image/jpeg\r\nx-evil: 1', 'application/octet-stream'],
  ['image/jpeg; x="\r\n"', 'image/jpeg'],
  ['', 'application/octet-stream'],
])('what a sender calls %j is sent as %s', (mimetype, type) => {
  expect(contentType(mimetype)).toBe(type)
})

/** A path as no client would send it. */
async function raw(port: number, path: string): Promise<string> {
  const socket = connect(port, '127.0.0.1')
  socket.write(`GET ${path} HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n`)
  return text(socket)
}
