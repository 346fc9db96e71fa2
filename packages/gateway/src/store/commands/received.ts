import type { ContactData, PersonAddress } from '../../core/events/event.js'
import type { CredentialsPlace, ReceivedRows } from '../write.js'
import type { SealedChange } from './credentials.js'
import type { StepPeople } from './people.js'
import type { ReadEvent } from './step.js'

/**
 * Those of a step's events that are news: each message is told once, however often WhatsApp hands it over, and a contact
 * when something about it changed. Records what is known of people from then on.
 */
export function stillToTell(
  rows: ReceivedRows,
  people: StepPeople,
  { serial, identity }: CredentialsPlace,
  changes: readonly SealedChange[],
  events: readonly ReadEvent[],
): readonly ReadEvent[] {
  const entry = changes.find((change) => change.kind === 'received')
  const before = entry && identity !== null ? rows.outcomes(serial, identity, entry.message) : []
  if (entry && before.includes('told')) return []
  return events.filter(({ event, data }) => {
    switch (event.kind) {
      case 'message.undecryptable':
        return before.length === 0
      case 'message.recovered':
        return before.includes('unreadable')
      case 'contact.phone-resolved':
        return people.resolve(data as { phone: string; lid: string })
      case 'contact.changed':
        return people.change(data as ContactData)
      case 'contact.blocked': {
        const { blocked, ...person } = data as PersonAddress & { blocked: boolean }
        return people.block(person, blocked)
      }
      default:
        return true
    }
  })
}
