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

/** Refusals are `sandbox-refused`, saying why in words. */
export interface PhoneControl {
  readonly info: SandboxPhone & { readonly devices: readonly SandboxDevice[] }
  scan(qr: string): Promise<SandboxDevice>
  scanImage(image: string): Promise<SandboxDevice>
  enterCode(code: string): Promise<SandboxDevice>
  send(to: string, text: string): Promise<SandboxMessage>
  messages(): Promise<readonly SandboxMessage[]>
  /** Sends read receipts for everything unread, or for these messages. */
  read(ids?: readonly string[]): Promise<void>
  unlink(device?: string): Promise<void>
  goOffline(): Promise<void>
  goOnline(): Promise<void>
  remove(): Promise<void>
}

export interface SandboxDevice {
  readonly jid: string
  readonly platform: string
  readonly linkedAt: Date
  readonly connected: boolean
}

export interface SandboxMessage {
  readonly id: string
  readonly from: string
  readonly to: string
  readonly text: string
  readonly status: 'received' | 'read' | 'sent' | 'delivered'
  readonly timestamp: Date
}
