import type { Socket } from 'node:net'
import type { FastifyInstance } from 'fastify'

/**
 * Lets answers in progress finish when the server closes, but not for ever. Node closes connections that are idle after
 * a request; one that never sent any, as browsers and pools keep ready, would hold up the close without end.
 */
export function closeGently(server: FastifyInstance, grace: number): void {
  const sockets = new Set<Socket>()
  server.server.on('connection', (socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  server.addHook('preClose', async () => {
    for (const socket of sockets) if (socket.bytesRead === 0) socket.destroy()
    setTimeout(() => {
      server.server.closeAllConnections()
    }, grace).unref()
  })
}
