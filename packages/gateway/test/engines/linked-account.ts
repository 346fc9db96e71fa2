import type { Simulator, VirtualPhone } from '@gangway/simulator'
import { expect, onTestFinished } from 'vitest'
import type { ReceivedEvent } from '#gateway/core/events/event.js'
import { systemClock } from '#gateway/core/ports/clock.js'
import type { Connection, Engine } from '#gateway/core/ports/engine.js'
import { createBaileysEngine } from '#gateway/engines/baileys/engine.js'
import { muteConsole } from '#gateway/engines/baileys/quiet.js'
import { MemoryCredentials, shop } from './memory-credentials.js'
import { ReportLog } from './report-log.js'

muteConsole()

/** An account that is linked and connected through the engine, with everything that it was told. */
export class LinkedAccount {
  readonly credentials: MemoryCredentials
  readonly connection: Connection
  readonly log: ReportLog
  readonly #engine: Engine

  private constructor(engine: Engine, credentials: MemoryCredentials) {
    this.#engine = engine
    this.credentials = credentials
    this.log = new ReportLog(credentials)
    this.connection = engine.open(shop, { kind: 'resume' }, this.log)
  }

  static async of(whatsapp: Simulator, phone: VirtualPhone): Promise<LinkedAccount> {
    const credentials = new MemoryCredentials()
    const engine = engineOf(whatsapp, credentials)
    const linking = new ReportLog(credentials)
    engine.open(shop, { kind: 'link', how: { method: 'qr' } }, linking)
    await phone.scan((await linking.first('qr')).text)
    await linking.first('closed')
    return LinkedAccount.#connected(engine, credentials)
  }

  /** The same account in another process: only what was committed is known there. */
  async restarted(whatsapp: Simulator): Promise<LinkedAccount> {
    await this.#engine.close()
    return LinkedAccount.#connected(engineOf(whatsapp, this.credentials), this.credentials)
  }

  static async #connected(engine: Engine, credentials: MemoryCredentials): Promise<LinkedAccount> {
    const account = new LinkedAccount(engine, credentials)
    await account.log.first('connected')
    return account
  }

  /** As a process that ends without a goodbye leaves it. */
  async close(): Promise<void> {
    await this.#engine.close()
  }

  /** What was told so far, contacts aside. */
  events(): ReceivedEvent[] {
    return this.log.reports
      .flatMap((report) => (report.kind === 'received' ? report.events : []))
      .filter(({ kind }) => !kind.startsWith('contact.') && kind !== 'message.recovered')
  }

  /** The first event of a kind that fits, past or to come. */
  async told<Kind extends ReceivedEvent['kind']>(
    kind: Kind,
    fits: (event: ReceivedEvent & { kind: Kind }) => boolean = () => true,
  ): Promise<ReceivedEvent & { kind: Kind }> {
    const found = (): (ReceivedEvent & { kind: Kind }) | undefined =>
      this.log.reports
        .flatMap((report) => (report.kind === 'received' ? report.events : []))
        .find((event): event is ReceivedEvent & { kind: Kind } => event.kind === kind && fits(event as never))
    await expect.poll(found).toBeDefined()
    const event = found()
    if (!event) throw new Error(`no ${kind} was told`)
    return event
  }
}

function engineOf(whatsapp: Simulator, credentials: MemoryCredentials): Engine {
  const engine = createBaileysEngine({
    network: 'whatsapp',
    url: whatsapp.url,
    rootKey: whatsapp.rootKey,
    credentials,
    clock: systemClock,
  })
  onTestFinished(() => engine.close())
  return engine
}
