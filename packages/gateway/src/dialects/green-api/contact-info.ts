import type { Chat, Contact, Profile } from '../../core/chats/chat.js'
import { isGroup, personId, vendorId } from './chat-ids.js'

/** Contact and chat are null for somebody this instance has never met. */
interface Known {
  readonly profile: Profile
  readonly contact: Contact | null
  readonly chat: Chat | null
}

/** Somebody, or a group, as WhatsApp shows them now and the chat with them stands. */
export function contactInfo(jid: string, { profile, contact, chat }: Known, byLid: boolean): object {
  const { business } = profile
  const mutedUntil = chat?.mutedUntil ?? null
  return {
    avatar: profile.picture ?? '',
    name: contact?.name ?? contact?.savedName ?? chat?.name ?? '',
    contactName: contact?.savedName ?? '',
    email: business?.email ?? '',
    category: business?.category ?? '',
    description: business?.description ?? profile.about ?? '',
    // Catalogues are not read.
    products: [],
    chatId: isGroup(jid) ? vendorId(jid) : personId(jid, profile, byLid),
    // Told to those whom a person shows it, and only while they look.
    lastSeen: null,
    isArchive: chat?.archived ?? false,
    isDisappearing: (chat?.expiresIn ?? 0) > 0,
    isMute: mutedUntil !== null,
    messageExpiration: chat?.expiresIn ?? 0,
    muteExpiration: mutedUntil instanceof Date ? Math.floor(mutedUntil.getTime() / 1000) : null,
    isBusiness: business !== null,
  }
}
