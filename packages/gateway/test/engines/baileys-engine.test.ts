import { startSimulator, type Simulator, type VirtualPhone } from '@gangway/simulator'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { GatewayError } from '#gateway/core/errors/gateway-error.js'
import { systemClock, type Clock } from '#gateway/core/ports/clock.js'
import type { Connection, Engine, Intent } from '#gateway/core/ports/engine.js'
import { createBaileysEngine } from '#gateway/engines/baileys/engine.js'
import { pulseLimits, type PulseLimits } from '#gateway/engines/baileys/pulse.js'
import { MemoryCredentials, shop } from './memory-credentials.js'
import { textTo } from './outgoing.js'
import { ReportLog } from './report-log.js'

let whatsapp: Simulator

beforeAll(async () => {
  whatsapp = await startSimulator()
})
afterAll(() => whatsapp.close())

let looks = 0
const countingClock: Clock = {
  ...systemClock,
  after: (delay, callback) =>
    systemClock.after(delay, () => {
      looks++
      callback()
    }),
}

/** Long enough for a login on a machine that is busy with something else. */
const quickPulse: PulseLimits = { probeAfter: 800, deadAfter: 5_000 }

class Account {
  readonly credentials = new MemoryCredentials()
  readonly engine: Engine

  constructor(pulse: PulseLimits) {
    this.engine = createBaileysEngine({
      network: 'whatsapp',
      url: whatsapp.url,
      rootKey: whatsapp.rootKey,
      credentials: this.credentials,
      clock: countingClock,
      pulse,
    })
  }

  open(intent: Intent): { connection: Connection; log: ReportLog } {
    const log = new ReportLog(this.credentials)
    return { connection: this.engine.open(shop, intent, log), log }
  }

  async linkedTo(phone: VirtualPhone): Promise<{ connection: Connection; log: ReportLog }> {
    const { log } = this.open({ kind: 'link', how: { method: 'qr' } })
    await phone.scan((await log.first('qr')).text)
    expect((await log.first('closed')).reason).toEqual({ kind: 'restart-required' })
    const resumed = this.open({ kind: 'resume' })
    await resumed.log.first('connected')
    return resumed
  }
}

function account(pulse = pulseLimits): Account {
  const made = new Account(pulse)
  onTestFinished(() => made.engine.close())
  return made
}

test('F13: a server that falls silent is noticed, and the connection reported as unresponsive', async () => {
  const phone = await whatsapp.registerPhone()
  const { log } = await account(quickPulse).linkedTo(phone)
  whatsapp.faults.add({ kind: 'silence', number: phone.number })
  expect((await log.first('closed')).reason).toEqual({ kind: 'unresponsive' })
})

test('a connection that is answered lives on, however quiet the account', async () => {
  const phone = await whatsapp.registerPhone()
  const { log } = await account(quickPulse).linkedTo(phone)
  looks = 0
  // The pulse looks twenty times in the span after which it would give a deaf connection up.
  await expect.poll(() => looks, { timeout: 20_000 }).toBeGreaterThan(30)
  expect(log.reports.map(({ kind }) => kind)).not.toContain('closed')
})

test('F1: the pairing is answered only after the identity is committed', async () => {
  const phone = await whatsapp.registerPhone()
  const made = account()
  const { log } = made.open({ kind: 'link', how: { method: 'qr' } })
  const accept = log.accept.bind(log)
  log.accept = async (step) => {
    if (step.report.kind !== 'paired') return accept(step)
    throw new GatewayError('storage-full', 'no space')
  }
  await expect(phone.scan((await log.first('qr')).text)).rejects.toThrow()
  expect((await log.first('closed')).reason).toEqual({ kind: 'storage-full' })
  expect(phone.devices()).toEqual([])
})

test('resuming without an identity is a storage error, never a new identity', async () => {
  const { log } = account().open({ kind: 'resume' })
  expect((await log.first('closed')).reason).toMatchObject({ kind: 'storage-error' })
  expect(log.reports.map(({ kind }) => kind)).toEqual(['closed'])
})

test('the same message sent again under its id arrives once', async () => {
  const [phone, friend] = [await whatsapp.registerPhone(), await whatsapp.registerPhone()]
  const { connection } = await account().linkedTo(phone)
  const send = () => connection.send(textTo(friend.jid, '3EB0TWICE', 'once'))
  await send()
  await send()
  await connection.send(textTo(friend.jid, '3EB0AFTER', 'after'))
  await friend.received(({ text }) => text === 'after')
  expect(friend.messages().filter(({ text }) => text === 'once')).toHaveLength(1)
})

test('a number that is not on WhatsApp is refused, whatever else is going on', async () => {
  const phone = await whatsapp.registerPhone()
  const { connection } = await account().linkedTo(phone)
  const sending = connection.send(textTo('999000111222@s.whatsapp.net', '3EB0NOBODY', 'x'))
  await expect(sending).rejects.toMatchObject({ code: 'recipient-not-found' })
})

test('who waits for an answer when the connection ends is told so at once', async () => {
  const [phone, friend] = [await whatsapp.registerPhone(), await whatsapp.registerPhone()]
  const { connection } = await account().linkedTo(phone)
  whatsapp.faults.add({ kind: 'withhold-ack', number: phone.number })
  const sending = connection.send(textTo(friend.jid, '3EB0UNANSWERED', 'x'))
  sending.catch(() => undefined)
  const arrived = () => whatsapp.history().some((entry) => entry.event === 'received' && entry.id === '3EB0UNANSWERED')
  await expect.poll(arrived).toBe(true)
  await connection.close()
  await expect(sending).rejects.toMatchObject({ code: 'send-timed-out', effect: 'unknown' })
})

test('nothing is sent on a connection that is over', async () => {
  const phone = await whatsapp.registerPhone()
  const { connection } = await account().linkedTo(phone)
  await connection.close()
  await connection.close()
  const sending = connection.send(textTo(phone.jid, '3EB0LATE', 'x'))
  await expect(sending).rejects.toMatchObject({ code: 'not-linked' })
})

test('the goodbye removes the device from the account', async () => {
  const phone = await whatsapp.registerPhone()
  const made = account()
  const { connection } = await made.linkedTo(phone)
  await connection.close()
  const { log } = made.open({ kind: 'logout' })
  expect((await log.first('closed')).reason).toEqual({ kind: 'logged-out' })
  expect(phone.devices()).toEqual([])
})
