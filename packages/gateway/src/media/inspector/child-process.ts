import { fork, type ChildProcess } from 'node:child_process'
import { guard, type ProcessLimits } from './guard.js'
import type { Answer, Task } from './task.js'

/** Of the garbage-collected memory alone, in MiB. Decoded pictures are elsewhere. */
const heap = 128

/** The process is gone, of itself or because it was ended; what it was asked is not answered. */
export class ChildLost extends Error {}

/** One process that looks into one file at a time, and is ended when that takes too much. */
export class InspectorChild {
  readonly #process: ChildProcess
  readonly #limits: ProcessLimits
  #settle: ((answer: Answer | undefined) => void) | undefined
  #gone = false

  constructor(limits: ProcessLimits) {
    this.#limits = limits
    // Nothing of this process's environment is its business, secrets least of all.
    this.#process = fork(new URL('./child.js', import.meta.url), [], {
      env: {},
      execArgv: [`--max-old-space-size=${heap}`],
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    })
    this.#process.on('message', (answer: Answer) => this.#settle?.(answer))
    const gone = (): void => {
      this.#gone = true
      this.#settle?.(undefined)
    }
    this.#process.on('error', gone)
    this.#process.on('exit', gone)
    this.#process.unref()
    this.#process.channel?.unref()
  }

  get isGone(): boolean {
    return this.#gone
  }

  /** Rejects with `ChildLost`. Not to be called before the task before it is over. */
  async ask(task: Task): Promise<Answer> {
    const release = guard(this.#process, this.#limits, () => {
      this.end()
    })
    this.#process.channel?.ref()
    try {
      const answer = await new Promise<Answer | undefined>((resolve) => {
        this.#settle = resolve
        if (this.#gone) resolve(undefined)
        else
          this.#process.send(task, (error) => {
            if (error) resolve(undefined)
          })
      })
      if (answer === undefined) throw new ChildLost('the process that looks into files has ended')
      return answer
    } finally {
      release()
      this.#settle = undefined
      this.#process.channel?.unref()
    }
  }

  end(): void {
    this.#gone = true
    this.#process.kill('SIGKILL')
  }
}
