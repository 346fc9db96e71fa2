// Watches QRs over WebSockets, many to a path, and notes when each client gets each frame.
import { performance } from 'node:perf_hooks'
import { once } from 'node:events'
import { WebSocket } from 'ws'
import { answerQuestions } from './answering.mjs'

/** By path: how many watch, and when each new frame came to each of them since the last question. */
const watched = new Map()
const broken = []

answerQuestions({ open, arrivals, close })

/** One more client for each path; answers when each has got its first frame. */
async function open({ port, paths }) {
  await Promise.all(paths.map((path) => openOne(port, path)))
}

async function openOne(port, path) {
  if (!watched.has(path)) watched.set(path, { sockets: new Set(), frames: [] })
  const { sockets, frames } = watched.get(path)
  const options = { perMessageDeflate: false, skipUTF8Validation: true }
  const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, options)
  socket.once('close', (code) => {
    if (sockets.delete(socket)) broken.push(`${path} ended (${code})`)
  })
  await once(socket, 'message')
  sockets.add(socket)
  socket.on('message', (data) => {
    const now = performance.now()
    // The newest first: that is nearly always the one.
    let frame = frames.findLast(({ bytes }) => bytes.equals(data))
    if (!frame) frames.push((frame = { bytes: data, times: [] }))
    frame.times.push(now)
  })
}

/** How long after the first client of its path each client got each frame, in ms, of frames that reached everybody. */
function arrivals() {
  if (broken.length > 0) throw new Error(broken[0])
  const complete = [...watched.values()].map(({ sockets, frames }) =>
    frames
      .filter(({ times }) => times.length === sockets.size)
      .map(({ times }) => times.map((time) => time - times[0])),
  )
  return { rotations: Math.min(...complete.map((frames) => frames.length)), delays: complete.flat(2) }
}

/** Forgets what came so far. */
function close() {
  const ends = []
  for (const [path, { sockets }] of watched) {
    watched.delete(path)
    for (const socket of [...sockets]) {
      sockets.delete(socket)
      ends.push(once(socket, 'close'))
      socket.close()
    }
  }
  return Promise.all(ends).then(() => undefined)
}
