import { startSimulator, type Simulator, type VirtualPhone } from '@gangway/simulator'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { GatewayError } from '#gateway/core/errors/gateway-error.js'
import { systemClock } from '#gateway/core/ports/clock.js'
import type { Connection, ProtocolStep } from '#gateway/core/ports/engine.js'
import { createBaileysEngine } from '#gateway/engines/baileys/engine.js'
import { MemoryCredentials, shop } from './memory-credentials.js'
import { textTo } from './outgoing.js'
import { ReportLog } from './report-log.js'

let whatsapp: Simulator

beforeAll(async () => {
  whatsapp = await startSimulator()
})
afterAll(() => whatsapp.close())

/** An account whose commits a test may hold back or refuse. */
class Account {
  readonly credentials = new MemoryCredentials()
  readonly #engine = createBaileysEngine({
    network: 'whatsapp',
    url: whatsapp.url,
    rootKey: whatsapp.rootKey,
    credentials: this.credentials,
    clock: systemClock,
  })
  connection: Connection | undefined

  constructor() {
    onTestFinished(() => this.#engine.close())
  }

  /** Connects; `meanwhile` is asked before each step is committed. */
  async connect(meanwhile: (step: ProtocolStep) => Promise<void> = async () => undefined): Promise<ReportLog> {
    const log = new ReportLog(this.credentials)
    const accept = log.accept.bind(log)
    this.connection = this.#engine.open(shop, { kind: 'resume' }, log)
    log.accept = async (step) => {
      await meanwhile(step)
      await accept(step)
    }
    await log.first('connected')
    return log
  }

  static async linkedTo(phone: VirtualPhone): Promise<Account> {
    const made = new Account()
    const log = new ReportLog(made.credentials)
    made.#engine.open(shop, { kind: 'link', how: { method: 'qr' } }, log)
    await phone.scan((await log.first('qr')).text)
    await log.first('closed')
    // With the first login come the keys that the phone shares with its companions: a message as well, but nobody's.
    await made.connect()
    const keyed = () => whatsapp.history().some((one) => one.event === 'acked' && one.device === `${phone.number}:1`)
    await expect.poll(keyed).toBe(true)
    await made.connection?.close()
    return made
  }
}

/** The texts that were told, in order. */
function texts(log: ReportLog): string[] {
  return log.reports.flatMap((report) =>
    report.kind === 'received'
      ? report.events.flatMap((event) =>
          event.kind === 'message.received' && event.data.content.kind === 'text' ? [event.data.content.text] : [],
        )
      : [],
  )
}

/** Whether a step tells of a message: devices tell each other things in messages as well. */
const tells = ({ report }: ProtocolStep) => report.kind === 'received' && report.events.length > 0

const acknowledged = (id: string) => whatsapp.history().some((entry) => entry.event === 'acked' && entry.id === id)

test('a message is acknowledged only after its event and the ratchet it moved are committed together', async () => {
  const [phone, friend] = [await whatsapp.registerPhone(), await whatsapp.registerPhone()]
  const account = await Account.linkedTo(phone)
  const held: { step: ProtocolStep; release: () => void }[] = []
  const log = await account.connect((step) => {
    if (!tells(step)) return Promise.resolve()
    return new Promise((release) => {
      held.push({ step, release })
    })
  })
  const first = await friend.send(phone.number, 'first')
  const second = await friend.send(phone.number, 'second')
  await expect.poll(() => held.length).toBe(2)
  // Both are decrypted, so nothing but the commits stands between them and their receipts.
  expect(acknowledged(first.id) || acknowledged(second.id)).toBe(false)
  for (const { step } of held) {
    expect(step.credentials.some((change) => change.kind === 'key' && change.keyKind === 'session')).toBe(true)
    expect(step.credentials.filter(({ kind }) => kind === 'received')).toHaveLength(1)
  }
  held[0]?.release()
  await expect.poll(() => acknowledged(first.id)).toBe(true)
  expect(acknowledged(second.id)).toBe(false)
  held[1]?.release()
  await expect.poll(() => acknowledged(second.id)).toBe(true)
  expect(texts(log)).toEqual(['first', 'second'])
})

test('what could not be committed is never acknowledged, and arrives after the connection was made anew', async () => {
  const [phone, friend] = [await whatsapp.registerPhone(), await whatsapp.registerPhone()]
  const account = await Account.linkedTo(phone)
  const full = await account.connect(async (step) => {
    if (tells(step)) throw new GatewayError('storage-full', 'no space')
  })
  const { id } = await friend.send(phone.number, 'kept by WhatsApp')
  expect((await full.first('closed')).reason).toEqual({ kind: 'storage-full' })
  expect(acknowledged(id)).toBe(false)
  const log = await account.connect()
  await expect.poll(() => acknowledged(id)).toBe(true)
  expect(texts(log)).toEqual(['kept by WhatsApp'])
})

test('a message that was committed and not acknowledged is answered from the journal', async () => {
  const [phone, friend] = [await whatsapp.registerPhone(), await whatsapp.registerPhone()]
  const account = await Account.linkedTo(phone)
  await (await account.connect()).first('connected')
  await account.connection?.close()
  // Committed, and then the process is gone as far as WhatsApp can tell.
  let committed = 0
  const cut = await account.connect(async (step) => {
    if (!tells(step)) return
    await account.credentials.commit(shop, step.credentials)
    committed++
    throw new GatewayError('internal-error', 'the answer to the commit was lost')
  })
  const { id } = await friend.send(phone.number, 'once')
  await cut.first('closed')
  expect(committed).toBe(1)
  expect(acknowledged(id)).toBe(false)
  const log = await account.connect()
  await expect.poll(() => acknowledged(id)).toBe(true)
  // Read from the journal, so there was nothing to commit again, and no retry was asked of the sender.
  expect(texts(log)).toEqual([])
  const later = await friend.send(phone.number, 'the ratchet is where it should be')
  await expect.poll(() => acknowledged(later.id)).toBe(true)
  expect(texts(log)).toEqual(['the ratchet is where it should be'])
})

test('no frame is encrypted with a ratchet that was not committed', async () => {
  const [phone, friend] = [await whatsapp.registerPhone(), await whatsapp.registerPhone()]
  const account = await Account.linkedTo(phone)
  await account.connect()
  const commit = account.credentials.commit.bind(account.credentials)
  const held: (() => void)[] = []
  account.credentials.commit = async (ref, changes) => {
    if (changes.some((change) => change.kind === 'key' && change.keyKind === 'session')) {
      await new Promise<void>((release) => held.push(release))
    }
    await commit(ref, changes)
  }
  const sending = account.connection?.send(textTo(friend.jid, '3EB0GATED', 'after the commit'))
  await expect.poll(() => held.length > 0).toBe(true)
  expect(whatsapp.history().some((entry) => entry.event === 'received' && entry.id === '3EB0GATED')).toBe(false)
  account.credentials.commit = commit
  for (const release of held) release()
  await sending
  expect(whatsapp.history().some((entry) => entry.event === 'received' && entry.id === '3EB0GATED')).toBe(true)
})

test('a receipt is acknowledged only after the status it brings is committed', async () => {
  const [phone, friend] = [await whatsapp.registerPhone(), await whatsapp.registerPhone()]
  const account = await Account.linkedTo(phone)
  let release: (() => void) | undefined
  await account.connect(({ report }) => {
    if (report.kind !== 'message-status' || report.status !== 'delivered') return Promise.resolve()
    return new Promise((resolve) => {
      release = resolve
    })
  })
  await account.connection?.send(textTo(friend.jid, '3EB0RECEIPT', 'hello'))
  await expect.poll(() => release !== undefined).toBe(true)
  const receiptAcked = () =>
    whatsapp.history().some((entry) => entry.event === 'acked' && entry.tag === 'receipt' && entry.id === '3EB0RECEIPT')
  expect(receiptAcked()).toBe(false)
  release?.()
  await expect.poll(receiptAcked).toBe(true)
})

test('sending to somebody who is writing never uses a counter twice', async () => {
  const [phone, friend] = [await whatsapp.registerPhone(), await whatsapp.registerPhone()]
  const account = await Account.linkedTo(phone)
  const log = await account.connect()
  const rounds = Array.from({ length: 60 }, (_, round) => round)
  await Promise.all([
    ...rounds.map((round) => friend.send(phone.number, `in ${round}`)),
    ...rounds.map((round) => account.connection?.send(textTo(friend.jid, `3EB0ROUND${round}`, `out ${round}`))),
  ])
  await expect.poll(() => texts(log)).toEqual(rounds.map((round) => `in ${round}`))
  const arrived = () => friend.messages().filter(({ text }) => text.startsWith('out ')).length
  await expect.poll(arrived).toBe(rounds.length)
  expect(whatsapp.history().filter(({ event }) => event === 'violation')).toEqual([])
})
