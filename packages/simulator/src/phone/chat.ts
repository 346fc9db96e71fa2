import { chatModificationToAppPatch, type ChatModification } from 'baileys'
import type { Account } from '../accounts/account.js'
import { Group } from '../groups/group.js'
import type { VirtualChat } from '../virtual-chat.js'
import { lidJid, numberJid } from '../wire/addresses.js'
import type { Phone } from './phone.js'
import type { Entry } from './state-view.js'
import { keyOf, messageWith } from './whereabouts.js'

const kindsOfChats = ['archive', 'pin_v1', 'mute', 'markChatAsRead', 'clearChat', 'deleteChat'] as const

/** The name of a chat in the app state: an address by which devices may name it, in its own form here. */
function chatIdOf(phone: Phone, jid: string): string {
  const { groups, directory } = phone.network
  return groups.byJid(jid)?.jid ?? directory.byJid(jid)?.number ?? jid
}

/** Every chat with a message or an entry in the app state, and every group. */
export function chatsOf(phone: Phone): readonly Chat[] {
  const { groups, directory } = phone.network
  const named = kindsOfChats.flatMap((kind) => phone.appState.entries(kind).map(({ index }) => index[1] ?? ''))
  const written = phone.log.all().map(({ from, to }) => (to === phone.number ? from : to))
  const joined = groups.of(phone.account).map(({ jid }) => jid)
  const ids = new Set([...joined, ...written, ...named.map((jid) => chatIdOf(phone, jid))])
  return [...ids].flatMap((id) => {
    const partner = groups.byJid(id) ?? directory.byNumber(id)
    return partner ? [new Chat(phone, partner)] : []
  })
}

/** What a phone knows of a chat from the app state of its account. */
export class Chat implements VirtualChat {
  readonly id: string
  readonly #phone: Phone
  readonly #partner: Account | Group

  constructor(phone: Phone, partner: Account | Group) {
    this.#phone = phone
    this.#partner = partner
    this.id = partner instanceof Group ? partner.jid : partner.number
  }

  get archived(): boolean {
    return this.#newest('archive')?.action.archiveChatAction?.archived ?? false
  }

  get pinned(): boolean {
    return this.#newest('pin_v1')?.action.pinAction?.pinned ?? false
  }

  get muteUntil(): number | undefined {
    const action = this.#newest('mute')?.action.muteAction
    return action?.muted === true ? Number(action.muteEndTimestamp ?? -1) : undefined
  }

  get markedUnread(): boolean {
    return this.#newest('markChatAsRead')?.action.markChatAsReadAction?.read === false
  }

  get clearedAt(): Date | undefined {
    return timeOf(this.#newest('clearChat'))
  }

  get deletedAt(): Date | undefined {
    return timeOf(this.#newest('deleteChat'))
  }

  starred(): readonly string[] {
    return this.#all('star').flatMap(({ index: [, , id = ''], action }) => (action.starAction?.starred ? [id] : []))
  }

  hidden(): readonly string[] {
    return this.#all('deleteMessageForMe').map(({ index: [, , id = ''] }) => id)
  }

  labels(): readonly string[] {
    const given = this.#phone.appState.entries('label_jid').filter(({ index }) => this.#isMe(index[2]))
    return given.flatMap(({ index: [, id = ''], action }) => (action.labelAssociationAction?.labeled ? [id] : []))
  }

  archive(on: boolean): Promise<void> {
    return this.#change('archive', () => ({ archive: on, lastMessages: this.#lastMessages() }))
  }

  pin(on: boolean): Promise<void> {
    return this.#change('pin_v1', () => ({ pin: on }))
  }

  mute(until?: number): Promise<void> {
    return this.#change('mute', () => ({ mute: until ?? null }))
  }

  markUnread(on: boolean): Promise<void> {
    return this.#change('markChatAsRead', () => ({ markRead: !on, lastMessages: this.#lastMessages() }))
  }

  star(messageId: string, on: boolean): Promise<void> {
    return this.#change('star', () => {
      const fromMe = messageWith(this.#phone, messageId).from === this.#phone.number
      return { star: { messages: [{ id: messageId, fromMe }], star: on } }
    })
  }

  label(labelId: string, on: boolean): Promise<void> {
    return this.#change('label_jid', () => (on ? { addChatLabel: { labelId } } : { removeChatLabel: { labelId } }))
  }

  clear(): Promise<void> {
    return this.#change('clearChat', () => ({ clear: true, lastMessages: this.#lastMessages() }))
  }

  delete(): Promise<void> {
    return this.#change('deleteChat', () => ({ delete: true, lastMessages: this.#lastMessages() }))
  }

  #change(kind: string, change: () => ChatModification): Promise<void> {
    return this.#phone.act(() => {
      // What has an entry already is changed under the address that this one has.
      const jid = this.#newest(kind)?.index[1] ?? this.#address()
      return this.#phone.appState.change(chatModificationToAppPatch(change(), jid))
    })
  }

  #address(): string {
    const partner = this.#partner
    if (partner instanceof Group) return partner.jid
    return this.#phone.account.record.addressing === 'lid' ? lidJid(partner.lid) : numberJid(partner.number)
  }

  /** The newest message of the chat: what the change goes back to. */
  #lastMessages() {
    const inChat = ({ from, to }: { readonly from: string; readonly to: string }) =>
      (to === this.#phone.number ? from : to) === this.id
    const last = this.#phone.log.all().findLast(inChat)
    if (last === undefined) return []
    return [{ key: keyOf(this.#phone, last), messageTimestamp: Math.floor(last.timestamp.getTime() / 1000) }]
  }

  #newest(kind: string): Entry | undefined {
    const ages = this.#all(kind).sort((a, b) => Number(b.action.timestamp ?? 0) - Number(a.action.timestamp ?? 0))
    return ages[0]
  }

  #all(kind: string): Entry[] {
    return this.#phone.appState.entries(kind).filter(({ index }) => this.#isMe(index[1]))
  }

  #isMe(jid = ''): boolean {
    return chatIdOf(this.#phone, jid) === this.id
  }
}

function timeOf(entry: Entry | undefined): Date | undefined {
  return entry && new Date(Number(entry.action.timestamp ?? 0))
}
