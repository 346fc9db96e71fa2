import type { HistoryEntry, Simulator } from '@gangway/simulator'

type Acked = HistoryEntry & { readonly event: 'acked' }

/** The simulator's account of what happened, followed as it grows. */
export class Ledger {
  readonly #whatsapp: Simulator
  #read = 0
  /** Ids of messages that each device acknowledged without an error. */
  readonly #acknowledged = new Map<string, Set<string>>()
  /** The same of receipts, which tell what became of a message. */
  readonly #receipts = new Map<string, Set<string>>()
  readonly #refused = new Map<string, Set<string>>()
  /** Stanzas that were pushed to each device and not acknowledged since. */
  readonly #open = new Map<string, Set<number>>()
  /** `<device> <id>` of messages that devices sent. */
  readonly #accepted = new Set<string>()
  readonly violations: string[] = []
  pairings = 0
  logins = 0
  logouts = 0
  repeats = 0
  onAcked: (device: string, id: string) => void = () => undefined
  onAccepted: (device: string, id: string) => void = () => undefined

  constructor(whatsapp: Simulator) {
    this.#whatsapp = whatsapp
  }

  catchUp(): void {
    const news = this.#whatsapp.history(this.#read)
    this.#read += news.length
    for (const entry of news) this.#note(entry)
  }

  acknowledged(device: string): ReadonlySet<string> {
    return setOf(this.#acknowledged, device)
  }

  receipts(device: string): ReadonlySet<string> {
    return setOf(this.#receipts, device)
  }

  /** Acknowledged with an error: the device could not read them. */
  refused(device: string): ReadonlySet<string> {
    return setOf(this.#refused, device)
  }

  open(device: string): number {
    return setOf(this.#open, device).size
  }

  accepted(device: string, id: string): boolean {
    return this.#accepted.has(`${device} ${id}`)
  }

  #note(entry: HistoryEntry): void {
    const { device = '' } = entry
    switch (entry.event) {
      case 'paired':
        this.pairings++
        break
      case 'logged-in':
        this.logins++
        break
      case 'logged-out':
        this.logouts++
        break
      case 'violation':
        this.violations.push(`${entry.rule}: ${device} ${entry.detail}`)
        break
      case 'pushed':
        setOf(this.#open, device).add(entry.stanza)
        break
      case 'acked':
        this.#noteAcked(device, entry)
        break
      case 'received':
        if (entry.tag !== 'message') break
        this.#accepted.add(`${device} ${entry.id}`)
        if (entry.repeated) this.repeats++
        this.onAccepted(device, entry.id)
        break
      default:
        break
    }
  }

  #noteAcked(device: string, { stanza, tag, id, by }: Acked): void {
    setOf(this.#open, device).delete(stanza)
    if (tag === 'receipt') setOf(this.#receipts, device).add(id)
    if (tag !== 'message') return
    if (by === 'nack') {
      setOf(this.#refused, device).add(id)
    } else {
      setOf(this.#acknowledged, device).add(id)
      this.onAcked(device, id)
    }
  }
}

function setOf<Member>(sets: Map<string, Set<Member>>, name: string): Set<Member> {
  const existing = sets.get(name)
  if (existing) return existing
  const made = new Set<Member>()
  sets.set(name, made)
  return made
}
