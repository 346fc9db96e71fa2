import { getBinaryNodeChild, jidNormalizedUser, type BinaryNode } from 'baileys'
import type { GroupChange, ReceivedEvent } from '../../core/events/event.js'
import { addresses, canonical } from './addresses.js'

/** What a `w:gp2` notification tells of a group, as the library's `handleGroupNotification` reads it; nothing for others. */
export function groupEvents({ attrs, content }: BinaryNode): ReceivedEvent[] {
  if (attrs.type !== 'w:gp2' || !attrs.from || !Array.isArray(content)) return []
  const group = jidNormalizedUser(attrs.from)
  const author = attrs.participant
  const actor = author ? canonical(addresses(author, attrs.participant_pn ?? attrs.participant_lid)) : null
  return content.map((child) => ({ kind: 'group.changed', data: { group, actor, change: changeOf(child) } }))
}

function changeOf(child: BinaryNode): GroupChange['change'] {
  switch (child.tag) {
    case 'create': {
      const group = getBinaryNodeChild(child, 'group') ?? child
      return { what: 'created', subject: group.attrs.subject ?? '' }
    }
    case 'subject':
      return { what: 'renamed', subject: child.attrs.subject ?? '' }
    case 'description': {
      const body = getBinaryNodeChild(child, 'body')?.content
      return { what: 'described', description: body instanceof Uint8Array ? Buffer.from(body).toString() : null }
    }
    case 'add':
      return { what: 'joined', participants: participantsOf(child) }
    case 'remove':
    case 'leave':
      return { what: 'left', participants: participantsOf(child) }
    case 'promote':
      return { what: 'promoted', participants: participantsOf(child) }
    case 'demote':
      return { what: 'demoted', participants: participantsOf(child) }
    case 'announcement':
    case 'not_announcement':
      return { what: 'writing', adminsOnly: child.tag === 'announcement' }
    case 'locked':
    case 'unlocked':
      return { what: 'editing', adminsOnly: child.tag === 'locked' }
    default:
      return { what: 'other', type: child.tag }
  }
}

function participantsOf({ content }: BinaryNode): string[] {
  if (!Array.isArray(content)) return []
  return content
    .filter(({ tag, attrs }) => tag === 'participant' && attrs.jid !== undefined)
    .map(({ attrs }) => canonical(addresses(attrs.jid ?? '', attrs.phone_number ?? attrs.lid)))
}
