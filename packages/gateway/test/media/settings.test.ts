import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { readConfig } from '#gateway/app/config.js'
import { openMediaStorage } from '#gateway/app/media-storage.js'
import { startBucketServer } from './bucket-server.js'
import { contents, newKey, store } from './storage-contract.js'

const keys = { AWS_ACCESS_KEY_ID: 'id', AWS_SECRET_ACCESS_KEY: 'secret' }

test('files are kept in the data folder for a month, unless the settings say otherwise', () => {
  expect(readConfig({})).toMatchObject({ mediaBucket: undefined, mediaRetention: { received: 30, uploaded: 15 } })
  const other = readConfig({
    ...keys,
    GANGWAY_MEDIA_URL: 's3://files',
    GANGWAY_MEDIA_RETENTION_DAYS: '7',
    GANGWAY_UPLOAD_RETENTION_DAYS: '1',
  })
  expect(other).toMatchObject({ mediaBucket: { bucket: 'files' }, mediaRetention: { received: 7, uploaded: 1 } })
})

test.each([
  [{ GANGWAY_MEDIA_URL: '/var/files' }, 'GANGWAY_MEDIA_URL must begin with s3://.'],
  [{ GANGWAY_MEDIA_URL: 's3://files' }, 'GANGWAY_MEDIA_URL needs AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.'],
  [{ GANGWAY_MEDIA_RETENTION_DAYS: '0' }, /^GANGWAY_MEDIA_RETENTION_DAYS must be a whole number/],
])('%j is refused by the name of the setting', (env, message) => {
  expect(() => readConfig(env)).toThrow(message)
})

test('a bucket takes the place of the folder, and leaves the files alone that are in it', async () => {
  const media = mkdtempSync(join(tmpdir(), 'gangway-media-'))
  onTestFinished(() => {
    rmSync(media, { recursive: true, force: true })
  })
  const key = newKey()
  await store(await openMediaStorage({ mediaBucket: undefined }, { media }), key, Buffer.from('in the folder'))
  writeFileSync(join(media, 'scratch', 'left-behind'), 'x')
  const server = await startBucketServer()
  const bucket = await openMediaStorage({ mediaBucket: server.place }, { media })
  onTestFinished(() => {
    bucket.close()
  })
  expect(await bucket.read(key)).toBeUndefined()
  await store(bucket, key, Buffer.from('in the bucket'))
  expect(server.objects.get(key)?.toString()).toBe('in the bucket')
  const folder = await openMediaStorage({ mediaBucket: undefined }, { media })
  expect(await contents(folder, key)).toBe('in the folder')
})
