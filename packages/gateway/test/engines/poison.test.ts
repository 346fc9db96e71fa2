import { startSimulator, type Simulator, type VirtualPhone } from '@gangway/simulator'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { systemClock } from '#gateway/core/ports/clock.js'
import { createBaileysEngine } from '#gateway/engines/baileys/engine.js'
import { MemoryCredentials, shop } from './memory-credentials.js'
import { ReportLog } from './report-log.js'

const forms = ['garbled', 'not-protobuf', 'unavailable', 'unknown-encryption', 'unknown-content'] as const
type Form = (typeof forms)[number]

let whatsapp: Simulator
let phone: VirtualPhone
let log: ReportLog

beforeAll(async () => {
  whatsapp = await startSimulator()
  phone = await whatsapp.registerPhone()
})
afterAll(() => whatsapp.close())

async function linked(): Promise<void> {
  const credentials = new MemoryCredentials()
  const engine = createBaileysEngine({
    network: 'whatsapp',
    url: whatsapp.url,
    rootKey: whatsapp.rootKey,
    credentials,
    clock: systemClock,
  })
  onTestFinished(() => engine.close())
  const linking = new ReportLog(credentials)
  engine.open(shop, { kind: 'link', how: { method: 'qr' } }, linking)
  await phone.scan((await linking.first('qr')).text)
  await linking.first('closed')
  log = new ReportLog(credentials)
  engine.open(shop, { kind: 'resume' }, log)
  await log.first('connected')
}

/** What was told of a message, contacts and repeats aside. */
function told(id: string): string[] {
  return log.reports.flatMap((report) =>
    report.kind === 'received'
      ? report.events.flatMap((event) => {
          if (!('id' in event.data) || event.data.id !== id || event.kind === 'message.recovered') return []
          if (event.kind === 'message.undecryptable') return [event.data.reason]
          if (event.kind !== 'message.received') return []
          const { content } = event.data
          return [content.kind === 'text' ? content.text : content.kind === 'unsupported' ? content.type : content.kind]
        })
      : [],
  )
}

/** What the sender encrypts again when it is asked to, arrives after all. */
const verdicts: Readonly<Record<Form, (text: string) => string[]>> = {
  garbled: (text) => ['bad-ciphertext', text],
  'not-protobuf': (text) => ['malformed', text],
  unavailable: () => ['unavailable'],
  'unknown-encryption': (text) => ['malformed', text],
  'unknown-content': () => ['unknown'],
}

test('F9: what cannot be read is told as such, acknowledged once, and holds up nothing', async () => {
  await linked()
  await fc.assert(
    fc.asyncProperty(fc.array(fc.option(fc.constantFrom(...forms)), { minLength: 1, maxLength: 5 }), async (plan) => {
      const friend = await whatsapp.registerPhone()
      const sent: { id: string; text: string; form: Form | null }[] = []
      for (const [index, form] of plan.entries()) {
        if (form) whatsapp.faults.add({ kind: 'poison', form, number: phone.number, times: 1 })
        const text = `${index} ${form ?? 'plain'}`
        sent.push({ id: (await friend.send(phone.number, text)).id, text, form })
      }
      const last = await friend.send(phone.number, 'and on it goes')
      await expect.poll(() => told(last.id)).toEqual(['and on it goes'])
      for (const { id, text, form } of sent) {
        const owed = form ? verdicts[form](text) : [text]
        await expect.poll(() => told(id)).toEqual(expect.arrayContaining(owed))
        const acks = () => whatsapp.history().filter((entry) => entry.event === 'acked' && entry.id === id)
        await expect.poll(() => acks().length).toBeGreaterThan(0)
      }
    }),
    { numRuns: 3 },
  )
})
