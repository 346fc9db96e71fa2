import type { AddressInfo, Socket } from 'node:net'
import { WebSocketServer, type WebSocket } from 'ws'

const largestMessage = 16 * 1024 * 1024

export interface Listener {
  readonly url: string
  close(): Promise<void>
}

/** Rejects when the port is taken. */
export async function listen(
  host: string,
  port: number,
  accept: (socket: WebSocket, line: Socket) => void,
): Promise<Listener> {
  const server = new WebSocketServer({
    host,
    port,
    path: '/ws/chat',
    maxPayload: largestMessage,
    perMessageDeflate: false,
    autoPong: false,
  })
  await new Promise<void>((resolve, reject) => {
    server.once('listening', resolve)
    server.once('error', (error: NodeJS.ErrnoException) => {
      const taken = error.code === 'EADDRINUSE'
      reject(
        taken
          ? new Error(`the simulator cannot listen on ${host}:${port}: the port is in use`, { cause: error })
          : error,
      )
    })
  })
  server.on('connection', (socket, request) => {
    accept(socket, request.socket)
  })
  const { port: actual } = server.address() as AddressInfo
  return {
    url: `ws://${host.includes(':') ? `[${host}]` : host}:${actual}/ws/chat`,
    close: () =>
      new Promise((resolve) => {
        for (const client of server.clients) client.terminate()
        server.close(() => {
          resolve()
        })
      }),
  }
}
