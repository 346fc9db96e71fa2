import { getBinaryNodeChild, getBinaryNodeChildren, isJidGroup, jidNormalizedUser, type BinaryNode } from 'baileys'
import type { ReceivedEvent } from '../../core/events/event.js'
import type { AddressBook } from './address-book.js'
import { groupEvents } from './group-event.js'

/** What a notification tells, as the library's `processNotification` reads it; nothing for most of their types. */
export function notificationEvents(stanza: BinaryNode, book: AddressBook): readonly ReceivedEvent[] {
  switch (stanza.attrs.type) {
    case 'w:gp2':
      return groupEvents(stanza, book)
    case 'picture':
      return pictureEvents(stanza, book)
    case 'account_sync':
      return blockEvents(stanza, book)
    default:
      return []
  }
}

/** Of a group's picture; whoever wants a person's asks for it. */
function pictureEvents(stanza: BinaryNode, book: AddressBook): ReceivedEvent[] {
  const { from } = stanza.attrs
  if (isJidGroup(from) !== true || from === undefined) return []
  const author = (getBinaryNodeChild(stanza, 'set') ?? getBinaryNodeChild(stanza, 'delete'))?.attrs.author
  const actor = author === undefined ? null : book.nameOf(author)
  return [{ kind: 'group.changed', data: { group: jidNormalizedUser(from), actor, change: { what: 'picture' } } }]
}

function blockEvents(stanza: BinaryNode, book: AddressBook): ReceivedEvent[] {
  return getBinaryNodeChildren(getBinaryNodeChild(stanza, 'blocklist'), 'item').flatMap(({ attrs }) => {
    const { jid, pn_jid: other, action } = attrs
    if (jid === undefined) return []
    return [{ kind: 'contact.blocked', data: { ...book.person(jid, other), blocked: action === 'block' } }]
  })
}
