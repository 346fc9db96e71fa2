import { Agent as HttpsAgent } from 'node:https'
import { connect } from 'node:net'
import { Agent as Dispatcher } from 'undici'
import type { UserFacingSocketConfig } from 'baileys'

/** The library asks for media over TLS only; these leave the TLS away. */
class PlainAgent extends HttpsAgent {
  override createConnection({ host, port }: { host?: string | null; port?: number | string | null }) {
    return connect(Number(port), host ?? '127.0.0.1')
  }
}

export const plainDispatcher = new Dispatcher({
  connect: ({ hostname, port }, callback) => {
    const socket = connect(Number(port), hostname)
    socket.once('connect', () => {
      callback(null, socket)
    })
    socket.once('error', (error) => {
      callback(error, null)
    })
  },
})

/** For a client that is to upload to the simulator, and download from it. */
export const plainMedia: Partial<UserFacingSocketConfig> = {
  fetchAgent: new PlainAgent(),
  options: { dispatcher: plainDispatcher } as unknown as NonNullable<UserFacingSocketConfig['options']>,
}
