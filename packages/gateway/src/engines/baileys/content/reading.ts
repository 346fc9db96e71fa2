import type { FileOrigin } from '../media/handle.js'

/** What reading a message takes besides the message. */
export interface Reading {
  /** The one JID by which a person is known here. */
  readonly nameOf: (jid: string) => string
  readonly isMe: (jid: string) => boolean
  /** The message as WhatsApp names it. */
  readonly origin: FileOrigin
}
