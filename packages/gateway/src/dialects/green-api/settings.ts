import { invalid } from './errors.js'
import { parsedUrl } from '../../core/parsed-url.js'

/** One setting: what it is after creation, and how a value from outside is read or refused. */
interface Field<Value> {
  readonly initial: Value
  read(name: string, value: unknown): Value
}

const longestText = 2048

const text: Field<string> = {
  initial: '',
  read(name, value) {
    if (typeof value !== 'string') throw invalid(`'${name}' must be a string`)
    if (value.length > longestText) {
      throw invalid(`'${name}' length must be less than or equal to ${longestText} characters long`)
    }
    return value
  },
}

/** Switches are strings on this wire, not booleans. */
const switched: Field<'yes' | 'no'> = {
  initial: 'no',
  read(name, value) {
    if (value !== 'yes' && value !== 'no') throw invalid(`'${name}' must be one of [yes, no]`)
    return value
  },
}

/** The newest switches are booleans; some of the vendor's pages and clients write them as the older ones. */
const flag: Field<boolean> = {
  initial: false,
  read(name, value) {
    if (value === 'yes' || value === 'no') return value === 'yes'
    if (typeof value !== 'boolean') throw invalid(`'${name}' must be a boolean`)
    return value
  },
}

const whole = (least: number, most: number, initial: number): Field<number> => ({
  initial,
  read(name, value) {
    if (typeof value !== 'number') throw invalid(`'${name}' must be a number`)
    if (!Number.isInteger(value)) throw invalid(`'${name}' must be an integer`)
    if (value < least) throw invalid(`'${name}' must be greater than or equal to ${least}`)
    if (value > most) throw invalid(`'${name}' must be less than or equal to ${most}`)
    return value
  },
})

/** Empty means that notifications are fetched and not sent. */
const webAddress: Field<string> = {
  initial: '',
  read(name, value) {
    const address = text.read(name, value)
    if (address !== '' && !/^https?:$/.test(parsedUrl(address)?.protocol ?? '')) {
      throw invalid(`'${name}' must be a valid uri with a scheme matching the http|https pattern`)
    }
    return address
  },
}

/** Becomes the value of a header, which cannot hold everything. */
const headerValue: Field<string> = {
  initial: '',
  read(name, value) {
    const read = text.read(name, value)
    if (!/^[\x20-\x7e]*$/.test(read)) throw invalid(`'${name}' must only contain printable ASCII characters`)
    return read
  },
}

/** In the vendor's order. Those it calls deprecated are kept like the others: clients send and expect them. */
const fields = {
  countryInstance: text,
  typeAccount: text,
  webhookUrl: webAddress,
  webhookUrlToken: headerValue,
  // The vendor has lowered its maximum to ten minutes; what its clients were once told still passes.
  delaySendMessagesMilliseconds: whole(500, 86_400_000, 500),
  markIncomingMessagesReaded: switched,
  markIncomingMessagesReadedOnReply: switched,
  sharedSession: switched,
  proxyInstance: text,
  outgoingWebhook: switched,
  outgoingMessageWebhook: switched,
  outgoingAPIMessageWebhook: switched,
  incomingWebhook: switched,
  deviceWebhook: switched,
  statusInstanceWebhook: switched,
  stateWebhook: switched,
  enableMessagesHistory: switched,
  keepOnlineStatus: switched,
  pollMessageWebhook: switched,
  incomingBlockWebhook: switched,
  incomingCallWebhook: switched,
  editedMessageWebhook: switched,
  deletedMessageWebhook: switched,
  // A scale from 0 to 10.
  autoTyping: whole(0, 10, 0),
  linkPreview: flag,
  enableLidMode: flag,
} as const satisfies Record<string, Field<string> | Field<number> | Field<boolean>>

type Fields = typeof fields
export type SettingName = keyof Fields
export type Settings = { readonly [Name in SettingName]: Fields[Name]['initial'] }

/** The settings that are `yes` or `no`. */
export type SwitchName = { [Name in SettingName]: Settings[Name] extends 'yes' | 'no' ? Name : never }[SettingName]

export const settingNames = Object.keys(fields) as SettingName[]
export const switchNames = settingNames.filter((name): name is SwitchName => fields[name] === switched)

export const initialSettings: Settings = Object.fromEntries(
  settingNames.map((name) => [name, fields[name].initial]),
) as unknown as Settings

/**
 * The settings in a body. Names that are not known are passed over: clients send back all they were given, `wid`
 * included, and newer ones know names that older gateways do not.
 */
export function readSettings(body: object): Partial<Settings> {
  return readEach(body, (name, value) => fields[name].read(name, value))
}

function readEach(body: object, read: (name: SettingName, value: unknown) => unknown): Partial<Settings> {
  const given = new Map<string, unknown>(Object.entries(body))
  const found = settingNames
    .filter((name) => given.has(name))
    .map((name) => [name, read(name, given.get(name))] as const)
  return Object.fromEntries(found.filter(([, value]) => value !== undefined))
}

/** What was stored. A value that no longer fits, as one written under other limits, counts as not set: it must not lock its owner out. */
export function readStoredSettings(stored: object): Partial<Settings> {
  return readEach(stored, (name, setting) => {
    try {
      return fields[name].read(name, setting)
    } catch {
      return undefined
    }
  })
}
