import type { BinaryNode } from 'baileys'
import type { Presence, ReceivedEvent } from '../../core/events/event.js'
import type { AddressBook } from './address-book.js'
import { canonical, phoneOf } from './addresses.js'

/** What a `<presence>` or `<chatstate>` tells of a chat that is watched, as the library's `handlePresenceUpdate` reads them. */
export function presenceEvents(stanza: BinaryNode, book: AddressBook, watched: ReadonlySet<string>): ReceivedEvent[] {
  const { from, participant, last } = stanza.attrs
  const presence = presenceOf(stanza)
  if (from === undefined || presence === undefined) return []
  const chat = book.of(from)
  // Whom it is known by may have changed since.
  if (![canonical(chat), chat.lid, chat.phone].some((jid) => jid !== null && watched.has(jid))) return []
  const who = participant === undefined ? chat : book.of(participant, stanza.attrs.participant_pn)
  return [
    {
      kind: 'contact.presence',
      data: {
        chat: canonical(chat),
        chatPhone: phoneOf(chat),
        chatLid: chat.lid,
        sender: canonical(who),
        phone: phoneOf(who),
        lid: who.lid,
        presence,
        lastSeen: momentOf(last),
      },
    },
  ]
}

function presenceOf({ tag, attrs, content }: BinaryNode): Presence | undefined {
  if (tag === 'presence') return attrs.type === 'unavailable' ? 'unavailable' : 'available'
  const [state] = Array.isArray(content) ? content : []
  if (state?.tag === 'composing') return state.attrs.media === 'audio' ? 'recording' : 'composing'
  return state?.tag === 'paused' ? 'paused' : undefined
}

/** Null for `deny` and `none`. */
function momentOf(seconds: string | undefined): string | null {
  const moment = new Date(Number(seconds ?? Number.NaN) * 1000)
  return Number.isNaN(moment.getTime()) ? null : moment.toISOString()
}
