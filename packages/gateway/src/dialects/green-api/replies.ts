import type { GatewayEvent } from '../../core/events/event.js'
import type { Instance, InstanceState } from '../../core/instances/instance.js'
import type { Settings } from './settings.js'
import type { Kept } from './settings-shelf.js'
import { shownSettings } from './shared-settings.js'

export type StateWord = 'notAuthorized' | 'authorized' | 'blocked' | 'sleepMode' | 'starting' | 'yellowCard'

/** Total on purpose: a new core state does not compile until this vendor has a word for it. */
export const stateWords: Record<InstanceState, StateWord> = {
  unlinked: 'notAuthorized',
  opening: 'notAuthorized',
  'awaiting-link': 'notAuthorized',
  starting: 'starting',
  linked: 'authorized',
  // The account stays authorized while its socket is down; `getStatusInstance` is what tells of the socket.
  reconnecting: 'authorized',
  paused: 'sleepMode',
  restricted: 'yellowCard',
  banned: 'blocked',
  // The one word that asks a client to wait and keeps it from logging in anew over an identity that still exists.
  'storage-error': 'starting',
}

export function statusWord({ state }: Pick<Instance, 'state'>): 'online' | 'offline' {
  return state === 'linked' ? 'online' : 'offline'
}

/** The account as this vendor names it, empty while there is none. */
export function widOf({ account }: Pick<Instance, 'account'>): string {
  return account === null ? '' : `${account.phone}@c.us`
}

export function settingsReply(instance: Instance, { settings }: Kept): { wid: string } & Settings {
  return { wid: widOf(instance), ...shownSettings(settings, instance.options) }
}

export interface WaSettingsReply {
  readonly avatar: string
  readonly phone: string
  readonly stateInstance: StateWord
  readonly deviceId: string
  readonly chatId: string
}

/** Empty in the states in which the vendor shows no account. */
export function waSettingsReply({ state, account }: Instance, avatar: string): WaSettingsReply {
  const stateInstance = stateWords[state]
  const shown = ['notAuthorized', 'blocked', 'starting'].includes(stateInstance) ? null : account
  return {
    avatar: shown === null ? '' : avatar,
    phone: shown?.phone ?? '',
    stateInstance,
    deviceId: shown?.jid ?? '',
    chatId: shown?.lid ?? '',
  }
}

export interface StateRecord {
  readonly stateInstance: StateWord
  /** Seconds since 1970. */
  readonly timestamp: number
  /** 0 where it is not known: a number is kept no longer than the link to it. */
  readonly phoneNumber: number
}

/** What one change of state looks like from outside; null when it is none for this vendor. */
export function stateRecord(event: GatewayEvent): Omit<StateRecord, 'phoneNumber'> | null {
  if (event.kind !== 'instance.state') return null
  const { state, previous } = event.data
  const stateInstance = stateWords[state]
  if (stateInstance === stateWords[previous]) return null
  return { stateInstance, timestamp: Math.floor(event.time.getTime() / 1000) }
}

/** With the number at those records that belong to the present link: everything after the last `notAuthorized`. */
export function historyReply(
  records: readonly Omit<StateRecord, 'phoneNumber'>[],
  { account }: Instance,
): StateRecord[] {
  const last = records.findLastIndex(({ stateInstance }) => stateInstance === 'notAuthorized')
  return records.map((record, i) => ({ ...record, phoneNumber: i > last && account ? Number(account.phone) : 0 }))
}

/** The vendor's way of saying "never": the zero value of its clock. */
const never = '0001-01-01T00:00:00'
/** No instance of a gateway of one's own expires, and clients that warn ahead look at this date. */
const farFuture = '9999-12-31T23:59:59'

export interface PartnerInstance {
  readonly idInstance: number
  readonly name: string
  readonly typeInstance: 'whatsapp'
  readonly typeAccount: string
  readonly partnerUserUiid: string
  readonly timeCreated: string
  readonly timeDeleted: string
  readonly apiTokenInstance: string
  readonly deleted: boolean
  readonly tariff: string
  readonly isFree: boolean
  readonly isPartner: boolean
  readonly expirationDate: string
  readonly isExpired: boolean
}

export function partnerInstance(instance: Instance, apiTokenInstance: string): PartnerInstance {
  return {
    idInstance: instance.serial,
    name: instance.name,
    typeInstance: 'whatsapp',
    typeAccount: '',
    // Misspelt by the vendor.
    partnerUserUiid: '',
    // Without a zone or fractions, and meant as UTC.
    timeCreated: instance.createdAt.toISOString().slice(0, 19),
    timeDeleted: never,
    apiTokenInstance,
    deleted: false,
    tariff: '',
    isFree: false,
    isPartner: true,
    expirationDate: farFuture,
    isExpired: false,
  }
}
