// The least that a `ws` server can do to show the same frames to the same sockets: whoever connects to a path gets the
// last frame of that path, and each new one.
import { Buffer } from 'node:buffer'
import { once } from 'node:events'
import { WebSocketServer } from 'ws'
import { answerQuestions } from './answering.mjs'

/** Sockets and the last frame, by path. */
const paths = new Map()

answerQuestions({ serve, broadcast })

/** @param frames what there is to see at first, by path */
async function serve({ frames }) {
  for (const [path, text] of frames) paths.set(path, { sockets: new Set(), frame: Buffer.from(text) })
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0, clientTracking: false })
  server.on('connection', (socket, { url }) => {
    const { sockets, frame } = paths.get(url)
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
    socket.send(frame, { binary: false })
  })
  await once(server, 'listening')
  return server.address().port
}

/** Sends every path a new frame of the same size. */
function broadcast({ frames }) {
  for (const [path, text] of frames) {
    const shown = paths.get(path)
    shown.frame = Buffer.from(text)
    for (const socket of shown.sockets) socket.send(shown.frame, { binary: false })
  }
}
