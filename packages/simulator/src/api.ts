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
  /** Append-only record of what this server saw and did; the oracle of the crash tests. */
  history(): readonly HistoryEntry[]
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
}

/** A simulated account holder with a phone (device 0). */
export interface VirtualPhone {
  readonly number: string
  /** `<number>@s.whatsapp.net` */
  readonly jid: string
  /** `<digits>@lid` */
  readonly lid: string
  readonly name: string
  readonly owner: string | undefined
  readonly online: boolean
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
  /** Sends a text, encrypted for each device of the recipient. `to`: number, JID or LID. */
  send(to: string, text: string): Promise<PhoneMessage>
  /** Everything this phone sent or received, oldest first. */
  messages(): readonly PhoneMessage[]
  /** Sends read receipts for received messages (all unread ones unless ids are given). */
  read(ids?: readonly string[]): Promise<void>
  /** Removes a linked device (all of them unless one is named): the companion is told `device_removed`. */
  unlink(deviceJid?: string): Promise<void>
  /** Leaves the network: what is sent to it waits. */
  leave(): void
  comeBack(): Promise<void>
  /** Deletes the account; its linked devices are logged out. */
  remove(): Promise<void>
  /** Resolves with the first message (past or future) for which `match` is true; rejects after `timeout` ms (10 s unless told). */
  received(match: (message: PhoneMessage) => boolean, timeout?: number): Promise<PhoneMessage>
}

export interface LinkedDevice {
  /** `<number>:<device>@s.whatsapp.net` */
  readonly jid: string
  readonly platform: string
  readonly linkedAt: Date
  readonly connected: boolean
}

export interface PhoneMessage {
  readonly id: string
  /** Number of the sender. */
  readonly from: string
  /** Number of the recipient. */
  readonly to: string
  readonly text: string
  /** `received`: it arrived here. The others are of a message that this phone sent. */
  readonly status: 'received' | 'read' | 'sent' | 'delivered'
  readonly timestamp: Date
}

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
  /** The next two messages pushed change places. */
  | { readonly kind: 'reorder' }
)

/** `at`: monotonic milliseconds. `device`: `<number>:<device>`; `connection`: a number that is never used twice. */
export type HistoryEntry = { readonly at: number; readonly connection?: number; readonly device?: string } & (
  | { readonly event: 'connected' | 'disconnected' | 'registered' | 'paired' | 'logged-in' | 'logged-out' }
  | { readonly event: 'pushed' | 'acked' | 'received'; readonly id: string; readonly tag: string }
  /** The server refused something a correct client never does. */
  | {
      readonly event: 'violation'
      readonly rule: 'second-connection' | 'reused-counter' | 'unknown-pre-key' | 'frame-after-eviction'
      readonly detail: string
    }
)
