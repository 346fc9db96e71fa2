import type { InstanceFigures, MediaUsage } from '../../core/gateway.js'
import type { Instance, InstanceState } from '../../core/instances/instance.js'
import type { LinkStep } from '../../core/linking/link-step.js'
import type { WitiConfig } from './config.js'

/** Misspelt by the vendor ("Openining"), and compared by its clients letter by letter. */
export const statusStrings = {
  0: 'noConnection',
  1: 'webSocketOpenining',
  2: 'webSocketOpen',
  3: 'waitForQRAuthentication',
  4: 'Starting',
  10: 'WhatsAppAuthenticated',
  11: 'WhatsAppAuthenticatedConnectionClosed',
  13: 'WhatsAppNotAuthenticated',
} as const
export type StatusCode = keyof typeof statusStrings

export interface StateAnswer {
  readonly status: StatusCode
  /** Whether the account comes back without a new QR. */
  readonly canRestore: boolean
}

/** Total on purpose: a new core state does not compile until this vendor has a number for it. */
export const stateAnswers: Record<InstanceState, StateAnswer> = {
  unlinked: { status: 0, canRestore: false },
  // The core does not tell an open socket from an opening one while there is no QR yet, so 2 is never seen.
  opening: { status: 1, canRestore: false },
  'awaiting-link': { status: 3, canRestore: false },
  starting: { status: 4, canRestore: true },
  linked: { status: 10, canRestore: true },
  reconnecting: { status: 11, canRestore: true },
  paused: { status: 11, canRestore: true },
  restricted: { status: 10, canRestore: true },
  banned: { status: 13, canRestore: false },
  'storage-error': { status: 0, canRestore: false },
}

export function stateAnswer({ state, reason }: Pick<Instance, 'state' | 'reason'>): StateAnswer {
  // "Not authenticated" is what a client sees whose device was removed on the phone; without a connection, one never linked.
  if (state === 'unlinked' && reason === 'logged-out-by-phone') return { status: 13, canRestore: false }
  return stateAnswers[state]
}

export interface QrReply {
  readonly qr: string
  readonly status: 1
  readonly error: ''
  /** Whole seconds. */
  readonly ttl: number
}

/** A data URI of an SVG. */
export function qrReply({ qr, expiresAt }: LinkStep & { kind: 'scan' }, now: Date): QrReply {
  const left = Math.floor((expiresAt.getTime() - now.getTime()) / 1000)
  // Never longer than it has, but for its last second: a client that waits 0 seconds would ask without pause.
  return { qr: qr.svg, status: 1, error: '', ttl: Math.max(left, 1) }
}

/** Files kept for an instance, counted. */
export interface StoredFiles {
  readonly Name: string
  readonly Bytes: number
  readonly Files: number
  readonly Subs: readonly StoredFiles[] | null
}

export interface ConnectionInfo {
  readonly status: StatusCode
  readonly statusString: string
  readonly connected: boolean
  readonly ConnectionInfo: DeviceInfo
  readonly WebID: string
  readonly Webhook: string
  readonly UserAgent: string
  readonly CanRestoreConnection: boolean
  readonly stats: {
    readonly Contacts: number
    readonly Chats: number
    readonly SentBytes: number
    /** The vendor's spelling. */
    readonly ReceveidBytes: number
  }
  readonly storage: StoredFiles
}

type PhoneField =
  'device_model' | 'wa_version' | 'mcc' | 'os_version' | 'os_build_number' | 'device_manufacturer' | 'mnc'

/** What WhatsApp Web told of the phone before multi-device; the names are those of its `Conn` stanza. */
export interface DeviceInfo {
  readonly lg: string
  readonly lc: string
  readonly phone: Readonly<Record<PhoneField, string>>
  readonly battery: number
  readonly tos: number
  readonly pushname: string
  readonly protoVersion: readonly number[]
  readonly plugged: boolean
  readonly platform: string
  readonly wid: string
  readonly connected: boolean
  /** A string, as the vendor has it. */
  readonly isResponse: 'false'
  readonly binVersion: number
  readonly locales: string
}

export interface Known {
  readonly instance: Instance
  readonly figures: InstanceFigures
  readonly files: MediaUsage
  readonly config: WitiConfig
  readonly webId: string
}

export function connectionInfo({ instance, figures, files, config, webId }: Known): ConnectionInfo {
  const { status, canRestore } = stateAnswer(instance)
  const connected = status === 10
  return {
    status,
    statusString: statusStrings[status],
    connected,
    ConnectionInfo: deviceInfo(instance, connected),
    WebID: webId,
    Webhook: withWebId(config.webhook, webId),
    UserAgent: config.userAgent,
    CanRestoreConnection: canRestore,
    stats: {
      Contacts: figures.contacts,
      Chats: figures.chats,
      SentBytes: figures.sentBytes,
      ReceveidBytes: figures.receivedBytes,
    },
    storage: storedFiles(webId, files),
  }
}

/** The vendor appends it with `&` even where the URL has no `?`, and receivers tell their instances apart by it. */
export function withWebId(webhook: string, webId: string): string {
  return webhook === '' || webId === '' ? webhook : `${webhook}&wid=${webId}`
}

/** The answer to a change of settings repeats the webhook as it was sent; every other one shows it with the `wid`. */
export function configuredInfo(known: Known): ConnectionInfo {
  return { ...connectionInfo(known), Webhook: known.config.webhook }
}

/** To the command that closes a session the vendor says "no connection"; `status.aspx` then tells the finer 11. */
export function closedInfo(known: Known): ConnectionInfo {
  return { ...connectionInfo(known), status: 0, statusString: statusStrings[0], connected: false }
}

/** `sucesso` is Portuguese, and `Status` is JSON inside a string: both are the vendor's. */
export interface SessionReply {
  readonly sucesso: boolean
  readonly Status: string
}

export function sessionReply(sucesso: boolean, info: ConnectionInfo): SessionReply {
  return { sucesso, Status: JSON.stringify(info) }
}

/** What a linked device is no longer told is empty (`''`, 0, false, []) and of the vendor's type. Nothing is invented. */
export function deviceInfo({ account }: Instance, connected: boolean): DeviceInfo {
  return {
    lg: '',
    lc: '',
    phone: {
      device_model: '',
      wa_version: '',
      mcc: '',
      os_version: '',
      os_build_number: '',
      device_manufacturer: '',
      mnc: '',
    },
    battery: 0,
    tos: 0,
    pushname: account?.name ?? '',
    protoVersion: [],
    plugged: false,
    platform: '',
    wid: account ? `${account.phone}@s.whatsapp.net` : '',
    connected,
    isResponse: 'false',
    binVersion: 0,
    locales: '',
  }
}

/** Measured. Files of messages are in `media`; pictures of people and thumbnails are not kept here as files. */
function storedFiles(webId: string, { files, bytes }: MediaUsage): StoredFiles {
  const folder = (name: string, holds: MediaUsage, subs: StoredFiles[] | null): StoredFiles => ({
    Name: name,
    Bytes: holds.bytes,
    Files: holds.files,
    Subs: subs,
  })
  const empty = { files: 0, bytes: 0 }
  const media = folder('media', { files, bytes }, null)
  return folder(webId, { files, bytes }, [media, folder('profile', empty, null), folder('thumb', empty, null)])
}
