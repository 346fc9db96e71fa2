import type { IncomingMessage, Server } from 'node:http'
import type { Duplex } from 'node:stream'

export type Upgrade = { readonly request: IncomingMessage; readonly socket: Duplex; readonly head: Buffer }

/**
 * Offers every WebSocket handshake to `take`, which answers whether it is its own.
 *
 * As soon as anybody listens, Node hands over every request that offers an upgrade and forgets it as a request. Java's
 * HttpClient and `curl --http2` offer h2c on ordinary calls and mean nothing by it, so what nobody takes goes back to
 * be answered like any other request. With several listeners each leaves to the others what is not its own.
 */
export function takeUpgrades(server: Server, take: (upgrade: Upgrade) => boolean): void {
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const upgrade = { request, socket, head }
    const isWebSocket = request.headers.upgrade?.toLowerCase() === 'websocket'
    if (isWebSocket && take(upgrade)) return
    if (server.listenerCount('upgrade') === 1) giveBack(server, upgrade)
  })
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
