import type { Chat, Contact } from '#gateway/core/chats/chat.js'
import { GatewayError } from '#gateway/core/errors/gateway-error.js'
import type { Chats, Contacts, Gateway, MediaFiles, MessageWish } from '#gateway/core/gateway.js'
import type { ChatId, InstanceId, MediaId, MessageId } from '#gateway/core/ids.js'
import type { MediaFile } from '#gateway/core/media/media-file.js'
import type { Content } from '#gateway/core/messages/content.js'
import type { OutgoingMessage } from '#gateway/core/messages/message.js'

/** What a dialect asked of the core, and what the core knows. */
export interface Recorded {
  readonly sent: MessageWish[]
  readonly fetched: string[]
  readonly uploads: { readonly bytes: Buffer; readonly name: string | null; readonly mimetype: string | null }[]
  /** Other calls: the name of each and what it was asked. */
  readonly calls: (readonly [name: string, ...wish: unknown[]])[]
  chats: Chat[]
  contacts: Contact[]
  /** Numbers that are on WhatsApp. */
  onWhatsApp: string[]
  picture: string | null
  /** Rejects the next file. */
  unfit: GatewayError | undefined
}

type Parts = Pick<Gateway, 'messages' | 'media' | 'chats' | 'contacts'>

/** Stands in for what a dialect sends through and reads from: what was asked is noted, and answered as the core would. */
export function recorded(base: Gateway): Recorded & { readonly parts: Parts } {
  const notes: Recorded = {
    sent: [],
    fetched: [],
    uploads: [],
    calls: [],
    chats: [],
    contacts: [],
    onWhatsApp: [],
    picture: null,
    unfit: undefined,
  }
  const parts: Parts = {
    messages: {
      ...base.messages,
      async send(_caller, instance, wish) {
        notes.sent.push(wish)
        return stored(instance, wish)
      },
    },
    media: recordedMedia(base.media, notes),
    chats: recordedChats(base.chats, notes),
    contacts: recordedContacts(base.contacts, notes),
  }
  return Object.assign(notes, { parts })
}

export const mediaId = 'm'.repeat(43) as MediaId
const at = new Date('2026-01-02T03:04:05Z')

function stored(instance: InstanceId, wish: MessageWish): OutgoingMessage {
  return {
    instance,
    id: wish.id ?? ('3EB0C767D097B7C7C030' as MessageId),
    account: null,
    chat: wish.to as ChatId,
    content: asContent(wish),
    audience: null,
    typing: wish.typing ?? null,
    notBefore: null,
    status: 'queued',
    failure: null,
    createdAt: at,
    statusAt: at,
  }
}

function asContent({ content }: MessageWish): Content {
  if (content.kind === 'auto') return { kind: 'image', file: file(null, 'image/png', 4), thumbnail: 'dGh1bWI=' }
  return { kind: 'text', text: content.kind === 'text' ? content.text : '' }
}

function file(name: string | null, mimetype: string, size: number): MediaFile {
  return { id: mediaId, name, mimetype, size, sha256: null }
}

function recordedMedia(base: MediaFiles, notes: Recorded): MediaFiles {
  const refuse = (): void => {
    const { unfit } = notes
    notes.unfit = undefined
    if (unfit) throw unfit
  }
  return {
    ...base,
    url: (id) => `http://gateway.test/media/${id}`,
    async fetch(_caller, _instance, url, { name, mimetype }) {
      refuse()
      notes.fetched.push(url)
      return file(name, mimetype ?? 'image/png', 4)
    },
    async upload(_caller, _instance, body, { name, mimetype }) {
      refuse()
      const chunks: Uint8Array[] = []
      for await (const chunk of body) chunks.push(chunk)
      const bytes = Buffer.concat(chunks)
      notes.uploads.push({ bytes, name, mimetype })
      return file(name, mimetype ?? 'image/png', bytes.length)
    },
  }
}

function recordedChats(base: Chats, notes: Recorded): Chats {
  const find = (chat: string): Chat => {
    const found = notes.chats.find((one) => one.chat === chat)
    if (!found) throw new GatewayError('chat-not-found', 'There is no such chat.')
    return found
  }
  return {
    ...base,
    list: async (_caller, _instance, { before, limit }) => {
      const from = before === undefined ? 0 : notes.chats.findIndex(({ chat }) => chat === before) + 1
      return notes.chats.slice(from, from + limit)
    },
    get: async (_caller, _instance, chat) => find(chat),
    read: async (_caller, _instance, chat, upTo) => {
      notes.calls.push(['read', chat, upTo])
    },
    edit: async (_caller, _instance, chat, changes) => {
      notes.calls.push(['edit', chat, changes])
      return find(chat)
    },
    showPresence: async (_caller, _instance, chat, presence) => {
      notes.calls.push(['showPresence', chat, presence])
    },
    subscribePresence: async (_caller, _instance, chat) => {
      notes.calls.push(['subscribePresence', chat])
    },
  }
}

function recordedContacts(base: Contacts, notes: Recorded): Contacts {
  return {
    ...base,
    list: async (_caller, _instance, { after, limit }) => {
      const from = after === undefined ? 0 : notes.contacts.findIndex(({ id }) => id === after) + 1
      return notes.contacts.slice(from, from + limit)
    },
    get: async (_caller, _instance, contact) => {
      const found = notes.contacts.find(({ id }) => id === contact)
      if (!found) throw new GatewayError('contact-not-found', 'This instance has met nobody with this id.')
      return found
    },
    check: async (_caller, _instance, phones) =>
      phones.map((phone) => {
        const exists = notes.onWhatsApp.includes(phone)
        return { phone, exists, chat: exists ? `${phone}@s.whatsapp.net` : null, lid: null }
      }),
    profile: async (_caller, _instance, of) => ({
      id: of,
      phone: of.split('@')[0] ?? null,
      lid: null,
      picture: notes.picture,
      about: null,
      business: null,
    }),
    picture: async () => notes.picture,
    setPresence: async (_caller, _instance, presence) => {
      notes.calls.push(['setPresence', presence])
    },
  }
}
