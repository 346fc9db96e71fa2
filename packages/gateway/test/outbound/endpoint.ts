import { once } from 'node:events'
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'
import type { Outbound, OutboundRequest } from '#gateway/core/ports/outbound.js'
import { systemClock } from '#gateway/core/ports/clock.js'
import { createOutbound, type OutboundOptions } from '#gateway/outbound/create-outbound.js'
import type { Names } from '#gateway/outbound/names.js'

/** What somebody runs at the other end, down to the bytes. */
export interface Endpoint {
  readonly port: number
  /** For a path, with a name that `localNames` knows. */
  url(path?: string): string
  readonly sockets: readonly Socket[]
  /** What has arrived, one entry per request. */
  readonly requests: readonly string[]
  /** Resolves when so many requests have arrived. */
  received(count: number): Promise<void>
  /** Resolves when so many connections have been closed. */
  closed(count: number): Promise<void>
}

/** @param answer called once per request, when all of it has arrived */
export async function startEndpoint(answer: (socket: Socket, request: string) => void): Promise<Endpoint> {
  return follow(createServer(), 'connection', 'http:', answer)
}

export async function follow(
  server: Server,
  event: string,
  scheme: string,
  answer: (socket: Socket, request: string) => void,
  host = '127.0.0.1',
): Promise<Endpoint> {
  const sockets: Socket[] = []
  const requests: string[] = []
  let closes = 0
  const waiting = new Set<() => void>()
  const check = (): void => {
    for (const one of waiting) one()
  }
  const until = (condition: () => boolean): Promise<void> =>
    new Promise((resolve) => {
      waiting.add(() => {
        if (condition()) resolve()
      })
      check()
    })
  server.on(event, (socket: Socket) => {
    sockets.push(socket)
    socket.on('error', () => undefined)
    socket.once('close', () => {
      closes++
      check()
    })
    let received = ''
    socket.setEncoding('latin1')
    socket.on('data', (text: string) => {
      received += text
      for (let end = endOfRequest(received); end > 0; end = endOfRequest(received)) {
        const request = received.slice(0, end)
        received = received.slice(end)
        requests.push(request)
        answer(socket, request)
        check()
      }
    })
  })
  server.listen(0, host)
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return {
    port,
    url: (path = '/') => `${scheme}//endpoint.test:${port}${path}`,
    sockets,
    requests,
    received: (count) => until(() => requests.length >= count),
    closed: (count) => until(() => closes >= count),
  }
}

function endOfRequest(text: string): number {
  const head = text.indexOf('\r\n\r\n')
  if (head === -1) return 0
  const end = head + 4 + Number(/^content-length: (\d+)/im.exec(text.slice(0, head))?.[1] ?? 0)
  return text.length >= end ? end : 0
}

/** Every name is this machine. */
export const localNames: Names = { addresses: () => Promise.resolve(['127.0.0.1']), close: () => undefined }

/** A client without the address filter, unless the test says otherwise. */
export function openOutbound(options: Partial<OutboundOptions> = {}): Outbound {
  const outbound = createOutbound({
    clock: systemClock,
    userAgent: 'Gangway/1.2.3',
    allowPrivate: true,
    names: localNames,
    ...options,
  })
  onTestFinished(() => outbound.close())
  return outbound
}

export function request(url: string, more: Partial<OutboundRequest> = {}): OutboundRequest {
  return { url, headers: { 'content-type': 'application/json' }, body: '{}', timeout: 15_000, ...more }
}

/** Something that a test waits for. */
export function moment<T = undefined>(): { readonly reached: Promise<T>; reach: (value: T) => void } {
  let reach: (value: T) => void = () => undefined
  const reached = new Promise<T>((resolve) => (reach = resolve))
  return { reached, reach }
}

/** Sends for as long as the other side takes it; the answer is how much was taken by then, in bytes. */
export async function flood(socket: Socket, start: string, more: string): Promise<number> {
  const block = Buffer.from(more.repeat(Math.ceil(65_536 / more.length)))
  const pump = (): void => {
    while (!socket.destroyed && socket.write(block));
  }
  socket.write(start)
  socket.on('drain', pump)
  pump()
  await new Promise((resolve) => socket.once('close', resolve))
  return socket.bytesWritten - socket.writableLength
}
