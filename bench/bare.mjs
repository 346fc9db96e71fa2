// The script that the gateway is compared with: the same Baileys with its default settings, keys in memory, nothing
// stored, nothing served. Told over IPC what to do. Its log is silenced, which spares it work.
import { Buffer } from 'node:buffer'
import { performance } from 'node:perf_hooks'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { DisconnectReason, initAuthCreds, makeWASocket, WA_CERT_DETAILS } from 'baileys'
import pino from 'pino'
import { answerQuestions } from './answering.mjs'

const [url, rootKey] = process.argv.slice(2)
WA_CERT_DETAILS.PUBLIC_KEY = Buffer.from(rootKey, 'hex')
const logger = pino({ level: 'silent' })
const sockets = new Map()
const accounts = new Map()

function connect(id, auth, onQr) {
  const started = performance.now()
  let first = true
  const socket = makeWASocket({ waWebSocketUrl: url, auth, logger })
  accounts.set(id, auth)
  sockets.set(id, socket)
  socket.ev.on('connection.update', ({ connection, qr, lastDisconnect }) => {
    if (qr !== undefined && first) {
      first = false
      onQr({ qr, ms: performance.now() - started })
    }
    if (connection === 'open') process.send({ event: 'open', id })
    if (connection !== 'close' || sockets.get(id) !== socket) return
    const code = lastDisconnect?.error?.output?.statusCode
    if (code === DisconnectReason.restartRequired) connect(id, auth, onQr)
    else process.send({ event: 'closed', id, code })
  })
}

function drop({ id }) {
  const socket = sockets.get(id)
  sockets.delete(id)
  socket?.end(undefined)
}

/** One after another for each account, and all accounts side by side; answers the ids of all. */
async function send({ texts }) {
  const queues = new Map()
  for (const { id, ...text } of texts) queues.set(id, [...(queues.get(id) ?? []), text])
  const sent = Array.from(queues, async ([id, queue]) => {
    const ids = []
    for (const { to, text } of queue) {
      const { key } = await sockets.get(id).sendMessage(`${to}@s.whatsapp.net`, { text })
      ids.push(key.id)
      // With keys in memory nothing else ever waits for the outside, and no ping would be sent until all is done.
      await nextTurn()
    }
    return ids
  })
  return (await Promise.all(sent)).flat()
}

function memoryKeys() {
  const kept = new Map()
  return {
    get: (kind, ids) =>
      Object.fromEntries(ids.flatMap((id) => (kept.has(kind + id) ? [[id, kept.get(kind + id)]] : []))),
    set: (data) => {
      for (const [kind, entries] of Object.entries(data)) {
        for (const [id, value] of Object.entries(entries)) {
          if (value) kept.set(kind + id, value)
          else kept.delete(kind + id)
        }
      }
    },
  }
}

answerQuestions({
  link: ({ id }) => new Promise((resolve) => connect(id, { creds: initAuthCreds(), keys: memoryKeys() }, resolve)),
  drop,
  pause: drop,
  send,
  resume: ({ id }) => connect(id, accounts.get(id), () => undefined),
})
