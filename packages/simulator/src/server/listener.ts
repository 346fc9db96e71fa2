import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { WebSocketServer, type WebSocket } from 'ws'

const largestMessage = 16 * 1024 * 1024

export interface Listener {
  readonly url: string
  /** `host:port` */
  readonly host: string
  close(): Promise<void>
}

/** What the port is for: clients of the chat on their WebSocket, and everything else that asks over HTTP. */
export interface Guests {
  readonly accept: (socket: WebSocket, line: Socket) => void
  readonly serve: (request: IncomingMessage, response: ServerResponse) => Promise<void>
}

/** Rejects when the port is taken. */
export async function listen(host: string, port: number, { accept, serve }: Guests): Promise<Listener> {
  const http = createServer((request, response) => void serve(request, response))
  const server = new WebSocketServer({
    server: http,
    path: '/ws/chat',
    maxPayload: largestMessage,
    perMessageDeflate: false,
    autoPong: false,
  })
  await new Promise<void>((resolve, reject) => {
    http.once('listening', resolve)
    server.once('error', (error: NodeJS.ErrnoException) => {
      const taken = error.code === 'EADDRINUSE'
      reject(
        taken
          ? new Error(`the simulator cannot listen on ${host}:${port}: the port is in use`, { cause: error })
          : error,
      )
    })
    http.listen(port, host)
  })
  server.on('connection', (socket, request) => {
    accept(socket, request.socket)
  })
  const { port: actual } = http.address() as AddressInfo
  const named = `${host.includes(':') ? `[${host}]` : host}:${actual}`
  return {
    host: named,
    url: `ws://${named}/ws/chat`,
    close: () =>
      new Promise((resolve) => {
        for (const client of server.clients) client.terminate()
        server.close()
        http.close(() => {
          resolve()
        })
        http.closeAllConnections()
      }),
  }
}
