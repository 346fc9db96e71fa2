import type { ChatAddress, MessageOrigin } from '../../core/events/event.js'

/** The other names of somebody, where WhatsApp told them. */
export interface Aliases {
  readonly phone: string | null
  readonly lid: string | null
}

/** Chats that this vendor has ids for. Stories, channels and broadcast lists have none, so nobody can answer there. */
export function isNamed(chat: string): boolean {
  return /@(?:s\.whatsapp\.net|c\.us|lid|g\.us)$/.test(chat)
}

/** A JID in the vendor's spelling, without its device. */
export function vendorId(jid: string): string {
  return jid.replace(/:\d+(?=@)/, '').replace(/@s\.whatsapp\.net$/, '@c.us')
}

/** A person by number, or by LID where the number is hidden or where that is asked for (`enableLidMode`). */
export function personId(jid: string, { phone, lid }: Aliases, byLid: boolean): string {
  if (byLid && lid !== null) return vendorId(lid)
  return phone === null ? vendorId(jid) : `${phone}@c.us`
}

/** A chat; a personal one is named after the other side. */
export function chatOf({ chat, chatPhone, chatLid }: ChatAddress, byLid: boolean): string {
  return isGroup(chat) ? vendorId(chat) : personId(chat, { phone: chatPhone, lid: chatLid }, byLid)
}

/** Whether the chat is the personal one with whoever wrote. */
export function isWithAuthor({ fromMe, chat }: MessageOrigin): boolean {
  return !fromMe && !isGroup(chat)
}

export function isGroup(chat: string): boolean {
  return chat.endsWith('@g.us')
}
