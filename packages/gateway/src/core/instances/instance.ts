import type { ErrorCode } from '../errors/gateway-error.js'
import type { InstanceId, PhoneNumber, WorkspaceId } from '../ids.js'
import type { InstanceOptions } from './options.js'

/** Which WhatsApp an instance lives on: the real network, or the simulated one with virtual phones. */
export const networks = ['whatsapp', 'sandbox'] as const
export type Network = (typeof networks)[number]

/** What is observed of an instance; the meaning of each is the table in docs/architecture.md. */
export const instanceStates = [
  'unlinked',
  'opening',
  'awaiting-link',
  'starting',
  'linked',
  'reconnecting',
  'paused',
  'restricted',
  'banned',
  'storage-error',
] as const
export type InstanceState = (typeof instanceStates)[number]

/** What its owner wants of an instance. Kept apart from what is observed, and survives a restart. */
export const desiredStates = ['linked', 'paused', 'unlinked'] as const
export type DesiredState = (typeof desiredStates)[number]

/** Why an instance is in its state: what was asked for, what WhatsApp did, or how a link attempt failed. */
export const stateReasons = [
  'created',
  'link-requested',
  'qr-shown',
  'code-shown',
  'scanned',
  'connected',
  'restarting',
  'pause-requested',
  'resume-requested',
  'logout-requested',
  'logged-out-by-phone',
  'connection-lost',
  'unresponsive',
  'replaced',
  'server-trouble',
  'multi-device-mismatch',
  'temporarily-banned',
  'banned',
  'credentials-unreadable',
  'gateway-started',
] as const
export type StateReason = (typeof stateReasons)[number] | ErrorCode

/** The WhatsApp account that an instance is linked to. */
export interface Account {
  readonly phone: PhoneNumber
  /** With the device: `<number>:<device>@s.whatsapp.net`. */
  readonly jid: string
  readonly lid: string | null
  readonly name: string | null
}

/** One WhatsApp account as this gateway holds it. */
export interface Instance {
  readonly id: InstanceId
  readonly workspace: WorkspaceId
  /** Counts up over the whole gateway; what GREEN-API calls idInstance. */
  readonly serial: number
  readonly name: string
  readonly network: Network
  /** The number that is expected to scan; null when any may. */
  readonly phone: PhoneNumber | null
  readonly desired: DesiredState
  readonly state: InstanceState
  readonly reason: StateReason
  readonly stateAt: Date
  readonly account: Account | null
  /** End of a restriction or temporary ban, where WhatsApp named one. */
  readonly restrictedUntil: Date | null
  readonly createdAt: Date
  /** When it last carried a message or was linked; decides who reconnects first after a start. */
  readonly activeAt: Date
  readonly options: InstanceOptions
}

/** An instance together with the ownership epoch that fences every write of its state. */
export interface InstanceRef {
  readonly id: InstanceId
  readonly epoch: number
}
