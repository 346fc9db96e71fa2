import type { InstanceId, LinkCode, MessageLinkId, PhoneNumber, WorkspaceId } from '../ids.js'
import type { Network } from '../instances/instance.js'
import type { QrStyle } from '../qr/qr-style.js'

/** What a vendor's answer calls the type of the image; each link has both. */
export const linkImageTypes = ['PNG', 'SVG'] as const
export type LinkImageType = (typeof linkImageTypes)[number]

/**
 * Who made the code. `gateway`: the address is this gateway's, which counts who opens it. `meta`: the address is
 * `wa.me/message/<code>`, made through the Cloud API for a number that lives there; nobody counts who opens that.
 */
export const linkIssuers = ['gateway', 'meta'] as const
export type LinkIssuer = (typeof linkIssuers)[number]

/**
 * How the message that follows is recognised. `marker`: characters at the end of the draft that nobody sees. `code`: a
 * short code there that everybody sees. `text`: the text itself, where no other link of the number has the same.
 * `none`: not at all.
 */
export const linkReferences = ['marker', 'code', 'text', 'none'] as const
export type LinkReference = (typeof linkReferences)[number]

/** Plain words for whoever opens a link that is disabled or has expired. Never an address to go on to. */
export interface FallbackPage {
  readonly title: string
  readonly text: string
}

/** A link, and the QR code of it, that opens a chat with a number with a text already written. */
export interface MessageLinkRecord {
  readonly id: MessageLinkId
  /** Counts up over the whole gateway; lists go by it, the newest first. */
  readonly number: number
  readonly workspace: WorkspaceId
  readonly network: Network
  readonly phone: PhoneNumber
  readonly issuer: LinkIssuer
  readonly code: LinkCode
  readonly text: string
  readonly imageType: LinkImageType
  readonly name: string | null
  readonly tags: readonly string[]
  readonly enabled: boolean
  readonly expiresAt: Date | null
  readonly fallback: FallbackPage | null
  readonly reference: LinkReference
  /** Six letters and digits by which its messages are recognised; unique among the links of its number, and never changed. */
  readonly mark: string
  readonly style: QrStyle
  readonly hasLogo: boolean
  /** Goes up with every change; a picture of one version never changes. */
  readonly version: number
  readonly createdAt: Date
  readonly updatedAt: Date
  /** Since it was made. A scan is on disk a moment after it happened. */
  readonly scans: number
  readonly conversations: number
}

export interface MessageLink extends MessageLinkRecord {
  /** The instance that is linked with its number now. */
  readonly instance: InstanceId | null
  /** What is shared and printed: `<public URL>/l/<code>`, or `https://wa.me/message/<code>` where Meta issued it. */
  readonly url: string
  /** Where anybody may get its image of a type, for as long as the link lives: of this version, so that it may be kept. */
  readonly imageUrl: Readonly<Record<LinkImageType, string>>
}

/** A phone number has at most so many, as at Meta. */
export const mostLinksPerNumber = 2000
/** In the formats of Meta and CAMS, whose dialects refuse more; counted in characters as these vendors do. */
export const vendorTextLimit = 140
