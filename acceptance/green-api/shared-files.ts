import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'

/** Files of somebody's on the web, on this machine. */
export class SharedFiles {
  readonly url: string

  private constructor(server: Server) {
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  }

  /** @param files by path */
  static async open(files: Readonly<Record<string, Uint8Array>>): Promise<SharedFiles> {
    const server = createServer((request, response) => {
      const bytes = files[request.url ?? '']
      if (bytes === undefined) response.writeHead(404).end()
      else response.writeHead(200, { 'content-length': bytes.length }).end(bytes)
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    onTestFinished(async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    })
    return new SharedFiles(server)
  }
}
