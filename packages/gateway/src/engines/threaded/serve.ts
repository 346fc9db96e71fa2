import type { MessagePort } from 'node:worker_threads'
import type { Connection, Engine, ProtocolStep } from '../../core/ports/engine.js'
import { postBatch } from './post-batch.js'
import { fromWire, light, toWire, type Answer, type FromEngine, type ToEngine } from './wire.js'

/** Serves an engine of this thread to the owner of the thread. */
export function serveEngine(port: MessagePort, engine: Engine): void {
  const connections = new Map<number, Connection>()
  const waiting = new Map<number, { resolve: () => void; reject: (error: Error) => void }>()
  let steps = 0

  const post = postBatch<FromEngine>((messages) => {
    port.postMessage(messages)
  }, setImmediate)

  // What only adds to the log is gathered for as long as the store is busy with what was gathered before: the busier it
  // is, the more messages share one commit, and one that comes alone waits for nothing.
  let committing = 0
  let flushLog: (() => void) | undefined
  const postLog = postBatch<FromEngine>(
    (messages) => {
      committing += messages.length
      for (const message of messages) post(message)
    },
    (flush) => {
      if (committing === 0) setImmediate(flush)
      else flushLog = flush
    },
  )
  const committed = (): void => {
    if (--committing > 0) return
    const flush = flushLog
    flushLog = undefined
    flush?.()
  }

  const accept = async (connection: number, content: ProtocolStep): Promise<void> => {
    const step = ++steps
    const { report, credentials } = content
    if (report.kind === 'closed') connections.delete(connection)
    const logs = report.kind === 'received' || report.kind === 'message-status'
    try {
      await new Promise<void>((resolve, reject) => {
        waiting.set(step, { resolve, reject })
        const told = logs ? postLog : post
        told({ kind: 'step', connection, step, content: { ...content, credentials: credentials.map(light) } })
      })
    } finally {
      if (logs) committed()
    }
  }

  const answer = (call: number, work: Promise<Answer | undefined>): void => {
    work.then(
      (result) => {
        post({ kind: 'done', call, error: null, answer: result ?? null })
      },
      (error: unknown) => {
        post({ kind: 'done', call, error: toWire(error), answer: null })
      },
    )
  }

  const gone = { code: 'not-linked', message: 'this connection is over', effect: 'none' } as const
  const open = (id: number): Connection => {
    const connection = connections.get(id)
    if (!connection) throw fromWire(gone)
    return connection
  }

  const hear = (message: ToEngine): void => {
    switch (message.kind) {
      case 'open': {
        const { connection, instance, intent } = message
        const inbox = { accept: (step: ProtocolStep) => accept(connection, step) }
        connections.set(connection, engine.open(instance, intent, inbox))
        return
      }
      case 'send':
        answer(
          message.call,
          nothing(async () => open(message.connection).send(message.message)),
        )
        return
      case 'perform':
        answer(message.call, (async () => open(message.connection).perform(message.name, message.wish))())
        return
      case 'traffic':
        answer(message.call, connections.get(message.connection)?.traffic() ?? Promise.resolve(null))
        return
      case 'hang-up':
        answer(
          message.call,
          nothing(async () => connections.get(message.connection)?.close()),
        )
        return
      case 'accepted': {
        const step = waiting.get(message.step)
        waiting.delete(message.step)
        if (message.error) step?.reject(fromWire(message.error))
        else step?.resolve()
        return
      }
      case 'shut-down':
        answer(
          message.call,
          nothing(() => engine.close()),
        )
    }
  }

  port.on('message', (messages: readonly ToEngine[]) => {
    for (const message of messages) hear(message)
  })
}

async function nothing(work: () => Promise<void>): Promise<null> {
  await work()
  return null
}
