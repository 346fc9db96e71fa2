// What a subscriber runs: takes every delivery, answers at once, and remembers when it came. Told over IPC what to do.
import { createServer } from 'node:http'
import { answerQuestions } from './answering.mjs'

let deliveries = []
const server = createServer((request, response) => {
  const chunks = []
  request.on('data', (chunk) => chunks.push(chunk))
  request.on('end', () => {
    const { seq, instance, kind, time } = JSON.parse(Buffer.concat(chunks).toString())
    deliveries.push({ at: Date.now(), seq, instance, kind, time: Date.parse(time) })
    response.writeHead(204).end()
  })
})
server.listen(0, '127.0.0.1')

answerQuestions({
  address: () => `http://127.0.0.1:${server.address().port}/`,
  count: () => deliveries.length,
  /** What came since the last time it was asked. */
  take: () => {
    const taken = deliveries
    deliveries = []
    return taken
  },
})
