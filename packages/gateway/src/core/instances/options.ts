import { GatewayError } from '../errors/gateway-error.js'

/** How an instance goes about sending and receiving, as its owner wants it. */
export interface InstanceOptions {
  /** From one message handed to WhatsApp to the next, in ms: 0 to a day. */
  readonly sendGap: number
  /** How long somebody is shown to be writing before each message that does not say otherwise, in ms: 0 to 60,000. */
  readonly typing: number
  /** When what comes in is marked as read without being asked. */
  readonly markRead: 'never' | 'on-arrival' | 'on-reply'
  /** Whether the account shows as online while it is connected here; that silences the phone's own notifications. */
  readonly showOnline: boolean
  /** Whether a text with a link is sent with a preview of it, unless the message says otherwise. */
  readonly linkPreview: boolean
  /** When files that come in are brought here from WhatsApp: on arrival, or when somebody first asks for one. */
  readonly files: 'eager' | 'lazy'
}

export const usualOptions: InstanceOptions = {
  sendGap: 0,
  typing: 0,
  markRead: 'never',
  showOnline: false,
  linkPreview: true,
  files: 'lazy',
}

/** The longest of each, in ms. */
const longest = { sendGap: 86_400_000, typing: 60_000 } as const

const choices = {
  markRead: ['never', 'on-arrival', 'on-reply'],
  files: ['eager', 'lazy'],
} as const satisfies { [Name in keyof InstanceOptions]?: readonly InstanceOptions[Name][] }

/** Throws `bad-request` naming the option that cannot be so. */
export function requireValidOptions({
  sendGap,
  typing,
  markRead,
  showOnline,
  linkPreview,
  files,
}: OptionChanges): void {
  requireDuration('sendGap', sendGap)
  requireDuration('typing', typing)
  requireChoice('markRead', markRead)
  requireChoice('files', files)
  requireSwitch('showOnline', showOnline)
  requireSwitch('linkPreview', linkPreview)
}

/** As somebody asked for them; from outside, so the types are only a hope. */
export type OptionChanges = Partial<InstanceOptions>

function requireDuration(name: keyof typeof longest, value: unknown): void {
  const most = longest[name]
  const valid = value === undefined || (Number.isInteger(value) && Number(value) >= 0 && Number(value) <= most)
  if (!valid) throw invalid(name, `takes whole milliseconds from 0 to ${most}`)
}

function requireChoice(name: keyof typeof choices, value: unknown): void {
  const words: readonly unknown[] = choices[name]
  if (value !== undefined && !words.includes(value)) throw invalid(name, `is one of ${words.join(', ')}`)
}

function requireSwitch(name: 'showOnline' | 'linkPreview', value: unknown): void {
  if (value !== undefined && typeof value !== 'boolean') throw invalid(name, 'is either true or false')
}

function invalid(name: keyof InstanceOptions, rule: string): GatewayError {
  const field = `options.${name}`
  return new GatewayError('bad-request', `'${field}' ${rule}.`, { field })
}
