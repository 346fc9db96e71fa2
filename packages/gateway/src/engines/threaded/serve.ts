import type { MessagePort } from 'node:worker_threads'
import type { Connection, Engine, ProtocolStep } from '../../core/ports/engine.js'
import { fromWire, toWire, type FromEngine, type ToEngine } from './wire.js'

/** Serves an engine of this thread to the owner of the thread. */
export function serveEngine(port: MessagePort, engine: Engine): void {
  const connections = new Map<number, Connection>()
  const waiting = new Map<number, { resolve: () => void; reject: (error: Error) => void }>()
  let steps = 0

  const post = (message: FromEngine): void => {
    port.postMessage(message)
  }

  const accept = (connection: number, content: ProtocolStep): Promise<void> => {
    const step = ++steps
    if (content.report.kind === 'closed') connections.delete(connection)
    return new Promise((resolve, reject) => {
      waiting.set(step, { resolve, reject })
      post({ kind: 'step', connection, step, content })
    })
  }

  const answer = (call: number, work: Promise<unknown>): void => {
    work.then(
      () => {
        post({ kind: 'done', call, error: null, traffic: null })
      },
      (error: unknown) => {
        post({ kind: 'done', call, error: toWire(error), traffic: null })
      },
    )
  }

  const count = (call: number, connection: Connection | undefined): void => {
    const counting = connection?.traffic() ?? Promise.resolve(null)
    counting.then(
      (traffic) => {
        post({ kind: 'done', call, error: null, traffic })
      },
      (error: unknown) => {
        post({ kind: 'done', call, error: toWire(error), traffic: null })
      },
    )
  }

  const gone = { code: 'not-linked', message: 'this connection is over', effect: 'none' } as const
  const withConnection = async (id: number, work: (connection: Connection) => Promise<void>): Promise<void> => {
    const connection = connections.get(id)
    if (!connection) throw fromWire(gone)
    await work(connection)
  }

  port.on('message', (message: ToEngine) => {
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
          withConnection(message.connection, (one) => one.send(message.chat, message.id, message.content)),
        )
        return
      case 'traffic':
        count(message.call, connections.get(message.connection))
        return
      case 'hang-up':
        answer(message.call, connections.get(message.connection)?.close() ?? Promise.resolve())
        return
      case 'accepted': {
        const step = waiting.get(message.step)
        waiting.delete(message.step)
        if (message.error) step?.reject(fromWire(message.error))
        else step?.resolve()
        return
      }
      case 'shut-down':
        answer(message.call, engine.close())
    }
  })
}
