import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'

/** What was sent to an endpoint in one request. */
export interface Request {
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

/** Lets a gateway send to this machine. */
export const toThisMachine = { GANGWAY_ALLOW_PRIVATE_TARGETS: '1' }

/** A webhook of somebody's, on this machine, that notes what it is sent. */
export class Endpoint {
  readonly url: string
  readonly requests: Request[] = []
  /** Nobody is answered before this. */
  ready: Promise<unknown> = Promise.resolve()

  private constructor(server: Server) {
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    server.on('request', (request, response) => {
      let body = ''
      request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk))
      request.on('end', () => {
        this.requests.push({ path: request.url ?? '', headers: request.headers, body })
        void this.ready.then(() => response.writeHead(200).end())
      })
    })
  }

  static async open(): Promise<Endpoint> {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    onTestFinished(async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    })
    return new Endpoint(server)
  }

  /** The bodies as JSON, as the test knows them. */
  bodies<Body>(): Body[] {
    return this.requests.map(({ body }) => JSON.parse(body) as Body)
  }
}
