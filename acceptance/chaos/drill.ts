import { assemble, type Cast } from './cast.js'
import { Dice } from './dice.js'
import { judge } from './judge.js'
import { Traffic } from './traffic.js'
import { becomes, pause } from './waiting.js'

export interface Drill {
  readonly seed: number
  readonly kills: number
  readonly say: (line: string) => void
}

export interface DrillReport {
  readonly seed: number
  readonly kills: number
  /** Texts that were sent, and how many of them through the API. */
  readonly texts: number
  readonly throughApi: number
  /** Message stanzas that the gateway acknowledged. */
  readonly acknowledged: number
  /** Messages that the gateway sent a second time, not knowing what became of the first. */
  readonly repeats: number
  /** Messages that could not be read at first, and were asked for again. */
  readonly unreadable: number
  /** Webhook deliveries, repeats included. */
  readonly deliveries: number
  readonly violations: readonly string[]
}

/** Load all the time, and SIGKILL at random moments; then what was promised is compared with what is there. */
export async function drill({ seed, kills, say }: Drill): Promise<DrillReport> {
  const dice = new Dice(seed)
  const cast = await assemble({ env: { GANGWAY_LOG_LEVEL: 'warn' } })
  try {
    const { ledger, parties } = cast
    ledger.catchUp()
    ledger.pairings = 0
    const traffic = new Traffic(cast, new Dice(seed + 1))
    traffic.start()
    const early: string[] = []
    for (let kill = 1; kill <= kills && !traffic.failure; kill++) {
      if (dice.chance(0.2)) await traffic.join()
      early.push(...(await oneLife(cast, dice)))
      if (kill % 10 === 0 || early.length > 0)
        say(
          `${Math.round(performance.now() / 1000)} s, seed ${seed}: ${kill} kills, ${traffic.texts.length} texts, ${early.length} violations`,
        )
    }
    await up(cast)
    await traffic.stop()
    if (traffic.failure) throw new Error('the load broke off', { cause: traffic.failure })
    await quiet(cast, traffic)
    for (const { log } of parties) await log.catchUp()
    await delivered(cast)
    const violations = [...early, ...(await judge(cast, traffic.texts))]
    return {
      seed,
      kills,
      texts: traffic.texts.length,
      throughApi: traffic.texts.filter(({ through }) => through).length,
      acknowledged: parties.reduce((sum, { device }) => sum + ledger.acknowledged(device).size, 0),
      repeats: ledger.repeats,
      unreadable: parties.reduce((sum, { log }) => sum + log.unreadable, 0),
      deliveries: cast.subscriber.deliveries.length,
      violations,
    }
  } finally {
    await cast.close()
  }
}

/** From the kill before to the next; answers what was acknowledged and is not there after the restart. */
async function oneLife(cast: Cast, dice: Dice): Promise<string[]> {
  const { gateway, ledger } = cast
  const fate = dice.next()
  let lost: string[] = []
  // The first life is linked when it begins: there is no login to wait for.
  if (fate < 0.7 || gateway.running) {
    lost = await up(cast)
    await pause(dice.between(50, 1500))
  } else if (fate < 0.85) {
    // While it starts: it may not even answer yet.
    gateway.start().catch(() => undefined)
    await pause(dice.between(0, 1200))
  } else {
    gateway.start().catch(() => undefined)
    const before = ledger.logins
    const isThere = (): boolean => {
      ledger.catchUp()
      return ledger.logins > before || !gateway.running
    }
    await becomes('a login', isThere, { ms: 60_000, lastSeen: () => gateway.output.slice(-1000) })
    await pause(dice.between(0, 150))
  }
  await gateway.kill()
  // What it had sent is still read; nothing comes after that.
  await becomes('the end of its connections', () => cast.whatsapp.connections() === 0)
  ledger.catchUp()
  return lost
}

/** Starts it and waits until both accounts are linked. I2: what was acknowledged before is in the log already. */
async function up({ gateway, ledger, parties, client }: Cast): Promise<string[]> {
  const lost: string[] = []
  if (!gateway.running) {
    ledger.catchUp()
    const before = parties.map(({ device }) => ({
      messages: new Set(ledger.acknowledged(device)),
      receipts: new Set(ledger.receipts(device)),
    }))
    await gateway.start()
    for (const [at, { name, device, log }] of parties.entries()) {
      await log.catchUp()
      const { messages = new Set<string>(), receipts = new Set<string>() } = before[at] ?? {}
      for (const id of messages) if (!log.told.has(id)) lost.push(`I2 ${name} acknowledged ${id} before its commit`)
      for (const id of receipts) {
        if (ledger.accepted(device, id) && !log.reported.has(id)) {
          lost.push(`I2 ${name} acknowledged a receipt for ${id} before its commit`)
        }
      }
    }
  }
  for (const { name, instance } of parties) {
    await becomes(`${name} is linked`, async () => {
      const { body } = await client.call('GET', `/instances/${instance}`)
      return body.state === 'linked'
    })
  }
  return lost
}

/** The webhook has been told of all that is in the logs. */
async function delivered({ subscriber, parties }: Cast): Promise<void> {
  for (const { name, instance, log } of parties) {
    const newest = log.events.at(-1)?.seq ?? 0
    await becomes(`the webhook has been told of all of ${name}`, () => subscriber.reached(instance) >= newest, {
      ms: 60_000,
      lastSeen: () => [subscriber.reached(instance), newest],
    })
  }
}

/** Everything that was on its way has arrived, and has been acknowledged. */
async function quiet({ ledger, parties, client }: Cast, traffic: Traffic): Promise<void> {
  const patience = { ms: 120_000, lastSeen: () => [traffic.underWay, parties.map(({ device }) => ledger.open(device))] }
  await becomes(
    'all stanzas are acknowledged',
    () => {
      ledger.catchUp()
      return traffic.underWay.length === 0 && parties.every(({ device }) => ledger.open(device) === 0)
    },
    patience,
  )
  for (const party of parties) {
    const newest = traffic.texts.findLast(({ through }) => through === party)
    if (!newest) continue
    await becomes(`'${newest.text}' is on its way`, async () => {
      const { body } = await client.call('GET', `/instances/${party.instance}/messages/${newest.id}`)
      return body.status !== 'queued'
    })
  }
}
