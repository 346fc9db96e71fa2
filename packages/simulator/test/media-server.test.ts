import { createHash, randomBytes } from 'node:crypto'
import { request } from 'node:http'
import { MEDIA_PATH_MAP } from 'baileys'
import { expect, test } from 'vitest'
import type { Client } from './client.js'
import { dataDir, World } from './world.js'

const bytes = randomBytes(1000)
const token = createHash('sha256').update(bytes).digest('base64url')

interface Stored {
  readonly url: string
  readonly direct_path: string
}

async function connection(client: Client) {
  const { hosts, auth } = await client.socket.refreshMediaConn(true)
  return { base: `http://${hosts[0]?.hostname ?? ''}`, auth: encodeURIComponent(auth) }
}

async function upload(client: Client, body: Buffer, path = '/mms/image', name = token): Promise<Stored> {
  const { base, auth } = await connection(client)
  // No connection is left over that a restart of the server would break.
  const asked = { method: 'POST', body, headers: { connection: 'close' } }
  const response = await fetch(`${base}${path}/${name}?auth=${auth}&token=${name}`, asked)
  expect(response.status).toBe(200)
  return (await response.json()) as Stored
}

test.each(Object.entries(MEDIA_PATH_MAP))('a file of the type %s is uploaded and downloaded', async (_type, path) => {
  const world = await World.start()
  const { client } = await world.linked()
  const { url, direct_path } = await upload(client, bytes, path)
  const { base } = await connection(client)
  expect(url).toBe(`${base}${direct_path}`)
  const whole = await fetch(url)
  expect(whole.headers.get('content-length')).toBe('1000')
  expect(Buffer.from(await whole.arrayBuffer())).toEqual(bytes)
})

test.each([
  ['bytes=0-15', 206, 0, 16],
  ['bytes=990-', 206, 990, 1000],
  ['bytes=900-5000', 206, 900, 1000],
  ['bytes=-10', 206, 990, 1000],
  ['lines=1-2', 200, 0, 1000],
])('a part is downloaded: %s', async (range, status, start, end) => {
  const world = await World.start()
  const { client } = await world.linked()
  const { url } = await upload(client, bytes)
  const part = await fetch(url, { headers: { range } })
  expect(part.status).toBe(status)
  expect(Buffer.from(await part.arrayBuffer())).toEqual(bytes.subarray(start, end))
  expect(part.headers.get('content-range')).toBe(status === 206 ? `bytes ${start}-${end - 1}/1000` : null)
})

test('what is not there, or not right, is refused', async () => {
  const world = await World.start()
  const { client } = await world.linked()
  const { base, auth } = await connection(client)
  const ask = async (method: string, path: string, body?: Buffer) => {
    return (await fetch(base + path, { method, ...(body && { body }) })).status
  }
  const good = `auth=${auth}&token=${token}`
  expect(await ask('POST', `/mms/image/${token}?token=${token}`, bytes)).toBe(401)
  expect(await ask('POST', `/mms/image/${token}?auth=${auth}x&token=${token}`, bytes)).toBe(401)
  expect(await ask('POST', `/mms/image/${token}?auth=a.99999999999.b&token=${token}`, bytes)).toBe(401)
  expect(await ask('POST', `/mms/image/${token}?${good}`, bytes.subarray(1))).toBe(400)
  expect(await ask('POST', `/mms/image/${token}?auth=${auth}&token=other`, bytes)).toBe(400)
  expect(await ask('POST', `/mms/song/${token}?${good}`, bytes)).toBe(404)
  expect(await ask('PUT', `/mms/image/${token}?${good}`, bytes)).toBe(405)
  expect(await ask('GET', '/v/t62.7118-24/nothing.enc')).toBe(404)
  const { url } = await upload(client, bytes)
  expect((await fetch(url, { headers: { range: 'bytes=1000-' } })).status).toBe(416)
})

test('a file that says it is too large is refused unread', async () => {
  const world = await World.start()
  const { client } = await world.linked()
  const { base, auth } = await connection(client)
  const headers = { 'content-length': 200 * 1024 * 1024 }
  const status = await new Promise((resolve, reject) => {
    const sending = request(`${base}/mms/video/${token}?auth=${auth}&token=${token}`, { method: 'POST', headers })
    sending.on('response', ({ statusCode }) => {
      resolve(statusCode)
      sending.destroy()
    })
    sending.on('error', reject)
    sending.flushHeaders()
  })
  expect(status).toBe(413)
})

test('an address that expired is gone, and the others of the same file are not', async () => {
  const world = await World.start()
  const { client } = await world.linked()
  const [one, two, three] = [
    await upload(client, bytes),
    await upload(client, bytes),
    await upload(client, bytes, '/mms/video'),
  ]
  world.simulator.expireMedia(one.direct_path)
  world.simulator.expireMedia(two.url, 404)
  expect((await fetch(one.url)).status).toBe(410)
  expect((await fetch(two.url)).status).toBe(404)
  expect((await fetch(three.url)).status).toBe(200)
  expect(() => {
    world.simulator.expireMedia('/v/nothing')
  }).toThrow(expect.objectContaining({ code: 'media-not-found' }) as Error)
})

test('files and addresses survive the server', async () => {
  const world = await World.start({ dataDir: await dataDir() })
  const { client } = await world.linked()
  const [kept, closed] = [await upload(client, bytes), await upload(client, bytes)]
  world.simulator.expireMedia(closed.direct_path)
  await client.close()
  await world.restart()
  expect(Buffer.from(await (await fetch(kept.url)).arrayBuffer())).toEqual(bytes)
  expect((await fetch(closed.url)).status).toBe(410)
})
