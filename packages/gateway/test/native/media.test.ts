import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { connect } from 'node:net'
import { expect, test } from 'vitest'
import { key, startWorld } from './world.js'

const mebibyte = Buffer.alloc(1024 * 1024, 'x')

function* mebibytes(count: number, more = 0): Generator<Buffer> {
  for (let i = 0; i < count; i++) yield mebibyte
  if (more > 0) yield mebibyte.subarray(0, more)
}

/** As clients do that send to the end before they look at the answer. */
async function post(url: URL, headers: Record<string, string>, body: Iterable<Buffer>) {
  const socket = connect(Number(url.port), url.hostname)
  const lines = Object.entries({ host: url.host, authorization: `Bearer ${key}`, ...headers })
  const chunked = headers['content-length'] === undefined
  if (chunked) lines.push(['transfer-encoding', 'chunked'])
  const send = async (...parts: (Buffer | string)[]) => {
    for (const part of parts) if (!socket.write(part)) await once(socket, 'drain')
  }
  await send(`POST ${url.pathname} HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`)
  for (const chunk of body) await send(...(chunked ? [`${chunk.length.toString(16)}\r\n`, chunk, '\r\n'] : [chunk]))
  if (chunked) await send('0\r\n\r\n')
  let text = ''
  for await (const bytes of socket) {
    text += String(bytes)
    const [head = '', json = ''] = text.split('\r\n\r\n')
    if (json.length === Number(/content-length: (\d+)/.exec(head)?.[1])) break
  }
  const [head = '', json = ''] = text.split('\r\n\r\n')
  return { status: Number(head.split(' ')[1]), body: JSON.parse(json) as Record<string, unknown> }
}

test('a file is uploaded as a form, as the body, from an address and in Base64, and can be looked up', async () => {
  const { call, instance } = await startWorld()
  const path = `/api/v1/instances/${await instance()}/media`
  const form = new FormData()
  form.append('file', new File(['hello'], 'héllo.txt', { type: 'text/plain' }))
  const made = await call('POST', path, form)
  expect([made.status, made.body]).toEqual([
    201,
    {
      id: made.body.id,
      url: `http://gateway.test/media/${String(made.body.id)}`,
      name: 'héllo.txt',
      mimetype: 'text/plain',
      size: 5,
      sha256: createHash('sha256').update('hello').digest('hex'),
    },
  ])
  expect((await call('GET', `${path}/${String(made.body.id)}`)).body).toEqual(made.body)

  const raw = { headers: { 'content-type': 'image/png; x=y' } }
  expect((await call('POST', `${path}?name=a.png`, Buffer.from('png'), raw)).body).toMatchObject({
    name: 'a.png',
    mimetype: 'image/png',
    size: 3,
  })
  expect((await call('POST', path, { url: 'https://shop.example/a', name: 'a' })).body).toMatchObject({
    name: 'a',
    size: 7,
  })
  const inline = await call('POST', path, { base64: 'data:text/plain;base64,aGVsbG8=', mimetype: 'text/plain' })
  expect(inline.body).toMatchObject({ size: 5, sha256: made.body.sha256 })
})

test('what is no file is refused, naming what is wrong', async () => {
  const { call, instance } = await startWorld()
  const path = `/api/v1/instances/${await instance()}/media`
  const refused = async (body: unknown, headers: object = {}) => {
    const { status, body: problem } = await call('POST', path, body, { headers })
    return [status, problem.code, problem.field]
  }
  const binary = { 'content-type': 'application/octet-stream' }
  expect(await refused(Buffer.alloc(0), binary)).toEqual([400, 'bad-request', undefined])
  expect(await refused(undefined)).toEqual([400, 'bad-request', undefined])
  expect(await refused({})).toEqual([400, 'bad-request', 'url'])
  expect(await refused({ url: 'https://a.example', base64: 'AA==' })).toEqual([400, 'bad-request', 'base64'])
  expect(await refused({ url: 'file:///etc/passwd' })).toEqual([400, 'bad-request', 'url'])
  expect(await refused({ url: 'no address' })).toEqual([400, 'bad-request', 'url'])
  expect(await refused({ url: 'https://nowhere.example' })).toEqual([422, 'file-unreachable', undefined])
  expect(await refused({ base64: 'not base64!' })).toEqual([400, 'bad-request', 'base64'])
  expect(await refused({ base64: '' })).toEqual([400, 'bad-request', undefined])
  expect(await refused({ media: 'x' })).toEqual([400, 'bad-request', 'media'])
  expect(await refused('{', { 'content-type': 'application/json' })).toEqual([400, 'bad-request', undefined])
  const empty = new FormData()
  empty.append('file', new File([], 'a'))
  expect(await refused(empty)).toEqual([400, 'bad-request', undefined])
  const none = new FormData()
  none.append('name', 'a')
  expect(await refused(none)).toEqual([400, 'bad-request', 'name'])
  expect(await refused(new FormData())).toEqual([400, 'bad-request', 'file'])
  for (const id of ['x', 'x'.repeat(43), '..%2f'])
    expect((await call('GET', `${path}/${id}`)).body.code).toBe('media-not-found')
})

test('a file goes through as it comes, and no further than 100 MiB', async () => {
  const { gateway, instance, url } = await startWorld()
  const path = new URL(`/api/v1/instances/${await instance()}/media`, url)
  const binary = { 'content-type': 'video/mp4' }
  const whole = await post(path, binary, mebibytes(100))
  expect([whole.status, whole.body.size]).toEqual([201, 104_857_600])
  expect(gateway.media.largestChunk()).toBeLessThanOrEqual(mebibyte.length)
  // Whoever says so beforehand is refused beforehand, and whoever does not, when it shows.
  const announced = await post(path, { ...binary, 'content-length': String(101 * mebibyte.length) }, mebibytes(101))
  expect([announced.status, announced.body.code]).toEqual([413, 'content-too-large'])
  const silent = await post(path, binary, mebibytes(100, 1))
  expect([silent.status, silent.body.code]).toEqual([413, 'content-too-large'])
  const head = Buffer.from('--b\r\ncontent-disposition: form-data; name="file"; filename="a"\r\n\r\n')
  const form = post(path, { 'content-type': 'multipart/form-data; boundary=b' }, [
    head,
    ...mebibytes(101),
    Buffer.from('\r\n--b--\r\n'),
  ])
  expect([(await form).status, (await form).body.code]).toEqual([413, 'content-too-large'])
}, 60_000)

test('how long files are kept is read and changed', async () => {
  const { call } = await startWorld()
  const path = '/api/v1/media-retention'
  expect((await call('GET', path)).body).toEqual({ received: 30, uploaded: 15 })
  expect((await call('PATCH', path, { received: 7 })).body).toEqual({ received: 7, uploaded: 15 })
  for (const [body, field] of [
    [{ received: 0 }, 'received'],
    [{ uploaded: 'long' }, 'uploaded'],
    [{ forever: true }, 'forever'],
  ] as const) {
    expect(await call('PATCH', path, body)).toMatchObject({ status: 400, body: { code: 'bad-request', field } })
  }
})
