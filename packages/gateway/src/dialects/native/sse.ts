import type { FastifyReply } from 'fastify'
import type { Clock } from '../../core/ports/clock.js'

export interface ServerEvent {
  readonly id: number
  readonly event?: string
  /** One line of JSON. */
  readonly data: string | Buffer
}

const heartbeatEvery = 15_000
/** A reader that takes nothing for so long, or lets so much pile up, is cut; it resumes from its last id. */
const patience = 30_000
const mostBuffered = 1024 * 1024

/**
 * Answers with Server-Sent Events until `events` ends, the reader leaves, or `signal` aborts. Nothing is taken from
 * `events` while the reader lags, so what piles up is bounded by one event.
 */
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
    if (!out.writableFinished) noteEnd(reply, cut)
  })
  out.writeHead(200, {
    ...(reply.getHeaders() as Record<string, string>),
    'content-type': 'text/event-stream',
    'cache-control': 'no-store',
    // Proxies of the nginx family hold a response back until it is complete unless told.
    'x-accel-buffering': 'no',
  })
  out.write(':\n\n')
  let stopBeating = beat()
  try {
    for await (const event of events) {
      if (signal.aborted || out.destroyed) break
      if (!(await write(frame(event)))) break
    }
  } finally {
    stopBeating()
    out.end()
  }

  function beat(): () => void {
    return clock.after(heartbeatEvery, () => {
      if (!out.writableNeedDrain) out.write(':\n\n')
      stopBeating = beat()
    })
  }

  async function write(bytes: Buffer): Promise<boolean> {
    // One event alone may be as large as it is: refused, it would be asked for again and again.
    if (out.writableLength > 0 && out.writableLength + bytes.length > mostBuffered) {
      cutOff()
      return false
    }
    return out.write(bytes) || (await drained())
  }

  async function drained(): Promise<boolean> {
    return new Promise((resolve) => {
      const finish = (alive: boolean) => () => {
        stopWaiting()
        out.off('drain', onDrain).off('close', onClose)
        resolve(alive)
      }
      const onDrain = finish(true)
      const onClose = finish(false)
      const stopWaiting = clock.after(patience, cutOff)
      out.on('drain', onDrain).on('close', onClose)
    })
  }

  function cutOff(): void {
    cut = true
    out.destroy()
  }
}

function noteEnd(reply: FastifyReply, cut: boolean): void {
  const { request, raw, server, elapsedTime: ms } = reply
  const route = request.routeOptions.url ?? 'unmatched'
  server.noteAnswer({ request: request.id, method: request.method, route, status: raw.statusCode, ms, cut })
}

function frame({ id, event, data }: ServerEvent): Buffer {
  const head = `id: ${id}\n${event === undefined ? '' : `event: ${event}\n`}data: `
  return Buffer.concat([Buffer.from(head), typeof data === 'string' ? Buffer.from(data) : data, Buffer.from('\n\n')])
}
