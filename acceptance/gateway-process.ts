import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const program = join(import.meta.dirname, '..', 'packages', 'gateway', 'dist', 'app', 'cli', 'main.js')

export interface GatewayOptions {
  /** Kept when given; otherwise one is made and removed at the end. */
  readonly dataDir?: string
  readonly env?: Readonly<Record<string, string>>
}

/** The real thing, started as a user would, in a process of its own. */
export class GatewayProcess {
  readonly url: string
  readonly dataDir: string
  readonly #env: Readonly<Record<string, string>>
  #child: ChildProcess | undefined
  #output = ''

  private constructor(url: string, dataDir: string, env: Readonly<Record<string, string>>) {
    this.url = url
    this.dataDir = dataDir
    this.#env = env
  }

  static async start(options: GatewayOptions = {}): Promise<GatewayProcess> {
    const port = await freePort()
    const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), 'gangway-acceptance-')))
    const gateway = new GatewayProcess(`http://127.0.0.1:${port}`, dataDir, {
      ...options.env,
      PORT: String(port),
      GANGWAY_DATA_DIR: dataDir,
    })
    await gateway.start()
    return gateway
  }

  /** Everything that it printed and logged, over all its lives. */
  get output(): string {
    return this.#output
  }

  get running(): boolean {
    return this.#child?.exitCode === null && this.#child.signalCode === null
  }

  /** Starts it again on the same port and data. */
  async start(env: Readonly<Record<string, string>> = {}): Promise<void> {
    const child = spawn(process.execPath, [program, 'start'], {
      env: { PATH: process.env.PATH ?? '', ...this.#env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    this.#child = child
    const greeted = new Promise<void>((resolve, reject) => {
      const hear = (chunk: Buffer): void => {
        this.#output += chunk.toString()
        if (chunk.toString().includes('Link a first account')) resolve()
      }
      child.stdout.on('data', hear)
      child.stderr.on('data', hear)
      child.once('exit', (code) => {
        reject(new Error(`the gateway ended with ${code} before it was up:\n${this.#output}`))
      })
    })
    await greeted
  }

  async adminKey(): Promise<string> {
    return (await readFile(join(this.dataDir, 'admin-key'), 'utf8')).trim()
  }

  /** Memory in use, in bytes (Linux). */
  async rss(): Promise<number> {
    const status = await readFile(`/proc/${this.#child?.pid}/status`, 'utf8')
    return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) * 1024
  }

  /** Resolves with the exit code, or the signal, when the process is gone. */
  async gone(): Promise<number | NodeJS.Signals | null> {
    const child = this.#child
    if (!child) return null
    if (this.running) await once(child, 'exit')
    return child.exitCode ?? child.signalCode
  }

  /** As a power switch would. */
  async kill(): Promise<void> {
    this.#child?.kill('SIGKILL')
    await this.gone()
  }

  async stop(): Promise<number | NodeJS.Signals | null> {
    this.#child?.kill('SIGTERM')
    return this.gone()
  }

  async remove(): Promise<void> {
    await this.kill()
    await rm(this.dataDir, { recursive: true, force: true })
  }
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
