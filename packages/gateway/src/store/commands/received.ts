import type { ContactData } from '../../core/events/event.js'
import type { CredentialsPlace, ReceivedRows } from '../write.js'
import type { SealedChange } from './credentials.js'
import type { StepEvent } from './step.js'

/**
 * Those of a step's events that are news: each message is told once, however often WhatsApp hands it over, and a contact
 * when something about it changed. Records what is known from then on.
 */
export function stillToTell(
  rows: ReceivedRows,
  { serial, identity }: CredentialsPlace,
  changes: readonly SealedChange[],
  events: readonly StepEvent[],
): readonly StepEvent[] {
  const entry = changes.find((change) => change.kind === 'received')
  const before = entry && identity !== null ? rows.outcomes(serial, identity, entry.message) : []
  if (entry && before.includes('told')) return []
  return events.filter((event) => {
    switch (event.kind) {
      case 'message.undecryptable':
        return before.length === 0
      case 'message.recovered':
        return before.includes('unreadable')
      case 'contact.changed':
      case 'contact.phone-resolved':
        return isContactNews(rows, serial, event)
      default:
        return true
    }
  })
}

/** Told in the order resolved, changed: the first leaves it to the second to record what both say. */
function isContactNews(rows: ReceivedRows, serial: number, event: StepEvent): boolean {
  const data = JSON.parse(event.data) as ContactData
  const key = data.lid ?? data.id
  const known = rows.contact(serial, key)
  if (event.kind === 'contact.phone-resolved') return known?.phone === null
  const contact = {
    id: key,
    phone: data.phone ?? known?.phone ?? null,
    lid: data.lid ?? known?.lid ?? null,
    name: data.name ?? known?.name ?? null,
  }
  if (known?.phone === contact.phone && known.name === contact.name) return false
  rows.putContact(serial, contact)
  return true
}
