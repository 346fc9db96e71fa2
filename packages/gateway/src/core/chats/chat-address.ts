import type { ChatAddress } from '../events/event.js'

/** What a JID itself says of the chat it names. */
export function chatAddress(chat: string): ChatAddress {
  const [user = '', server] = chat.split('@')
  return { chat, chatPhone: server === 's.whatsapp.net' ? user : null, chatLid: server === 'lid' ? chat : null }
}
