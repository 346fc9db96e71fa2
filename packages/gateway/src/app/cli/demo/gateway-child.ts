import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

const program = fileURLToPath(new URL('../main.js', import.meta.url))
const keptOutput = 20_000

/** A gateway in a process of its own, so that it can die as one does when the power fails. */
export class GatewayChild {
  readonly #dataDir: string
  #process: ChildProcess | undefined
  #output = ''

  constructor(dataDir: string) {
    this.#dataDir = dataDir
  }

  /** Resolves with its address, which is another one at each start. */
  async start(): Promise<string> {
    const child = spawn(process.execPath, [program, 'start'], {
      // Nothing of the settings of whoever watches: the demo touches none of their data. The log is kept in case it fails.
      env: { PATH: process.env.PATH, PORT: '0', GANGWAY_DATA_DIR: this.#dataDir, GANGWAY_LOG_LEVEL: 'debug' },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    this.#process = child
    let greeting = ''
    return new Promise((resolve, reject) => {
      child.stdout.on('data', (chunk: Buffer) => {
        greeting += chunk.toString()
        const [, url] = /is up at (http:\S+)/.exec(greeting) ?? []
        if (url !== undefined) resolve(url)
      })
      child.stderr.on('data', (chunk: Buffer) => {
        this.#output = (this.#output + chunk.toString()).slice(-keptOutput)
      })
      child.once('error', reject)
      child.once('exit', (code, signal) => {
        reject(new Error(`the gateway ended with ${code ?? signal} before it was up`))
      })
    })
  }

  /** Gives it no time for anything. */
  async kill(): Promise<void> {
    const child = this.#process
    if (child?.exitCode !== null || child.signalCode !== null) return
    const gone = once(child, 'exit')
    child.kill('SIGKILL')
    await gone
  }

  /** The same where nothing can be waited for. */
  killAtOnce(): void {
    this.#process?.kill('SIGKILL')
  }

  /** The end of its log, over all its lives. */
  lastLines(count: number): string[] {
    return this.#output.trimEnd().split('\n').slice(-count)
  }
}
