import { createHash, randomBytes } from 'node:crypto'
import { readdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import sharp from 'sharp'
import { describe, expect, test } from 'vitest'
import type { Caller } from '#gateway/core/access/access.js'
import { GatewayError } from '#gateway/core/errors/gateway-error.js'
import { mediaKey, newMediaId } from '#gateway/core/identifiers.js'
import type { MediaId } from '#gateway/core/ids.js'
import { MediaRetention, usualMediaLimits } from '#gateway/core/media/media-retention.js'
import { flood, moment, startEndpoint } from '../outbound/endpoint.js'
import { newFile, photo } from './media-store-contract.js'
import { chunks, settled, startMediaWorld, type MediaWorld } from './world.js'

const sha256 = (bytes: Uint8Array | string): string => createHash('sha256').update(bytes).digest('hex')
const noClaim = { name: null, mimetype: null }
const ignore = (): void => undefined
const mebibyte = 1024 * 1024
const day = 86_400_000

/** Files under the folder, those in the making too. */
const kept = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
    (name) => statSync(join(folder, name), { throwIfNoEntry: false })?.isFile() === true,
  )

const isKept = (world: MediaWorld, id: MediaId): Promise<boolean> =>
  Promise.resolve(kept(world.folder).some((name) => name.endsWith(mediaKey(id))))

async function read(world: MediaWorld, id: string, range?: { from: number; to?: number }): Promise<string> {
  return text((await world.core.gateway.media.open(id, range)).bytes)
}

describe('uploading', () => {
  test('a file is told by its bytes, and is read again byte for byte by whoever knows its id', async () => {
    const world = await startMediaWorld()
    const id = await world.linked()
    const { media } = world.core.gateway
    const file = await media.upload(world.caller, id, chunks('hel', 'lo'), { name: 'a.csv', mimetype: null })
    expect(file).toEqual({
      id: expect.stringMatching(/^[\w-]{43}$/) as string,
      name: 'a.csv',
      mimetype: 'text/csv',
      size: 5,
      sha256: sha256('hello'),
    })
    expect(await read(world, file.id)).toBe('hello')
    expect(await media.get(world.caller, id, file.id)).toEqual(file)
    expect(media.url(file.id)).toBe(`http://gateway.test/media/${file.id}`)
    expect(kept(world.folder)).toHaveLength(1)
  })

  test('a picture has a small copy, and what is none has not', async () => {
    const world = await startMediaWorld()
    const id = await world.linked()
    const { media } = world.core.gateway
    const picture = await sharp({ create: { width: 400, height: 200, channels: 3, background: 'teal' } })
      .png()
      .toBuffer()
    const { id: kept } = await media.upload(world.caller, id, Readable.from([picture]), noClaim)
    const small = await sharp(Buffer.from(await media.thumbnail(world.caller, id, kept), 'base64')).metadata()
    expect(small).toMatchObject({ format: 'jpeg', width: 100, height: 50 })
    const { id: other } = await media.upload(world.caller, id, chunks('hello'), noClaim)
    await expect(media.thumbnail(world.caller, id, other)).rejects.toMatchObject({ code: 'bad-request' })
    const stranger = await world.linked()
    await expect(media.thumbnail(world.caller, stranger, kept)).rejects.toMatchObject({ code: 'media-not-found' })
  })

  test.each([
    ['from the front', { from: 0, to: 1 }, '01', 0, 1],
    ['to the end', { from: 7 }, '789', 7, 9],
    ['past the end', { from: 8, to: 100 }, '89', 8, 9],
    ['from the end', { from: -3 }, '789', 7, 9],
    ['more than there is from the end', { from: -30 }, '0123456789', 0, 9],
  ])('a part of it is read %s', async (_, range, contents, from, to) => {
    const world = await startMediaWorld()
    const { id } = await world.core.gateway.media.upload(
      world.caller,
      await world.linked(),
      chunks('0123456789'),
      noClaim,
    )
    const file = await world.core.gateway.media.open(id, range)
    expect(file).toMatchObject({ from, to, file: { size: 10 } })
    expect(await text(file.bytes)).toBe(contents)
    await expect(world.core.gateway.media.open(id, { from: 10 })).rejects.toMatchObject({ field: 'range' })
  })

  test('an empty file, one that breaks off, and one of 100 MiB and a byte are refused and leave nothing', async () => {
    const world = await startMediaWorld()
    const id = await world.linked()
    const upload = (bytes: AsyncIterable<Uint8Array>) =>
      world.core.gateway.media.upload(world.caller, id, bytes, noClaim)
    await expect(upload(chunks())).rejects.toMatchObject({ code: 'bad-request', field: 'file' })
    await expect(upload(chunks(''))).rejects.toMatchObject({ code: 'bad-request', field: 'file' })
    async function* broken() {
      yield* chunks('half')
      throw new Error('the client went away')
    }
    await expect(upload(broken())).rejects.toMatchObject({ code: 'bad-request', field: 'file' })
    const block = Buffer.alloc(mebibyte)
    async function* many(blocks: number, last: string) {
      for (let at = 0; at < blocks; at++) yield await Promise.resolve(block)
      yield Buffer.from(last)
    }
    await expect(upload(many(100, 'x'))).rejects.toMatchObject({ code: 'content-too-large' })
    expect(kept(world.folder)).toEqual([])
    expect(await upload(many(99, 'x'))).toMatchObject({ size: 99 * mebibyte + 1 })
  })

  test('F38: a name is kept without folders and without what no name has, and is no part of any path', async () => {
    const names = [
      ['../../etc/passwd', 'passwd'],
      ['C:\\temp\\a.txt', 'a.txt'],
      ['..', null],
      ['a\0b\r\n.txt', 'ab.txt'],
      ['\u202Etxt.exe', 'txt.exe'],
      ['', null],
      [`${'x'.repeat(300)}.jpg`, `${'x'.repeat(251)}.jpg`],
      ['año 日本.pdf', 'año 日本.pdf'],
    ] as const
    const world = await startMediaWorld()
    const id = await world.linked()
    for (const [name, shown] of names) {
      const claim = { name, mimetype: null }
      const file = await world.core.gateway.media.upload(world.caller, id, chunks('x'), claim)
      expect(file.name).toBe(shown)
      expect(kept(world.folder)).toContain(join(mediaKey(file.id).slice(0, 2), mediaKey(file.id)))
    }
    expect(kept(world.folder)).toHaveLength(names.length)
  })

  test('files of one instance are not had by way of another, and strangers have neither', async () => {
    const world = await startMediaWorld()
    const [one, other, stranger] = [await world.linked(), await world.linked(), await world.newCaller()]
    const { media } = world.core.gateway
    const { id } = await media.upload(world.caller, one, chunks('x'), noClaim)
    await expect(media.get(world.caller, other, id)).rejects.toMatchObject({ code: 'media-not-found' })
    await expect(media.get(stranger, one, id)).rejects.toMatchObject({ code: 'instance-not-found' })
    await expect(media.upload(stranger, one, chunks('x'), noClaim)).rejects.toMatchObject({
      code: 'instance-not-found',
    })
  })

  test('F38: what is no id of a file is no file, and asks nothing of the disk', async () => {
    const { media } = (await startMediaWorld()).core.gateway
    const ids = ['', 'x', '../../etc/passwd', 'a'.repeat(42), `${'a'.repeat(43)}\0`, '%2e%2e%2f', newMediaId()]
    for (const id of ids) await expect(media.open(id)).rejects.toMatchObject({ code: 'media-not-found' })
  })
})

describe('fetching', () => {
  const fetched = async (answer: string, more: { path?: string; name?: string; mimetype?: string } = {}) => {
    const endpoint = await startEndpoint((socket) => socket.end(answer))
    const world = await startMediaWorld()
    const claimed = { name: more.name ?? null, mimetype: more.mimetype ?? null }
    const id = await world.linked()
    return world.core.gateway.media.fetch(world.caller, id, endpoint.url(more.path), claimed)
  }
  const ok = (...headers: string[]): string => ['HTTP/1.1 200 OK', ...headers, '', 'a;b'].join('\r\n')

  test.each([
    ['as its address ends', '/files/t%C3%A4st.csv?x=y', ok(), 'täst.csv'],
    ['as its server says', '/x', ok('content-disposition: attachment; filename="a b.csv"'), 'a b.csv'],
    [
      'as its server says in UTF-8',
      '/x',
      ok("content-disposition: x; filename=a; filename*=UTF-8''%C3%A9.csv"),
      'é.csv',
    ],
    ['without the folders', '/x', ok('content-disposition: x; filename="../../é.csv"'), 'Ã©.csv'],
    ['not at all', '/', ok(), null],
    ['not by what is no encoding', '/%E0%A4%A', ok(), null],
  ])('a file is called %s', async (_, path, answer, name) => {
    expect(await fetched(answer, { path })).toMatchObject({ name, size: 3, sha256: sha256('a;b') })
  })

  test('what the caller says comes before what the server says', async () => {
    const answer = ok('content-type: text/markdown')
    expect(await fetched(answer, { name: 'mine.csv', mimetype: 'text/csv' })).toMatchObject({
      name: 'mine.csv',
      mimetype: 'text/csv',
    })
    expect(await fetched(answer)).toMatchObject({ mimetype: 'text/markdown' })
  })

  test('F27: a page that says it is a picture is a page', async () => {
    const page = 'HTTP/1.1 200 OK\r\ncontent-type: image/jpeg\r\n\r\n<!doctype html><script>1</script>'
    expect(await fetched(page, { path: '/photo.jpg' })).toMatchObject({ mimetype: 'text/html', name: 'photo.jpg' })
  })

  test.each([
    ['a refusal', 'HTTP/1.1 403 No\r\n\r\n', 'file-unreachable', 'The address answers 403.'],
    ['nothing', '', 'file-unreachable', 'The endpoint closed the connection without an answer.'],
    ['half a file', 'HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf', 'file-unreachable', expect.anything()],
    ['an empty file', 'HTTP/1.1 200 OK\r\n\r\n', 'bad-request', 'The file is empty.'],
    [
      'a promise of too much',
      'HTTP/1.1 200 OK\r\ncontent-length: 104857601\r\n\r\n',
      'content-too-large',
      expect.anything(),
    ],
  ])('F27: %s is told to the caller', async (_, answer, code, message: unknown) => {
    await expect(fetched(answer)).rejects.toMatchObject({ code, message })
  })

  test('F27: a file without end is cut at 100 MiB, and nothing of it stays', async () => {
    let taken: Promise<number> | undefined
    const endpoint = await startEndpoint((socket) => {
      taken = flood(socket, 'HTTP/1.1 200 OK\r\n\r\n', 'x')
    })
    const world = await startMediaWorld()
    const id = await world.linked()
    await expect(world.core.gateway.media.fetch(world.caller, id, endpoint.url(), noClaim)).rejects.toMatchObject({
      code: 'content-too-large',
    })
    expect(await taken).toBeLessThan(120 * mebibyte)
    expect(kept(world.folder)).toEqual([])
  })

  test('F27: what is no public http or https address is refused by the name of its field', async () => {
    const world = await startMediaWorld({ allowPrivate: false })
    const id = await world.linked()
    for (const url of ['file:///etc/passwd', 'data:text/plain,x', 'ftp://a.test/', 'nonsense', 'http://127.0.0.1/'])
      await expect(world.core.gateway.media.fetch(world.caller, id, url, noClaim)).rejects.toMatchObject({
        code: 'bad-request',
        field: 'url',
      })
  })

  test('F27: a workspace whose addresses hang waits for itself alone', async () => {
    const endpoint = await startEndpoint((socket, request) => {
      if (!request.startsWith('GET /hang')) socket.end('HTTP/1.1 200 OK\r\n\r\nhi')
    })
    const world = await startMediaWorld()
    const [other, { media }] = [await world.newCaller(), world.core.gateway]
    const [mine, theirs] = [await world.linked(), await world.linked({}, other)]
    const hanging = Array.from({ length: 108 }, () => media.fetch(world.caller, mine, endpoint.url('/hang'), noClaim))
    for (const one of hanging) one.catch(() => undefined)
    await endpoint.received(8)
    await expect(media.fetch(world.caller, mine, endpoint.url(), noClaim)).rejects.toMatchObject({
      code: 'rate-limited',
    })
    expect(await media.fetch(other, theirs, endpoint.url(), noClaim)).toMatchObject({ size: 2 })
    expect(endpoint.requests.filter((request) => request.startsWith('GET /hang'))).toHaveLength(8)
  })
})

describe('what came with a message', () => {
  const arrived = async (world: MediaWorld, bytes = 'hello', options = {}) => {
    const id = await world.linked(options)
    const file = newFile({ handle: `handle-${randomBytes(4).toString('hex')}`, size: null, sha256: null })
    world.engine.held.set(file.handle ?? '', Buffer.from(bytes))
    await world.receive(id, photo(file))
    return { id, file }
  }

  test('is brought here when somebody first asks for it, once for all who ask', async () => {
    const world = await startMediaWorld()
    const { id, file } = await arrived(world)
    expect(world.engine.asked).toEqual([])
    expect(await Promise.all([read(world, file.id), read(world, file.id), read(world, file.id)])).toEqual(
      Array(3).fill('hello'),
    )
    expect(await read(world, file.id, { from: 1, to: 2 })).toBe('el')
    expect(world.engine.asked).toEqual([file.handle])
    const known = await world.core.gateway.media.get(world.caller, id, file.id)
    expect(known).toEqual({ id: file.id, name: file.name, mimetype: 'image/jpeg', size: 5, sha256: sha256('hello') })
  })

  test('is brought here as it arrives, where the instance is set so', async () => {
    const world = await startMediaWorld()
    const { file } = await arrived(world, 'hello', { files: 'eager' })
    await settled(() => isKept(world, file.id))
    expect(await read(world, file.id)).toBe('hello')
    expect(world.engine.asked).toEqual([file.handle])
  })

  test('is tried again when it could not be brought here as it arrived, without anybody asking', async () => {
    const world = await startMediaWorld()
    const id = await world.linked({ files: 'eager' })
    const [bad, good] = [newFile({ handle: 'bad' }), newFile({ handle: 'good' })]
    const alarms = world.clock.pending
    world.engine.held.set('bad', new GatewayError('whatsapp-unreachable', 'not now'))
    world.engine.held.set('good', Buffer.from('good'))
    await world.receive(id, photo(good))
    await world.receive(id, photo(bad))
    // One that fails holds up none of the others.
    await settled(() => isKept(world, good.id))
    const failed = (): boolean => world.log.some((line) => line.startsWith('a file was not brought here yet'))
    await settled(() => Promise.resolve(failed() && world.clock.pending > alarms))
    world.engine.held.set('bad', Buffer.from('late'))
    world.clock.advance(1_800_000)
    await settled(() => isKept(world, bad.id))
    expect(await read(world, bad.id)).toBe('late')
  })

  test('that WhatsApp does not have any more is said so for an hour, and then asked for again', async () => {
    const world = await startMediaWorld()
    const { file } = await arrived(world)
    world.engine.held.delete(file.handle ?? '')
    const gone = { code: 'media-unavailable' }
    await expect(read(world, file.id)).rejects.toMatchObject(gone)
    await expect(read(world, file.id)).rejects.toMatchObject(gone)
    expect(world.engine.asked).toHaveLength(1)
    world.engine.held.set(file.handle ?? '', Buffer.from('back'))
    world.clock.advance(3_600_000)
    expect(await read(world, file.id)).toBe('back')
  })

  test('cannot be had while the account is away, and can once it is back', async () => {
    const world = await startMediaWorld()
    const { id, file } = await arrived(world)
    await world.disconnect(id)
    await expect(read(world, file.id)).rejects.toMatchObject({ code: 'not-linked' })
    await world.connect(id)
    expect(await read(world, file.id)).toBe('hello')
  })

  test('F8: a slow one holds up no other, neither of its account nor of anybody else', async () => {
    const world = await startMediaWorld()
    const { id, file } = await arrived(world)
    const slow = moment<Buffer>()
    world.engine.held.set(file.handle ?? '', () => slow.reached)
    const answer = read(world, file.id)
    const quick = newFile({ handle: 'quick' })
    world.engine.held.set('quick', Buffer.from('quick'))
    await world.receive(id, photo(quick))
    expect(await read(world, quick.id)).toBe('quick')
    expect((await world.core.gateway.media.upload(world.caller, id, chunks('x'), noClaim)).size).toBe(1)
    slow.reach(Buffer.from('slow'))
    expect(await answer).toBe('slow')
  })

  test('is brought here again when somebody has deleted it beside the gateway', async () => {
    const world = await startMediaWorld()
    const { id, file } = await arrived(world)
    const uploaded = await world.core.gateway.media.upload(world.caller, id, chunks('x'), noClaim)
    await read(world, file.id)
    for (const name of kept(world.folder)) rmSync(join(world.folder, name))
    expect(await read(world, file.id)).toBe('hello')
    await expect(read(world, uploaded.id)).rejects.toMatchObject({ code: 'media-not-found' })
  })

  test('is answered however little is known of it: nothing in the log names it', async () => {
    const world = await startMediaWorld()
    const { file } = await arrived(world, 'hello', { files: 'eager' })
    await settled(() => isKept(world, file.id))
    for (const secret of [file.id, file.handle ?? '', 'a.jpg', mediaKey(file.id)])
      expect(world.log.join('\n')).not.toContain(secret)
  })
})

describe('retention', () => {
  test('files go after their time, with their bytes; uploaded ones before received ones', async () => {
    const world = await startMediaWorld()
    const { store, storage, clock } = world
    const log = { debug: ignore, info: ignore, warn: ignore, error: ignore }
    const retention = new MediaRetention({ store: store.media, storage, limits: usualMediaLimits, clock, log })
    const id = await world.linked()
    const file = newFile({ handle: 'h' })
    world.engine.held.set('h', Buffer.from('hello'))
    await world.receive(id, photo(file))
    await read(world, file.id)
    const uploaded = await world.core.gateway.media.upload(world.caller, id, chunks('x'), noClaim)
    clock.advance(15 * day)
    await retention.sweep()
    expect(kept(world.folder)).toHaveLength(2)
    clock.advance(1)
    await retention.sweep()
    await expect(read(world, uploaded.id)).rejects.toMatchObject({ code: 'media-not-found' })
    expect(await isKept(world, uploaded.id)).toBe(false)
    expect(await read(world, file.id)).toBe('hello')
    clock.advance(15 * day)
    await retention.sweep()
    await expect(read(world, file.id)).rejects.toMatchObject({ code: 'media-not-found' })
    expect(kept(world.folder)).toEqual([])
  })

  test('a workspace keeps its files as long as it has set, those that are there already, too', async () => {
    const world = await startMediaWorld()
    const { store, storage, clock, caller } = world
    const log = { debug: ignore, info: ignore, warn: ignore, error: ignore }
    const retention = new MediaRetention({ store: store.media, storage, limits: usualMediaLimits, clock, log })
    const { media } = world.core.gateway
    const file = await media.upload(caller, await world.linked(), chunks('x'), noClaim)
    expect(await media.retention(caller)).toEqual(usualMediaLimits)
    expect(await media.setRetention(caller, { uploaded: 20 })).toEqual({ ...usualMediaLimits, uploaded: 20 })
    clock.advance(20 * day)
    await retention.sweep()
    expect(await read(world, file.id)).toBe('x')
    expect(await media.setRetention(caller, { uploaded: 19 })).toEqual({ ...usualMediaLimits, uploaded: 19 })
    await retention.sweep()
    await expect(read(world, file.id)).rejects.toMatchObject({ code: 'media-not-found' })
    expect(kept(world.folder)).toEqual([])
  })

  test('how long files are kept is set by an administrator, in whole days', async () => {
    const { core, caller } = await startMediaWorld()
    const { media } = core.gateway
    for (const uploaded of [0, 1.5, 36_501]) {
      await expect(media.setRetention(caller, { uploaded })).rejects.toMatchObject({
        code: 'bad-request',
        field: 'uploaded',
      })
    }
    const reader: Caller = { ...caller, scopes: ['messages:read', 'messages:write'] }
    await expect(media.setRetention(reader, { received: 1 })).rejects.toMatchObject({ code: 'forbidden' })
    const tester: Caller = { ...caller, network: 'sandbox' }
    await expect(media.setRetention(tester, { received: 1 })).rejects.toMatchObject({ code: 'forbidden' })
    expect(await media.retention(reader)).toEqual(usualMediaLimits)
  })

  test('a crash between the bytes and what is known of them leaves neither for ever', async () => {
    const world = await startMediaWorld()
    const { store, storage, clock } = world
    const log = { debug: ignore, info: ignore, warn: ignore, error: ignore }
    const retention = new MediaRetention({ store: store.media, storage, limits: usualMediaLimits, clock, log })
    const { id, ...facts } = newFile()
    const key = mediaKey(id)
    await store.media.add({ key, instance: await world.linked(), facts, at: clock.now() })
    const path = await storage.scratch()
    await storage.fill(path, chunks('x'))
    await storage.put(key, path)
    await expect(read(world, id)).rejects.toMatchObject({ code: 'media-not-found' })
    clock.advance(day + 1)
    await retention.sweep()
    expect(kept(world.folder)).toEqual([])
    expect(await store.media.doomed(1)).toEqual([])
  })

  test('files of a removed instance go, and their addresses lead nowhere at once', async () => {
    const world = await startMediaWorld()
    world.core.wake()
    const id = await world.linked()
    const { id: media } = await world.core.gateway.media.upload(world.caller, id, chunks('x'), noClaim)
    await world.core.gateway.instances.pause(world.caller, id)
    const removed = world.core.gateway.instances.remove(world.caller, id)
    await settled(async () => {
      world.clock.advance(1000)
      return Promise.race([removed.then(() => true), new Promise<boolean>((r) => setImmediate(r, false))])
    })
    await expect(read(world, media)).rejects.toMatchObject({ code: 'media-not-found' })
    world.clock.advance(2 * 3_600_000)
    await settled(() => Promise.resolve(kept(world.folder).length === 0))
  })
})

test('an id is 256 random bits that are never stored', () => {
  const ids = new Set(Array.from({ length: 100 }, (): MediaId => newMediaId()))
  expect(ids.size).toBe(100)
  for (const id of ids) expect(Buffer.from(id, 'base64url')).toHaveLength(32)
})
