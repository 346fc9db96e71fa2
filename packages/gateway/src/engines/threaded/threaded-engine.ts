import type { Worker } from 'node:worker_threads'
import { GatewayError } from '../../core/errors/gateway-error.js'
import type { InstanceRef, Network } from '../../core/instances/instance.js'
import type { EngineActName, EngineActs } from '../../core/ports/engine-acts.js'
import type { Connection, Engine, Inbox, Intent, Traffic } from '../../core/ports/engine.js'
import type { Log } from '../../core/ports/log.js'
import { postBatch } from './post-batch.js'
import { fromWire, toWire, type Answer, type FromEngine, type ToEngine } from './wire.js'

export interface ThreadedOptions {
  readonly network: Network
  /** Starts the thread, which must call `serveEngine` on its parent port. Called again if a thread dies. */
  readonly start: () => Promise<Worker>
  readonly log: Log
}

/**
 * An engine in a thread of its own, started when it is first needed. The protocol's cryptography then never delays an
 * HTTP answer, each network has its own copy of the library with its own root key, and a crash in there costs the
 * connections of one network a reconnection and nothing else.
 */
export function createThreadedEngine(options: ThreadedOptions): Engine {
  return new ThreadedEngine(options)
}

interface Thread {
  readonly worker: Worker
  readonly tell: (message: ToEngine) => void
}

interface Call {
  readonly resolve: (answer: Answer) => void
  readonly reject: (error: GatewayError) => void
}

/** What went over a connection that is gone. */
const silence: Traffic = { sentBytes: 0, receivedBytes: 0 }
/** How long a thread may take to close its connections, in ms; after that it is ended as it is. */
const shutdownPatience = 10_000

class ThreadedEngine implements Engine {
  readonly network: Network
  readonly #options: ThreadedOptions
  readonly #inboxes = new Map<number, Inbox>()
  readonly #calls = new Map<number, Call>()
  #worker: Promise<Thread> | undefined
  #counter = 0
  #closed = false

  constructor(options: ThreadedOptions) {
    this.network = options.network
    this.#options = options
  }

  open(instance: InstanceRef, intent: Intent, inbox: Inbox): Connection {
    const connection = ++this.#counter
    this.#inboxes.set(connection, inbox)
    this.#post({ kind: 'open', connection, instance, intent })
    return {
      send: async (message) => {
        await this.#call((call) => ({ kind: 'send', connection, call, message }))
      },
      perform: async <Name extends EngineActName>(name: Name, wish: EngineActs[Name]['wish']) => {
        const answer = await this.#call((call) => ({ kind: 'perform', connection, call, name, wish }))
        // The other side answers an act with its own result; the way between threads only forgets which one it was.
        return answer as EngineActs[Name]['result']
      },
      traffic: async () =>
        ((await this.#call((call) => ({ kind: 'traffic', connection, call }))) as Traffic | null) ?? silence,
      close: async () => {
        if (this.#inboxes.has(connection)) await this.#call((call) => ({ kind: 'hang-up', connection, call }))
      },
    }
  }

  async close(): Promise<void> {
    if (!this.#worker || this.#closed) return
    const shutDown = this.#call((call) => ({ kind: 'shut-down', call })).catch(() => undefined)
    let timer: NodeJS.Timeout | undefined
    const patience = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, shutdownPatience)
    })
    await Promise.race([shutDown, patience])
    clearTimeout(timer)
    this.#closed = true
    const { worker } = await this.#worker
    await worker.terminate()
  }

  #call(message: (call: number) => ToEngine): Promise<Answer> {
    const call = ++this.#counter
    return new Promise((resolve, reject) => {
      this.#calls.set(call, { resolve, reject })
      this.#post(message(call))
    })
  }

  /** In the order of asking, however long the thread takes to start. */
  #post(message: ToEngine): void {
    this.#worker ??= this.#start()
    this.#worker.then(
      ({ tell }) => {
        tell(message)
      },
      () => undefined,
    )
  }

  async #start(): Promise<Thread> {
    try {
      const worker = await this.#options.start()
      const tell = postBatch<ToEngine>((messages) => {
        worker.postMessage(messages)
      }, queueMicrotask)
      worker.on('message', (messages: readonly FromEngine[]) => {
        for (const message of messages) {
          if (message.kind === 'done') this.#settle(message)
          else this.#accept(tell, message)
        }
      })
      worker.on('error', (error) => {
        this.#options.log.error({ network: this.network, error: error.message }, 'engine thread failed')
      })
      worker.on('exit', () => {
        this.#died()
      })
      return { worker, tell }
    } catch (error) {
      const message = error instanceof Error ? error.message : 'unknown failure'
      this.#options.log.error({ network: this.network, error: message }, 'engine thread could not be started')
      this.#died()
      throw error
    }
  }

  #accept(tell: Thread['tell'], { connection, step, content }: FromEngine & { kind: 'step' }): void {
    const inbox = this.#inboxes.get(connection)
    if (content.report.kind === 'closed') this.#inboxes.delete(connection)
    const reply = (error: unknown): void => {
      tell({ kind: 'accepted', step, error: error === null ? null : toWire(error) })
    }
    if (!inbox) {
      reply(new GatewayError('stale-owner', 'this connection is over'))
      return
    }
    inbox.accept(content).then(() => {
      reply(null)
    }, reply)
  }

  #settle({ call, error, answer }: FromEngine & { kind: 'done' }): void {
    const waiting = this.#calls.get(call)
    this.#calls.delete(call)
    if (error) waiting?.reject(fromWire(error))
    else waiting?.resolve(answer)
  }

  /** Every connection of the thread is over; the core decides about each as after any other lost connection. */
  #died(): void {
    this.#worker = undefined
    const inboxes = [...this.#inboxes.values()]
    this.#inboxes.clear()
    const error = { code: 'send-timed-out', message: 'the engine thread ended', effect: 'unknown' } as const
    for (const call of [...this.#calls.keys()]) this.#settle({ kind: 'done', call, error, answer: null })
    if (this.#closed) return
    const closed = { kind: 'closed', reason: { kind: 'server-trouble', code: 0 } } as const
    for (const inbox of inboxes) inbox.accept({ report: closed, credentials: [] }).catch(() => undefined)
  }
}
