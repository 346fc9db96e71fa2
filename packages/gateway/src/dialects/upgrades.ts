import { type IncomingMessage, type Server, STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'

export type Upgrade = { readonly request: IncomingMessage; readonly socket: Duplex; readonly head: Buffer }

/** Answers whether the handshake is its own, which it then has to answer. */
export type TakeUpgrade = (upgrade: Upgrade) => boolean

/** Who takes handshakes of a server, in the order in which they are asked. */
const takers = new WeakMap<Server, TakeUpgrade[]>()

/**
 * Offers every WebSocket handshake of the server to `take`, unless somebody before it takes it.
 *
 * As soon as anybody listens, Node hands over every request that offers an upgrade and forgets it as a request. Java's
 * HttpClient and `curl --http2` offer h2c on ordinary calls and mean nothing by it, so what nobody takes goes back, once,
 * to be answered like any other request; a WebSocket to a path that has none is a path that is not there. Where somebody
 * else listens too, what is not ours is left to them.
 */
export function takeUpgrades(server: Server, take: TakeUpgrade): void {
  const known = takers.get(server)
  if (known !== undefined) {
    known.push(take)
    return
  }
  const all = [take]
  takers.set(server, all)
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const upgrade = { request, socket, head }
    const isWebSocket = request.headers.upgrade?.toLowerCase() === 'websocket'
    if (isWebSocket && all.some((one) => one(upgrade))) return
    if (server.listenerCount('upgrade') === 1) giveBack(server, upgrade)
  })
}

/** Answers a handshake as an ordinary request and closes: before there is a WebSocket, a refusal is HTTP. */
export function refuseUpgrade(
  socket: Duplex,
  status: number,
  { headers = {}, body = '' }: { headers?: Readonly<Record<string, string>>; body?: string },
): void {
  const all = { ...headers, Connection: 'close', 'Content-Length': String(Buffer.byteLength(body)) }
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`)
  const head = `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${lines.join('')}\r\n`
  socket.end(head + body, () => socket.destroy())
}

/** Puts the request back in front of its connection, without the offer, and has the server read it anew. */
function giveBack(server: Server, { request, socket, head }: Upgrade): void {
  const { method = 'GET', url = '/', httpVersion, rawHeaders } = request
  let text = `${method} ${url} HTTP/${httpVersion}\r\n`
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    const [name = '', value = ''] = rawHeaders.slice(i, i + 2)
    const kept = name.toLowerCase() === 'connection' ? withoutOffer(value) : value
    if (!offers.has(name.toLowerCase()) && kept !== '') text += `${name}: ${kept}\r\n`
  }
  socket.unshift(Buffer.concat([Buffer.from(`${text}\r\n`, 'latin1'), head]))
  server.emit('connection', socket)
}

const offers = new Set(['upgrade', 'http2-settings'])

function withoutOffer(connection: string): string {
  return connection
    .split(',')
    .map((token) => token.trim())
    .filter((token) => !offers.has(token.toLowerCase()))
    .join(', ')
}
