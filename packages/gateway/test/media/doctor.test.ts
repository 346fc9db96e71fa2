import { expect, test } from 'vitest'
import { inspectFiles, judgeFiles } from '#gateway/app/doctor/files.js'
import { newFolder } from '../store/sqlite-folder.js'
import { startBucketServer } from './bucket-server.js'

test('the folder of files is where it is, or can be made', async () => {
  const dataDir = newFolder()
  const finding = judgeFiles(await inspectFiles({ dataDir, mediaBucket: undefined }))
  expect(finding).toEqual({ level: 'ok', subject: 'Files', what: `kept in ${dataDir}/media` })
  const locked = judgeFiles({ kind: 'folder', folder: { path: '/media', writable: false } })
  expect(locked).toMatchObject({ level: 'fail', what: '/media cannot be written' })
})

test('a bucket is asked and not written to', async () => {
  const server = await startBucketServer()
  const look = async (place: Partial<typeof server.place> = {}) =>
    judgeFiles(await inspectFiles({ dataDir: '/nowhere', mediaBucket: { ...server.place, ...place } }))
  expect(await look()).toEqual({ level: 'ok', subject: 'Files', what: 'the bucket files answers' })
  expect(await look({ secretAccessKey: 'wrong' })).toMatchObject({
    level: 'fail',
    what: 'the bucket files cannot be used: The storage of the files answers 403',
  })
  expect(await look({ url: new URL('../other/', server.place.url) })).toMatchObject({ level: 'fail' })
  expect(await look({ url: new URL('http://127.0.0.1:1/files/') })).toMatchObject({
    level: 'fail',
    what: 'the bucket files cannot be used: The storage of the files cannot be reached',
  })
  expect(server.objects.size).toBe(0)
})
