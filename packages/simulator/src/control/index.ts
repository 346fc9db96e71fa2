import { createServer } from 'node:http'
import type { Simulator } from '../api.js'
import { exchange } from './exchange.js'
import { routesOf } from './routes.js'

export interface ControlOptions {
  /** 127.0.0.1 unless told. There is no authentication: whoever reaches this address owns every virtual phone. */
  readonly host?: string
  /** 0 (any free port) unless told. */
  readonly port?: number
  /** Told of every failure that is not the caller's; such a request is answered with 500. */
  readonly onError?: (error: unknown) => void
}

export interface Control {
  /** `http://HOST:PORT`, without a slash at the end. */
  readonly url: string
  /** Cuts the requests that are still running. The simulator itself goes on. */
  close(): Promise<void>
}

/** Serves the virtual phones of a running simulator over HTTP. Rejects when the address is taken. */
export async function startControl(simulator: Simulator, options: ControlOptions = {}): Promise<Control> {
  const { host = '127.0.0.1', port = 0, onError = () => undefined } = options
  const routes = routesOf(simulator)
  const server = createServer((request, response) => void exchange(routes, request, response, onError))
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      server.off('error', reject)
      resolve()
    })
  })
  const address = server.address()
  const bound = typeof address === 'object' && address !== null ? address.port : port
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${bound}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve()
        })
        server.closeAllConnections()
      }),
  }
}
