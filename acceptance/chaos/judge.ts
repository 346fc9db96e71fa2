import type { Cast, Party } from './cast.js'
import type { LoggedEvent } from './event-log.js'
import type { SentText } from './traffic.js'

/** What a receipt says. */
const reached: ReadonlySet<string> = new Set(['delivered', 'read', 'played'])
const tellsMessage: ReadonlySet<string> = new Set(['message.received', 'message.sent-from-phone', 'message.sent'])

/** What one log says, by message. */
interface Told {
  readonly party: Party
  readonly events: readonly LoggedEvent[]
  /** `<kind> <id>`: the `seq` of each event that tells of a message. */
  readonly places: ReadonlyMap<string, readonly number[]>
}

/** Compares what the simulator saw with what the logs and phones say. Each string is one broken promise. */
export async function judge(cast: Cast, texts: readonly SentText[]): Promise<string[]> {
  const { ledger, parties } = cast
  ledger.catchUp()
  const wrong = ledger.violations.map((violation) => `I5/I6 ${violation}`)
  if (ledger.pairings > 0) wrong.push(`I7 a phone had to scan ${ledger.pairings} times more`)
  if (ledger.logouts > 0) wrong.push(`I7 ${ledger.logouts} logouts that nobody asked for`)
  for (const party of parties) {
    const events = await party.log.fromStart()
    const { state } = (await cast.client.call('GET', `/instances/${party.instance}`)).body
    if (state !== 'linked') wrong.push(`I7 ${party.name} is ${String(state)}`)
    const told = { party, events, places: placesOf(events) }
    wrong.push(...judgeLog(told), ...judgeReceived(cast, told, texts), ...(await judgeSent(cast, told, texts)))
    wrong.push(...cast.subscriber.judge(party.name, party.instance, events))
  }
  wrong.push(...judgePhones(texts))
  return wrong
}

function placesOf(events: readonly LoggedEvent[]): Map<string, number[]> {
  const places = new Map<string, number[]>()
  for (const { kind, data, seq } of events) {
    if (!tellsMessage.has(kind)) continue
    const name = `${kind} ${String(data.id)}`
    places.set(name, [...(places.get(name) ?? []), seq])
  }
  return places
}

/** I4: no gap, no id twice, and nothing changed since it was read in the middle of the trouble. */
function judgeLog({ party, events }: Told): string[] {
  const wrong: string[] = []
  if (events.some(({ seq }, at) => seq !== at + 1)) wrong.push(`I4 the log of ${party.name} has gaps`)
  if (new Set(events.map(({ id }) => id)).size !== events.length) wrong.push(`I4 ${party.name} has an event id twice`)
  const changed = party.log.events.filter(({ seq, id }) => events[seq - 1]?.id !== id)
  if (changed.length > 0) wrong.push(`I4 ${changed.length} events of ${party.name} are not what they were`)
  return wrong
}

/** I1 and I4: what was acknowledged is told once, in the order in which it was sent. */
function judgeReceived({ ledger }: Cast, { party, places }: Told, texts: readonly SentText[]): string[] {
  const wrong: string[] = []
  const last = new Map<string, { readonly seq: number; readonly text: string }>()
  const known = new Set<string>()
  for (const { stream, text, id, told } of texts) {
    const owed = told.find((one) => one.party === party)
    if (!owed) continue
    known.add(id)
    const seqs = places.get(`${owed.kind} ${id}`) ?? []
    const acked = owed.kind === 'message.sent' || ledger.acknowledged(party.device).has(id)
    if (!acked) wrong.push(`I1 ${party.name} never acknowledged '${text}'`)
    if (seqs.length !== 1) wrong.push(`I1 '${text}' is told ${seqs.length} times by ${party.name} (${id})`)
    const [seq = 0] = seqs
    const before = last.get(stream)
    if (before && before.seq > seq) wrong.push(`I4 ${party.name} tells '${text}' before '${before.text}'`)
    last.set(stream, { seq, text })
  }
  for (const name of places.keys()) {
    const id = name.split(' ')[1] ?? ''
    if (!known.has(id)) wrong.push(`I1 ${party.name} tells of a message that nobody sent: ${name}`)
  }
  return wrong
}

/** F3: what the API took was sent, and its last status is known. */
async function judgeSent(
  { client, ledger }: Cast,
  { party, events }: Told,
  texts: readonly SentText[],
): Promise<string[]> {
  const wrong: string[] = []
  const statuses = new Map<string, string>()
  for (const { kind, data } of events) {
    if (kind === 'message.status') statuses.set(String(data.id), String(data.status))
  }
  for (const { text, id, through } of texts) {
    if (through !== party) continue
    if (ledger.receipts(party.device).has(id) && !reached.has(statuses.get(id) ?? '')) {
      wrong.push(`I1 ${party.name} acknowledged a receipt for '${text}' and tells ${statuses.get(id) ?? 'nothing'}`)
    }
    if (!ledger.accepted(party.device, id)) wrong.push(`F3 '${text}' was taken by the API and never sent`)
  }
  const newest = texts.filter(({ through }) => through === party).slice(-20)
  for (const { text, id } of newest) {
    const { status, body } = await client.call('GET', `/instances/${party.instance}/messages/${id}`)
    if (status !== 200 || body.status === 'queued' || body.status === 'failed') {
      wrong.push(`F3 '${text}' is ${String(body.status)} in the end`)
    }
  }
  return wrong
}

/** F3: every recipient has it once, under the id that the API gave out, in order. */
function judgePhones(texts: readonly SentText[]): string[] {
  const wrong: string[] = []
  const owed = new Map<SentText['heard'][number], SentText[]>()
  for (const text of texts) {
    for (const phone of text.heard) {
      const list = owed.get(phone)
      if (list) list.push(text)
      else owed.set(phone, [text])
    }
  }
  for (const [phone, expected] of owed) {
    const places = new Map<string, { readonly at: number; readonly id: string }[]>()
    for (const [at, { text, id }] of phone.messages().entries()) {
      const list = places.get(text)
      if (list) list.push({ at, id })
      else places.set(text, [{ at, id }])
    }
    const last = new Map<string, number>()
    for (const { stream, text, id } of expected) {
      const found = places.get(text) ?? []
      if (found.length !== 1) wrong.push(`F3 ${phone.number} has '${text}' ${found.length} times`)
      if (found.some((one) => one.id !== id)) wrong.push(`F3 ${phone.number} has '${text}' under another id`)
      const [{ at } = { at: 0 }] = found
      if (at < (last.get(stream) ?? 0)) wrong.push(`F3 ${phone.number} has '${text}' out of order`)
      last.set(stream, at)
    }
  }
  return wrong
}
