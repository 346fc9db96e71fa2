import { getBinaryNodeChild, jidNormalizedUser, type BinaryNode } from 'baileys'
import type { GroupChange, ReceivedEvent } from '../../core/events/event.js'
import type { AddressBook } from './address-book.js'
import { canonical } from './addresses.js'

/** What a `w:gp2` notification tells of a group, as the library's `handleGroupNotification` reads it. */
export function groupEvents({ attrs, content }: BinaryNode, book: AddressBook): ReceivedEvent[] {
  if (!attrs.from || !Array.isArray(content)) return []
  const group = jidNormalizedUser(attrs.from)
  const author = attrs.participant
  const actor = author ? canonical(book.of(author, attrs.participant_pn ?? attrs.participant_lid)) : null
  return content.map((child) => ({ kind: 'group.changed', data: { group, actor, change: changeOf(child, book) } }))
}

function changeOf(child: BinaryNode, book: AddressBook): GroupChange['change'] {
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
      return { what: 'joined', participants: participantsOf(child, book) }
    case 'remove':
    case 'leave':
      return { what: 'left', participants: participantsOf(child, book) }
    case 'promote':
      return { what: 'promoted', participants: participantsOf(child, book) }
    case 'demote':
      return { what: 'demoted', participants: participantsOf(child, book) }
    case 'announcement':
    case 'not_announcement':
      return { what: 'writing', adminsOnly: child.tag === 'announcement' }
    case 'locked':
    case 'unlocked':
      return { what: 'editing', adminsOnly: child.tag === 'locked' }
    case 'ephemeral':
      return { what: 'disappearing', seconds: secondsOf(child.attrs.expiration) }
    case 'not_ephemeral':
      return { what: 'disappearing', seconds: 0 }
    case 'invite':
      return { what: 'invite-revoked' }
    default:
      return { what: 'other', type: child.tag }
  }
}

function secondsOf(expiration: string | undefined): number {
  const seconds = Number(expiration)
  return Number.isFinite(seconds) ? seconds : 0
}

function participantsOf({ content }: BinaryNode, book: AddressBook): string[] {
  if (!Array.isArray(content)) return []
  return content
    .filter(({ tag, attrs }) => tag === 'participant' && attrs.jid !== undefined)
    .map(({ attrs }) => canonical(book.of(attrs.jid ?? '', attrs.phone_number ?? attrs.lid)))
}
