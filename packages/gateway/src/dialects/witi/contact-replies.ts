import type { Chat, Contact } from '../../core/chats/chat.js'
import type { WitiCaller } from './auth.js'
import type { Room } from './command.js'

/** How many the core is asked for at a time. */
const page = 1000

/** One entry of `chats.aspx`. What WhatsApp no longer tells a linked device is there and empty. */
export function chatReply({ publicUrl }: Room, { webId }: WitiCaller, chat: Chat): object {
  return {
    jid: jidOf(chat.chat, chat.chatPhone),
    name: chat.name ?? '',
    spam: false,
    count: chat.unread,
    mute: muteOf(chat),
    t: seconds(chat.lastMessageAt),
    archive: chat.archived,
    modify_tag: '',
    picture: pictureUrl(publicUrl, webId, jidOf(chat.chat, chat.chatPhone)),
    Lastupdate: (chat.lastMessageAt ?? new Date(0)).toISOString(),
  }
}

export interface ContactReply {
  readonly jid: string
  readonly notify: string
  readonly verify: string
  readonly vname: string
  readonly short: string
  readonly name: string
  readonly picture: string
  readonly Lastupdate: string
  readonly LastMessageTime: number
  readonly biz: boolean
  /** 200: on WhatsApp. */
  readonly status: number
  readonly tag: string
  readonly Count: number
  readonly Mute: boolean
  readonly Spam: boolean
  readonly Archive: boolean
  readonly isGroup: boolean
}

/** A profile, as `contacts.aspx` lists it; with what is known of the chat, where there is one. */
export function contactReply(
  { publicUrl, clock }: Room,
  { webId }: WitiCaller,
  contact: Pick<Contact, 'id' | 'phone' | 'name' | 'savedName'>,
  chat: Chat | undefined,
  biz = false,
): ContactReply {
  const jid = jidOf(contact.id, contact.phone)
  const name = contact.savedName ?? contact.name ?? ''
  return {
    jid,
    notify: contact.name ?? '',
    verify: '',
    vname: '',
    short: name.split(' ')[0] ?? '',
    name,
    picture: pictureUrl(publicUrl, webId, jid),
    Lastupdate: clock.now().toISOString(),
    LastMessageTime: chat ? seconds(chat.lastMessageAt) : 0,
    biz,
    status: 200,
    tag: '',
    Count: chat?.unread ?? 0,
    Mute: chat !== undefined && chat.mutedUntil !== null,
    Spam: false,
    Archive: chat?.archived ?? false,
    isGroup: jid.endsWith('@g.us'),
  }
}

export async function everyChat({ gateway: { chats } }: Room, { caller, instance }: WitiCaller): Promise<Chat[]> {
  return everything((before: Chat | undefined) =>
    chats.list(caller, instance, { limit: page, ...(before && { before: before.chat }) }),
  )
}

export async function everyContact({ gateway: { contacts } }: Room, who: WitiCaller): Promise<Contact[]> {
  return everything((after: Contact | undefined) =>
    contacts.list(who.caller, who.instance, { limit: page, ...(after && { after: after.id }) }),
  )
}

async function everything<Item>(next: (last: Item | undefined) => Promise<Item[]>): Promise<Item[]> {
  const all: Item[] = []
  for (;;) {
    const items = await next(all.at(-1))
    all.push(...items)
    if (items.length < page) return all
  }
}

/** By number where it is known, whatever the chat was first met under: that is the only name this vendor has for people. */
export function jidOf(id: string, phone: string | null): string {
  return phone === null ? id : `${phone}@s.whatsapp.net`
}

function pictureUrl(publicUrl: string, webId: string, jid: string): string {
  return `${publicUrl}/get_picture.aspx?WID=${webId}&jid=${encodeURIComponent(jid)}`
}

/** Seconds since 1970 as text; -1 for always, empty for not at all, as WhatsApp Web has it. */
function muteOf({ mutedUntil }: Chat): string {
  if (mutedUntil === null) return ''
  return mutedUntil === 'always' ? '-1' : String(seconds(mutedUntil))
}

function seconds(time: Date | null): number {
  return time === null ? 0 : Math.floor(time.getTime() / 1000)
}
