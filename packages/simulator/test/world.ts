import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { UserFacingSocketConfig } from 'baileys'
import {
  startSimulator,
  type HistoryEntry,
  type Simulator,
  type SimulatorOptions,
  type VirtualPhone,
} from '#simulator/index.js'
import { Client } from './client.js'

/** A network that ends with the test, and everything on it. */
export class World {
  simulator: Simulator
  readonly #options: SimulatorOptions

  private constructor(simulator: Simulator, options: SimulatorOptions) {
    this.simulator = simulator
    this.#options = options
    onTestFinished(() => this.simulator.close())
  }

  static async start(options: SimulatorOptions = {}): Promise<World> {
    return new World(await startSimulator(options), options)
  }

  /** Ends the server and starts it again with what it stored, on the same port. */
  async restart(): Promise<void> {
    const port = Number(new URL(this.simulator.url).port)
    await this.simulator.close()
    this.simulator = await startSimulator({ ...this.#options, port })
  }

  phone(name?: string): Promise<VirtualPhone> {
    return this.simulator.registerPhone(name === undefined ? {} : { name })
  }

  client(config?: Partial<UserFacingSocketConfig>): Client {
    const client = new Client(() => this.simulator, config)
    onTestFinished(() => client.close())
    return client
  }

  /** Shows a QR code and waits. */
  async candidate(): Promise<Client> {
    const client = this.client()
    await client.until(({ qr }) => qr !== undefined, 'a QR code')
    return client
  }

  async linked(): Promise<{ phone: VirtualPhone; client: Client }> {
    const phone = await this.phone()
    const client = this.client()
    await client.link(phone)
    return { phone, client }
  }

  violations(): HistoryEntry[] {
    return this.simulator.history().filter(({ event }) => event === 'violation')
  }

  /** Ids of message stanzas with this fate, in order. */
  messages(event: 'pushed' | 'acked' | 'received'): string[] {
    return this.simulator
      .history()
      .flatMap((entry) => (entry.event === event && entry.tag === 'message' ? [entry.id] : []))
  }
}

/** A folder that ends with the test. */
export async function dataDir(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'simulator-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return folder
}
