import type { MessagePort } from 'node:worker_threads'
import { GatewayError } from '../../core/errors/gateway-error.js'
import type { CommandName, CommandOutput } from '../commands/index.js'
import type { Write } from '../write.js'
import { unpackError, type Answer, type Unit } from './protocol.js'

interface Waiting {
  readonly resolve: (value: unknown) => void
  readonly reject: (error: Error) => void
}

/** How much may wait for a slow disk before the next one is refused. */
const mostWaiting = 10_000

/** One thread's line to the writer. Whatever was submitted in one turn travels together. */
export class WriterClient {
  readonly #port: MessagePort
  readonly #waiting = new Map<number, Waiting>()
  readonly #whenIdle: (() => void)[] = []
  #outbox: Unit[] = []
  #nextId = 0
  #closed = false

  constructor(port: MessagePort) {
    this.#port = port
    port.on('message', (answers: readonly Answer[]) => {
      this.#take(answers)
    })
    port.on('close', () => {
      this.#lost()
    })
    // The process may end while nothing waits; while something does, it may not.
    port.unref()
  }

  readonly write: Write = (command, input, rows = 1, strand?: string) => {
    if (this.#closed) return Promise.reject(new GatewayError('storage-error', 'The store is closed'))
    if (this.#waiting.size >= mostWaiting) {
      return Promise.reject(new GatewayError('storage-error', 'Too many writes are waiting for the disk'))
    }
    return this.#submit(command, input, rows, strand)
  }

  /** Resolves when every answer has come. */
  idle(): Promise<void> {
    if (this.#waiting.size === 0) return Promise.resolve()
    return new Promise((resolve) => {
      this.#whenIdle.push(resolve)
    })
  }

  async close(): Promise<void> {
    await this.idle()
    this.#closed = true
    this.#port.close()
  }

  #submit<Name extends CommandName>(
    command: Name,
    input: unknown,
    rows: number,
    strand: string | undefined,
  ): Promise<CommandOutput<Name>> {
    const id = this.#nextId++
    if (this.#outbox.push({ id, command, input, rows, ...(strand !== undefined && { strand }) }) === 1)
      queueMicrotask(this.#post)
    if (this.#waiting.size === 0) this.#port.ref()
    return new Promise<CommandOutput<Name>>((resolve, reject) => {
      this.#waiting.set(id, { resolve: resolve as (value: unknown) => void, reject })
    })
  }

  readonly #post = (): void => {
    this.#port.postMessage(this.#outbox)
    this.#outbox = []
  }

  #take(answers: readonly Answer[]): void {
    for (const answer of answers) {
      const waiting = this.#waiting.get(answer.id)
      this.#waiting.delete(answer.id)
      if (answer.ok) waiting?.resolve(answer.value)
      else waiting?.reject(unpackError(answer.error))
    }
    if (this.#waiting.size > 0) return
    this.#port.unref()
    for (const resolve of this.#whenIdle.splice(0)) resolve()
  }

  /** The writer is gone. What it had not answered may or may not be on disk. */
  #lost(): void {
    this.#closed = true
    const error = new GatewayError('storage-error', 'The writer of the store is gone', { effect: 'unknown' })
    for (const { reject } of this.#waiting.values()) reject(error)
    this.#waiting.clear()
    for (const resolve of this.#whenIdle.splice(0)) resolve()
  }
}
