import { spawnSync } from 'node:child_process'
import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { expect, onTestFinished, test } from 'vitest'
import { openFolderStorage } from '#gateway/media/folder-storage.js'
import { readS3Place } from '#gateway/media/s3/s3-place.js'
import { openS3Storage } from '#gateway/media/s3/s3-storage.js'
import { startBucketServer, type BucketServer } from './bucket-server.js'
import { contents, newKey, storageContract, store } from './storage-contract.js'

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'gangway-media-'))
  onTestFinished(() => {
    rmSync(folder, { recursive: true, force: true })
  })
  return folder
}

async function openBucket(server: BucketServer) {
  const storage = await openS3Storage(server.place, join(newFolder(), 'scratch'))
  onTestFinished(() => {
    storage.close()
  })
  return storage
}

storageContract('a local folder', () => openFolderStorage(join(newFolder(), 'media')))
storageContract('a bucket', async () => openBucket(await startBucketServer('whats app/ä')))

const everything = (folder: string): string[] => readdirSync(folder, { recursive: true, encoding: 'utf8' })

test('only its owner may enter the folder or read what is in it', async () => {
  const folder = join(newFolder(), 'media')
  await store(await openFolderStorage(folder), newKey(), Buffer.from('x'))
  for (const name of ['', ...everything(folder)]) {
    const { mode } = statSync(join(folder, name))
    expect((mode & 0o777).toString(8), name).toMatch(/^[67]00$/)
  }
})

test('what a crash left in the making is gone at the next start, and what was stored is not', async () => {
  const folder = join(newFolder(), 'media')
  const storage = await openFolderStorage(folder)
  const key = newKey()
  await store(storage, key, Buffer.from('kept'))
  writeFileSync(await storage.scratch(), 'half a file')
  const again = await openFolderStorage(folder)
  expect(everything(join(folder, 'scratch'))).toEqual([])
  expect(await contents(again, key)).toBe('kept')
})

test.each(['../../etc/passwd', '..', 'a/b', 'A'.repeat(64), '', '0'.repeat(31), `${'0'.repeat(64)}\0`])(
  'F38: %j is no key, and no path is made of it',
  async (key) => {
    const storage = await openFolderStorage(join(newFolder(), 'media'))
    await expect(storage.read(key)).rejects.toThrow('not a key')
    await expect(storage.borrow(key)).rejects.toThrow('not a key')
    await expect(storage.remove(key)).rejects.toThrow('not a key')
    await expect(storage.put(key, await storage.scratch())).rejects.toThrow('not a key')
  },
)

test('F7: a full disk is said to be full, leaves nothing behind, and serves on', (context) => {
  const folder = newFolder()
  const child = join(import.meta.dirname, 'full-disk-child.mjs')
  const script = `mount -t tmpfs -o size=1m tmpfs "$1" && exec "$2" "$3" "$1"`
  const ways = [['--mount'], ['--map-root-user', '--mount']]
  const results = ways.map((way) =>
    spawnSync('unshare', [...way, 'sh', '-c', script, 'sh', folder, process.execPath, child], { encoding: 'utf8' }),
  )
  const done = results.find(({ status }) => status === 0)
  if (!done) context.skip(`needs a mount namespace: ${results.map(({ stderr }) => stderr).join('; ')}`)
  expect(JSON.parse(done?.stdout ?? '')).toEqual({
    refusal: 'storage-full',
    check: 'storage-full',
    scratch: 0,
    before: 'kept',
    after: 'again',
  })
})

test('a folder that cannot be written is a storage-error', async (context) => {
  if (process.getuid?.() === 0) context.skip('root may write everywhere')
  const folder = join(newFolder(), 'media')
  const storage = await openFolderStorage(folder)
  chmodSync(join(folder, 'scratch'), 0o500)
  await expect(storage.fill(await storage.scratch(), Readable.from(['x']))).rejects.toMatchObject({
    code: 'storage-error',
  })
})

test('a bucket is asked again when it stumbles, with the whole file each time', async () => {
  const server = await startBucketServer()
  const storage = await openBucket(server)
  const key = newKey()
  server.failures.push(503, 'cut')
  await store(storage, key, Buffer.from('hello'))
  server.failures.push(500, 429)
  expect(await contents(storage, key)).toBe('hello')
  expect(server.objects.get(key)?.toString()).toBe('hello')
})

test('a bucket that stays away, is full, or refuses is told apart from one without the file', async () => {
  const server = await startBucketServer()
  const storage = await openBucket(server)
  server.failures.push(503, 503, 503)
  await expect(storage.read(newKey())).rejects.toMatchObject({ code: 'storage-error' })
  server.failures.push(507, 507, 507)
  await expect(store(storage, newKey(), Buffer.from('x'))).rejects.toMatchObject({ code: 'storage-full' })
  server.failures.push('cut', 'cut', 'cut')
  await expect(storage.remove(newKey())).rejects.toMatchObject({ code: 'storage-error' })
  const elsewhere = { ...server.place, url: new URL('../other/', server.place.url) }
  const other = await openBucket({ ...server, place: elsewhere })
  await expect(other.read(newKey())).rejects.toMatchObject({ code: 'storage-error' })
})

test('a wrong secret is refused by the server, and so by the storage', async () => {
  const server = await startBucketServer()
  const storage = await openBucket({ ...server, place: { ...server.place, secretAccessKey: 'wrong' } })
  await expect(storage.check()).rejects.toMatchObject({ code: 'storage-error' })
  expect(server.requests).toEqual(['PUT /files/check 403'])
})

const keys = { AWS_ACCESS_KEY_ID: 'id', AWS_SECRET_ACCESS_KEY: 'secret' }

test('a bucket is named by one URL', () => {
  expect(readS3Place('s3://files', { ...keys, AWS_SESSION_TOKEN: 't' })).toEqual({
    bucket: 'files',
    prefix: '',
    url: new URL('https://files.s3.us-east-1.amazonaws.com/'),
    region: 'us-east-1',
    accessKeyId: 'id',
    secretAccessKey: 'secret',
    sessionToken: 't',
  })
  expect(readS3Place('s3://files/a/b/?endpoint=http://minio:9000&region=eu-west-1', keys)).toMatchObject({
    prefix: 'a/b/',
    url: new URL('http://minio:9000/files/'),
    region: 'eu-west-1',
  })
})

test.each([
  ['nonsense', 'must begin with s3://'],
  ['https://files/', 'must begin with s3://'],
  ['s3://x/', 'names no bucket'],
  ['s3://files/?endpoint=minio', 'has an endpoint that is no http or https URL'],
  ['s3://files/?regoin=x', 'may have the parameters endpoint and region, and nothing else'],
  ['s3://user:secret@files/', 'may have the parameters endpoint and region, and nothing else'],
])('%s is refused: it %s', (text, why) => {
  expect(readS3Place(text, keys)).toBe(why)
})

test('a bucket without credentials is refused by the names of the settings', () => {
  expect(readS3Place('s3://files', {})).toBe('needs AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY')
})
