import type { ContactCard, FileKind, ListContent, LocationContent, LiveLocationContent } from '../messages/content.js'
import type { PhoneNumber, WorkspaceId } from '../ids.js'

/** The virtual phones of the simulated network. A workspace sees its own phones only. */
export interface Sandbox {
  register(workspace: WorkspaceId, phone: { number?: PhoneNumber; name?: string }): Promise<SandboxPhone>
  list(workspace: WorkspaceId): Promise<SandboxPhone[]>
  /** Rejects with `phone-not-found` for a number of another workspace just as for one that is not there. */
  phone(workspace: WorkspaceId, number: string): Promise<PhoneControl>
}

export interface SandboxPhone {
  readonly number: string
  readonly jid: string
  readonly lid: string
  readonly name: string
  readonly online: boolean
}

/** What the person with the phone can do. Refusals are `sandbox-refused`, saying why in words. */
export interface PhoneControl {
  readonly info: SandboxPhone & { readonly devices: readonly SandboxDevice[] }
  scan(qr: string): Promise<SandboxDevice>
  scanImage(image: string): Promise<SandboxDevice>
  enterCode(code: string): Promise<SandboxDevice>
  /** `to`: number, JID or LID, or the id of a group. */
  send(to: string, content: PhoneContent, more?: PhoneSendOptions): Promise<SandboxMessage>
  /** Rejects with `message-not-found` where the phone has no such message. */
  act(act: PhoneAct): Promise<SandboxMessage>
  /** For these people: numbers, JIDs or LIDs. */
  postStatus(content: PhoneContent, audience: readonly string[]): Promise<SandboxMessage>
  messages(): Promise<readonly SandboxMessage[]>
  /** The file of a message, decrypted and checked. Rejects with `media-not-found`. */
  file(message: string): Promise<SandboxFile>
  /** Sends read receipts for everything unread, or for these messages. */
  read(ids?: readonly string[]): Promise<void>
  /** Sends played receipts, as for voice notes that were listened to. */
  play(ids: readonly string[]): Promise<void>
  showPresence(to: string, presence: 'composing' | 'recording' | 'paused'): Promise<void>
  setAvailable(available: boolean): Promise<void>
  readonly groups: PhoneGroups
  unlink(device?: string): Promise<void>
  goOffline(): Promise<void>
  goOnline(): Promise<void>
  remove(): Promise<void>
}

/** Groups that the phone is in. `group` is an id; rejects with `group-not-found` for one that it is not in. */
export interface PhoneGroups {
  list(): Promise<readonly SandboxGroup[]>
  create(subject: string, members: readonly string[]): Promise<SandboxGroup>
  change(
    group: string,
    change: 'add' | 'remove' | 'promote' | 'demote',
    members: readonly string[],
  ): Promise<SandboxGroup>
  rename(group: string, subject: string): Promise<SandboxGroup>
  /** The code of its invitation. */
  invite(group: string): Promise<string>
  join(code: string): Promise<SandboxGroup>
  leave(group: string): Promise<void>
}

/** What a phone can say. */
export type PhoneContent =
  | {
      readonly kind: 'text'
      readonly text: string
      readonly style?: { readonly background: string; readonly font: number }
    }
  | PhoneFileContent
  | Pick<LocationContent, 'kind' | 'latitude' | 'longitude' | 'name' | 'address'>
  | Pick<LiveLocationContent, 'kind' | 'latitude' | 'longitude' | 'accuracy' | 'speed' | 'caption' | 'sequence'>
  | {
      readonly kind: 'contacts'
      readonly contacts: readonly (Pick<ContactCard, 'name'> & { readonly phone: PhoneNumber })[]
    }
  | {
      readonly kind: 'poll'
      readonly question: string
      readonly options: readonly string[]
      readonly multiple: boolean
    }
  | { readonly kind: 'group-invite'; readonly group: string; readonly caption?: string }
  | {
      readonly kind: 'buttons'
      readonly text: string
      readonly footer?: string
      readonly buttons: readonly { readonly id: string; readonly text: string }[]
    }
  | Pick<ListContent, 'kind' | 'title' | 'text' | 'footer' | 'button' | 'sections'>

export interface PhoneFileContent {
  readonly kind: FileKind
  /** A small one of the kind is made where it is left out. */
  readonly bytes?: Uint8Array
  readonly mimetype?: string
  readonly name?: string
  readonly caption?: string
  readonly viewOnce?: boolean
  readonly animated?: boolean
}

/** What a phone can do to a message that it has. `target`: its id. */
export type PhoneAct =
  | { readonly kind: 'reaction'; readonly target: string; readonly emoji: string | null }
  | { readonly kind: 'edit'; readonly target: string; readonly text: string }
  | { readonly kind: 'delete'; readonly target: string }
  | { readonly kind: 'poll-vote'; readonly target: string; readonly options: readonly string[] }
  | { readonly kind: 'pin'; readonly target: string; readonly seconds: number | null }
  | { readonly kind: 'forward'; readonly target: string; readonly to: string }
  /** Taps what has this id in a list or under a text. */
  | { readonly kind: 'choose'; readonly target: string; readonly option: string }

export interface PhoneSendOptions {
  /** Id of the message that it answers. */
  readonly replyTo?: string
  readonly mentions?: readonly string[]
}

export interface SandboxDevice {
  readonly jid: string
  readonly platform: string
  readonly linkedAt: Date
  readonly connected: boolean
}

/** One message as a phone has it. */
export interface SandboxMessage {
  readonly id: string
  readonly from: string
  readonly to: string
  /** The simulator's own word. */
  readonly kind: string
  /** What a person would read: the text, the caption, the emoji, the question. */
  readonly text: string
  /** Id of the message that it answers or speaks of. */
  readonly about: string | null
  readonly mentions: readonly string[]
  /** How often it was passed on. */
  readonly forwarded: number
  readonly viewOnce: boolean
  /** What can be chosen from it. */
  readonly options: readonly { readonly id: string; readonly text: string }[]
  /** What was chosen by it. */
  readonly choices: readonly string[]
  readonly file: { readonly mimetype: string; readonly size: number; readonly name: string | null } | null
  readonly status: 'received' | 'read' | 'sent' | 'delivered'
  readonly receipts: readonly SandboxReceipt[]
  readonly timestamp: Date
}

export interface SandboxReceipt {
  /** Number. */
  readonly by: string
  readonly kind: 'delivered' | 'read' | 'played'
  readonly at: Date
}

export interface SandboxFile {
  readonly bytes: Uint8Array
  readonly mimetype: string
  readonly name: string | null
}

export interface SandboxGroup {
  readonly id: string
  readonly subject: string
  readonly participants: readonly {
    readonly number: string
    readonly jid: string
    readonly lid: string
    readonly role: 'member' | 'admin' | 'owner'
  }[]
}
