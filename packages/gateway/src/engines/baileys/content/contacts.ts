import type { proto } from 'baileys'
import type { ContactCard, ContactsContent } from '../../../core/messages/content.js'
import { bounds, cut, first } from './bounds.js'

export function readContact(message: proto.Message.IContactMessage): ContactsContent {
  return { kind: 'contacts', contacts: [readCard(message)] }
}

export function readContacts(message: proto.Message.IContactsArrayMessage): ContactsContent {
  const contacts: ContactCard[] = []
  let length = 0
  for (const card of first(message.contacts, bounds.contacts).map(readCard)) {
    length += card.vcard.length
    if (length > bounds.vcards) break
    contacts.push(card)
  }
  return { kind: 'contacts', contacts }
}

function readCard({ displayName, vcard }: proto.Message.IContactMessage): ContactCard {
  return { name: cut(displayName, bounds.line), vcard: cut(vcard, bounds.vcard) }
}

export function writeContacts({ contacts }: ContactsContent): proto.IMessage {
  const cards = contacts.map(({ name, vcard }) => ({ displayName: name, vcard }))
  const [only, ...more] = cards
  if (only && more.length === 0) return { contactMessage: only }
  return { contactsArrayMessage: { displayName: `${cards.length} contacts`, contacts: cards } }
}
