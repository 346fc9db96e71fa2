import type { FastifyInstance } from 'fastify'

export interface Pace {
  /** In each span of so many ms, */
  readonly span: number
  /** so many bytes of a request have to come, or its end. */
  readonly bytes: number
}

/**
 * Ends requests whose body hardly comes, which cost their sender nothing and a connection here. One limit for the whole of a
 * request, as Node has it, would be too short for a large file over a slow line or far too long for everything else.
 */
export function refuseSlowSenders(server: FastifyInstance, { span, bytes }: Pace): void {
  server.addHook('onRequest', (request, _reply, done) => {
    const { raw } = request
    if (hasBody(raw.headers)) {
      const { socket } = raw
      let read = socket.bytesRead
      const watch = setInterval(() => {
        // With as much here as may wait, it is the reader who is slow: a disk or a bucket.
        const isFull = raw.readableLength >= raw.readableHighWaterMark
        if (raw.complete) {
          clearInterval(watch)
        } else if (!isFull && socket.bytesRead - read < bytes) {
          // As Node tells it itself; Fastify answers 408 and closes.
          const error = Object.assign(new Error('Request timeout'), { code: 'ERR_HTTP_REQUEST_TIMEOUT' })
          server.server.emit('clientError', error, socket)
        } else {
          read = socket.bytesRead
        }
      }, span)
      watch.unref()
      raw.once('close', () => {
        clearInterval(watch)
      })
    }
    done()
  })
}

function hasBody(headers: {
  'content-length'?: string | undefined
  'transfer-encoding'?: string | undefined
}): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0
}
