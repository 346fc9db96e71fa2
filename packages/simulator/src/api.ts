import type { Restriction } from './accounts/restriction.js'
import type { Attention } from './attention.js'
import type { Correspondence } from './correspondence.js'
import type { CallState, VirtualCall } from './virtual-call.js'
import type { BusinessProfile, VirtualPrivacy, VirtualProfile } from './virtual-profile.js'
import type { Contact, Label, VirtualChat } from './virtual-chat.js'
import type { VirtualGroup } from './virtual-group.js'

export type { Restriction } from './accounts/restriction.js'
export type * from './attention.js'
export type { Correspondence, ReportOptions, SendOptions } from './correspondence.js'
export type * from './message.js'
export type * from './phone-content.js'
export type { CallState, VirtualCall } from './virtual-call.js'
export type {
  BusinessProfile,
  PrivacyName,
  PrivacySettings,
  VirtualPrivacy,
  VirtualProfile,
} from './virtual-profile.js'
export type { Contact, Label, VirtualChat } from './virtual-chat.js'
export type { GroupParticipant, VirtualGroup } from './virtual-group.js'

/** What a program can do with a simulated WhatsApp network. */
export interface Simulator {
  /** WebSocket URL that a client connects to, `ws://127.0.0.1:PORT/ws/chat`. */
  readonly url: string
  /** Public key (32 bytes) of the Noise root certificate that this server's chain ends in. */
  readonly rootKey: Uint8Array
  registerPhone(phone?: RegisterPhone): Promise<VirtualPhone>
  /** The phone with this number (digits only), if it is registered. */
  phone(number: string): VirtualPhone | undefined
  phones(): readonly VirtualPhone[]
  /** Scripts trouble. A fault stays until it has happened `times` times or `clear()` is called. */
  readonly faults: { add(fault: Fault): void; clear(): void }
  /** Closes the address of an uploaded file, a direct path or a URL, which then answers 410 unless told 404. */
  expireMedia(path: string, status?: 404 | 410): void
  /** Append-only record of what this server saw and did, without the first `after` entries; the oracle of the crash tests. */
  history(after?: number): readonly HistoryEntry[]
  /** What became of every stanza that was pushed to a device (`<number>:<device>`), or to all of them; oldest first. */
  deliveries(device?: string): readonly Delivery[]
  /** Live companion connections now, registered or not. */
  connections(): number
  close(): Promise<void>
}

export interface SimulatorOptions {
  /** 127.0.0.1 unless told. */
  readonly host?: string
  /** 0 (any free port) unless told. */
  readonly port?: number
  /** Folder for everything that must survive the process (a SIGKILL included). Without it the network lives in memory. */
  readonly dataDir?: string
  /** How long each of the six QR references of a link attempt can be scanned after it was handed out, in ms; 200 s in all unless told. */
  readonly refLifetime?: number
}

export interface RegisterPhone {
  /** International number, digits only (7 to 15); one is invented when it is left out. */
  readonly number?: string
  readonly name?: string
  /** Free label by which a host program may group phones; the network itself ignores it. */
  readonly owner?: string
  /** How its messages are addressed to companions: by LID, as WhatsApp does now, or by number, as it did. `lid` unless told. */
  readonly addressing?: 'lid' | 'number'
  /** Others get its LID and not its number, until `privacy.revealNumber()`. */
  readonly hideNumber?: boolean
  /** The account is a business, with this profile. */
  readonly business?: BusinessProfile
}

/** A simulated account holder with a phone (device 0). */
export interface VirtualPhone extends Correspondence, Attention {
  readonly number: string
  /** `<number>@s.whatsapp.net` */
  readonly jid: string
  /** `<digits>@lid` */
  readonly lid: string
  readonly name: string
  readonly owner: string | undefined
  readonly online: boolean
  readonly profile: VirtualProfile
  readonly privacy: VirtualPrivacy
  devices(): readonly LinkedDevice[]
  /**
   * Scans a pairing QR given as its text, and resolves when the companion has answered with its signed identity.
   * Rejects with `qr-not-valid`, `qr-expired`, `phone-offline`, `companion-refused` or `companion-silent`.
   */
  scan(qr: string): Promise<LinkedDevice>
  /** The same from a picture: PNG or SVG, as bytes or as a `data:` URI. Rejects also with `no-qr-in-image`, `image-too-large`. */
  scanImage(image: Uint8Array | string): Promise<LinkedDevice>
  /** Types the eight-character pairing code shown by a companion that asked for this number. */
  enterCode(code: string): Promise<LinkedDevice>
  /** Makes a group with this phone as its owner. `members`: numbers, JIDs or LIDs. */
  createGroup(subject: string, members: readonly string[], more?: NewGroup): Promise<VirtualGroup>
  /** The group with this id, if this phone is in it. */
  group(id: string): VirtualGroup | undefined
  groups(): readonly VirtualGroup[]
  /** Rejects with `group-not-found` for a code that is not valid, and with `join-requested` where an admin has to agree. */
  joinGroup(inviteCode: string): Promise<VirtualGroup>
  /** Comes into the group that a received message invites to. Rejects with `invitation-not-valid`. */
  acceptInvitation(messageId: string): Promise<VirtualGroup>
  /** Rings on every device of this number. `notice`: as devices are told that could not take the call. */
  call(to: string, more?: { readonly video?: boolean; readonly notice?: boolean }): Promise<VirtualCall>
  /** Calls that this phone made or got, oldest first. */
  calls(): readonly CallRecord[]
  /** The call with this id, if this phone made it. */
  outgoingCall(id: string): VirtualCall | undefined
  acceptCall(id: string): Promise<void>
  rejectCall(id: string): Promise<void>
  /** A chat, as the devices of the account agree on it. `who`: number, JID or LID, or the id of a group. */
  chat(who: string): VirtualChat
  /** All chats that anything is known of. */
  chats(): readonly VirtualChat[]
  /** The address book that the devices of the account share; people are named by number, JID or LID. */
  contacts(): readonly Contact[]
  saveContact(who: string, fullName: string, firstName?: string): Promise<void>
  removeContact(who: string): Promise<void>
  labels(): readonly Label[]
  /** Changes the name that others see with messages. */
  rename(name: string): Promise<void>
  /** Removes a linked device (all of them unless one is named): the companion is told `device_removed`. */
  unlink(deviceJid?: string): Promise<void>
  /** Lets the account begin no new chats (463) until then, 24 hours from now unless told, and tells its companions. */
  restrict(more?: Partial<Restriction>): Promise<void>
  unrestrict(): Promise<void>
  /** While it is restricted. */
  readonly restriction: Restriction | undefined
  /** Leaves the network: what is sent to it waits. */
  leave(): void
  comeBack(): Promise<void>
  /** Deletes the account; its linked devices are logged out. */
  remove(): Promise<void>
}

export interface NewGroup {
  /** How members are named in it: by LID unless told. */
  readonly addressing?: 'lid' | 'number'
}

export interface CallRecord {
  readonly id: string
  /** Numbers. */
  readonly from: string
  readonly to: string
  readonly video: boolean
  readonly state: CallState
}

export interface LinkedDevice {
  /** `<number>:<device>@s.whatsapp.net` */
  readonly jid: string
  readonly platform: string
  readonly linkedAt: Date
  readonly connected: boolean
}

/**
 * Ways for a message to be unreadable: its bytes do not decrypt; they decrypt to something that is no protobuf; there are
 * none (`<unavailable/>`), or none because what can be looked at once is for phones only; the way they are encrypted is not
 * known; they hold a kind of content that nobody knows.
 */
export type PoisonForm =
  'garbled' | 'not-protobuf' | 'unavailable' | 'view-once' | 'unknown-encryption' | 'unknown-content'

/** One scripted fault. `number` limits it to connections of that account, `times` (1 unless told) to so many happenings. */
export type Fault = { readonly number?: string; readonly times?: number } & (
  | { readonly kind: 'refuse-login'; readonly reason: number }
  | { readonly kind: 'stream-error'; readonly code: number }
  | { readonly kind: 'conflict'; readonly type: 'replaced' | 'device_removed' }
  | { readonly kind: 'close-socket' }
  /** The connections that exist stop answering, keep-alive included, without closing. */
  | { readonly kind: 'silence' }
  /** Each stanza pushed to the client waits this long (ms) first. */
  | { readonly kind: 'delay'; readonly ms: number }
  /** The next message pushed is pushed twice. */
  | { readonly kind: 'duplicate' }
  /** The next `count` messages pushed, 2 unless told, come in reverse order. */
  | { readonly kind: 'reorder'; readonly count?: number }
  /** What a phone next sends to a companion of this number cannot be read there; what is asked for again is sent anew. */
  | { readonly kind: 'poison'; readonly form: PoisonForm }
  /** The next acknowledgement of a message by a device gets lost, so the message comes again when the device does. */
  | { readonly kind: 'lose-ack' }
  /** The next message of a device is accepted, and the device not told so. */
  | { readonly kind: 'withhold-ack' }
  /** The next message of a device is accepted and delivered, and the device told so after this long (ms). */
  | { readonly kind: 'late-ack'; readonly ms: number }
  /** The next message of a device is refused with this error and reaches nobody. */
  | { readonly kind: 'refuse-message'; readonly error: number }
  /** The next message that reaches a phone of this number cannot be read there, so the phone asks for it again. */
  | { readonly kind: 'unreadable' }
)

/** `at`: monotonic milliseconds. `device`: `<number>:<device>`; `connection`: a number that is never used twice. */
export type HistoryEntry = { readonly at: number; readonly connection?: number; readonly device?: string } & (
  | { readonly event: 'connected' | 'disconnected' | 'registered' | 'paired' | 'logged-in' | 'logged-out' }
  | Pushed
  | Acked
  | Received
  /** The server refused something a correct client never does. */
  | {
      readonly event: 'violation'
      readonly rule:
        'second-connection' | 'reused-counter' | 'unknown-pre-key' | 'frame-after-eviction' | 'unreadable-patch'
      readonly detail: string
    }
)

/**
 * A stanza left for a device. `stanza`: its number, the same each time that it is pushed; `tag`: that of the stanza, but
 * `peer` for a message that the devices of one account write to each other without a person.
 */
interface Pushed {
  readonly event: 'pushed'
  readonly stanza: number
  readonly id: string
  readonly tag: string
  /** Of a message: how each part of it is encrypted, `msg`, `pkmsg` or `skmsg` if all is well. */
  readonly encryption?: readonly string[]
}

/** A device acknowledged a stanza, and will not get it again. */
type Acked = Acknowledgement & {
  readonly event: 'acked'
  readonly stanza: number
  readonly id: string
  readonly tag: string
}

/** How a device acknowledges: with a receipt of a type (empty for the plain one), an `ack`, or an `ack` with an error. */
export type Acknowledgement =
  | { readonly by: 'receipt'; readonly type: string }
  | { readonly by: 'ack' }
  | { readonly by: 'nack'; readonly error: number }

/** A device sent something; of phones only presence and typing are noted. */
interface Received {
  readonly event: 'received'
  readonly id: string
  readonly tag: string
  readonly to?: string
  /** Of a receipt; of `presence` and `chatstate` what is shown, and `subscribe`. */
  readonly type?: string
  readonly encryption?: readonly string[]
  /** A message of this device with this id was accepted before. */
  readonly repeated?: true
  /** The error with which a message was refused. */
  readonly refused?: number
}

/** One stanza on its way to one device, from its first push to its acknowledgement. Times as in the history. */
export interface Delivery {
  readonly stanza: number
  readonly device: string
  readonly id: string
  readonly tag: string
  readonly encryption: readonly string[]
  readonly pushedAt: readonly number[]
  readonly acked?: Acknowledgement & { readonly at: number }
}
