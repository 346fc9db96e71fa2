// Sends requests over plain sockets and reads no more of the answers than it takes to count them, so that it needs less
// CPU than any HTTP server that it presses.
import { Buffer } from 'node:buffer'
import { performance } from 'node:perf_hooks'
import { connect } from 'node:net'
import { answerQuestions } from './answering.mjs'

const endOfHead = Buffer.from('\r\n\r\n')

answerQuestions({ load })

/**
 * @param pace has so many requests (`size`) go out together, as fast as they are answered, `every` so many ms; without
 * one, all do
 * @param addresses has the requests come from so many addresses, as behind a proxy; without one, from this machine
 */
async function load({ port, paths, headers, connections, time, addresses = 0, pace = { size: Infinity, every: 0 } }) {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  const from = addresses === 0 ? [''] : Array.from({ length: addresses }, (_none, i) => forwarded(i))
  const requests = from.flatMap((line) =>
    paths.map((path) => Buffer.from(`GET ${path} HTTP/1.1\r\nhost: bench\r\n${line}${lines.join('')}\r\n`)),
  )
  const counts = { answers: 0, failures: 0 }
  const started = performance.now()
  const deadline = started + time
  const dueAt = (place) => started + Math.floor(place / pace.size) * pace.every
  await Promise.all(
    Array.from({ length: connections }, (_none, i) => {
      const nth = (n) => ({ bytes: requests[(n * connections + i) % requests.length], due: dueAt(n * connections + i) })
      return converse(port, nth, deadline, counts)
    }),
  )
  return { ...counts, took: performance.now() - started }
}

const forwarded = (i) => `x-forwarded-for: 198.18.${i >> 8}.${i & 255}\r\n`

/** One connection: the next request goes out when the last answer is complete, and not before it is due. */
function converse(port, nth, deadline, counts) {
  return new Promise((resolve, reject) => {
    let next = 0
    /** Bytes of the answer still to come. */
    let missing = 0
    const ask = () => {
      const { bytes, due } = nth(next++)
      const now = performance.now()
      if (Math.max(due, now) >= deadline) socket.end()
      else if (due > now) setTimeout(() => socket.write(bytes), due - now)
      else socket.write(bytes)
    }
    const read = (length, buffer) => {
      missing = (missing === 0 ? sizeOfAnswer(buffer.subarray(0, length), counts) : missing) - length
      if (missing > 0) return
      counts.answers++
      ask()
    }
    // One buffer for everything that is read: nothing of it is kept.
    const onread = { buffer: Buffer.allocUnsafe(128 * 1024), callback: read }
    const socket = connect({ port, host: '127.0.0.1', noDelay: true, onread })
    socket.once('connect', ask)
    socket.once('error', reject)
    socket.once('close', resolve)
  })
}

function sizeOfAnswer(chunk, counts) {
  const end = chunk.indexOf(endOfHead)
  const head = chunk.latin1Slice(0, Math.max(end, 0))
  const length = /\r\ncontent-length: (\d+)/i.exec(head)?.[1]
  if (!/^HTTP\/1\.1 (?:200|302) /.test(head) || length === undefined) counts.failures++
  return end + endOfHead.length + Number(length ?? 0)
}
