import type { ChatAddress } from '../events/event.js'

import type { ChatId } from '../ids.js'
import type { Chat } from './chat.js'

/** What a JID itself says of the chat it names. */
export function chatAddress(chat: string): ChatAddress {
  const [user = '', server] = chat.split('@')
  return { chat, chatPhone: server === 's.whatsapp.net' ? user : null, chatLid: server === 'lid' ? chat : null }
}

/** Who is named by a JID; nobody by that of a group. */
export function namedBy(jid: string): { readonly phone: string | null; readonly lid: string | null } {
  const { chatPhone, chatLid } = chatAddress(jid)
  return { phone: chatPhone, lid: chatLid }
}

/** The JID of a person, by number where it is known. */
export function personId({
  phone,
  lid,
}: {
  readonly phone: string | null
  readonly lid: string | null
}): string | null {
  return phone === null ? lid : `${phone}@s.whatsapp.net`
}

/**
 * What reaches the chat. Its id does, unless that is a number which has gone over to somebody else: a LID stays with its
 * person.
 */
export function reachableJid({ chat, chatPhone, chatLid }: ChatAddress): ChatId {
  const passedOn = chat.endsWith('@s.whatsapp.net') && chat !== `${chatPhone}@s.whatsapp.net`
  return (passedOn && chatLid !== null ? chatLid : chat) as ChatId
}

export function kindOfChat(chat: string): Chat['kind'] {
  if (chat === 'status@broadcast') return 'status'
  if (chat.endsWith('@g.us')) return 'group'
  return chat.endsWith('@newsletter') ? 'channel' : 'person'
}
