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
