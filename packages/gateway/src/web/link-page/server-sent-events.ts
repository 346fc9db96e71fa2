import type { FastifyReply } from 'fastify'
import type { Clock } from '../../core/ports/clock.js'

export interface ServerEvent {
  /** What the browser names again when it comes back. */
  readonly id: string
  /** One line. */
  readonly data: string
}

const heartbeatEvery = 15_000
/** A step is a few kilobytes: a reader who has this much waiting has stopped reading. */
const mostBuffered = 64 * 1024
/** How long, in ms, a browser waits before it comes back. */
const comeBackAfter = 1_500

/** Answers with Server-Sent Events until `events` ends, the reader leaves or stops reading, or `signal` aborts. */
export async function streamEvents(
  reply: FastifyReply,
  events: AsyncIterable<ServerEvent>,
  signal: AbortSignal,
  clock: Clock,
): Promise<void> {
  reply.hijack()
  const out = reply.raw
  let cut = false
  out.once('close', () => {
    // An answer that was written to its end is noted like any other.
    if (out.writableFinished) return
    const { request, server, elapsedTime: ms } = reply
    const { method, id, routeOptions } = request
    server.noteAnswer({ request: id, method, route: routeOptions.url ?? 'unmatched', status: out.statusCode, ms, cut })
  })
  out.writeHead(200, {
    ...(reply.getHeaders() as Record<string, string>),
    'content-type': 'text/event-stream',
    // Proxies of the nginx family hold a response back until it is complete unless told.
    'x-accel-buffering': 'no',
  })
  out.write(`retry: ${comeBackAfter}\n\n`)
  let stopBeating = beat()
  try {
    for await (const { id, data } of events) {
      if (signal.aborted || out.destroyed) break
      write(`id: ${id}\nevent: step\ndata: ${data}\n\n`)
    }
  } finally {
    stopBeating()
    out.end()
  }

  function beat(): () => void {
    return clock.after(heartbeatEvery, () => {
      write(':\n\n')
      stopBeating = beat()
    })
  }

  function write(text: string): void {
    if (out.writableLength <= mostBuffered) {
      out.write(text)
      return
    }
    cut = true
    out.destroy()
  }
}

/** Aborts when the reader leaves or the server closes. */
export function untilGone({ raw }: FastifyReply, closing: AbortSignal): AbortSignal {
  const gone = new AbortController()
  raw.once('close', () => {
    gone.abort()
  })
  if (raw.destroyed) gone.abort()
  return AbortSignal.any([gone.signal, closing])
}
