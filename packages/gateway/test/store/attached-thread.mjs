// An engine's thread: makes credentials of the attachment it is started with and does what it is told.
import { parentPort, workerData } from 'node:worker_threads'
import { openSqliteCredentials } from '#gateway/store/sqlite/attachment.js'

const credentials = openSqliteCredentials(workerData)
parentPort.on('message', async ({ id, method, args }) => {
  try {
    parentPort.postMessage({ id, value: await credentials[method](...args) })
  } catch (error) {
    parentPort.postMessage({ id, error: { code: error.code, message: error.message } })
  }
  if (method === 'close') parentPort.close()
})
