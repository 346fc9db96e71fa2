import type { Caller } from '../access/access.js'
import type { InstanceId, LinkCode, LinkImportId, MessageLinkId, PhoneNumber } from '../ids.js'
import type { Network } from '../instances/instance.js'
import type { QrStyle } from '../qr/qr-style.js'
import type { LinkImport, LinkImportRow } from './link-import.js'
import type { FallbackPage, LinkImageType, LinkReference, MessageLink } from './message-link.js'

/**
 * Click-to-chat links of a workspace. Reading needs the scope `message-links:read`, changing `message-links:write`; what
 * belongs to another workspace, or to a network that the key does not reach, is `message-link-not-found`. An instance's own
 * token has no links: `forbidden`.
 */
export interface MessageLinks {
  /**
   * Of a number that is attached to Meta, made there. Rejects with `bad-request` naming the field, with
   * `message-links-full` past 2,000 of one number, and with `issuer-refused` or `issuer-unreachable` as Meta has it.
   */
  create(caller: Caller, wish: NewMessageLink): Promise<MessageLink>
  get(caller: Caller, id: MessageLinkId): Promise<MessageLink>
  /** The link of a number with this code: how vendors name one. */
  byCode(caller: Caller, phone: PhoneNumber, code: string): Promise<MessageLink>
  /** The newest first. */
  list(caller: Caller, query: MessageLinkQuery): Promise<MessageLinkPage>
  /** In place: what is printed stays good, unless `rotateCode` asks for another code. Rejects as `create` does. */
  edit(caller: Caller, id: MessageLinkId, changes: MessageLinkChanges): Promise<MessageLink>
  /** The link and its image are gone at once; its code is never used again. */
  remove(caller: Caller, id: MessageLinkId): Promise<void>
  /** Scans and conversations by hour or day of UTC, the days with an estimate of how many people; empty spans are left out. */
  statistics(caller: Caller, id: MessageLinkId, span: StatisticsSpan): Promise<LinkStatistics>
  picture(caller: Caller, id: MessageLinkId, wish: PictureWish): Promise<LinkPicture>

  settings(caller: Caller): Promise<MessageLinkSettings>
  setSettings(caller: Caller, changes: Partial<MessageLinkSettings>): Promise<MessageLinkSettings>

  /** Makes many, in the background and across restarts. Resolves once all that is to be made is stored. */
  startImport(caller: Caller, rows: readonly LinkImportRow[]): Promise<LinkImport>
  /** Rejects with `link-import-not-found`. */
  getImport(caller: Caller, id: LinkImportId): Promise<LinkImport>

  /** From then on the links of this number are made by Meta. The token is kept sealed and never shown. */
  attachNumber(caller: Caller, wish: NewMetaNumber): Promise<MetaNumber>
  listNumbers(caller: Caller): Promise<MetaNumber[]>
  /** Links that were made there stay as they are at Meta. Rejects with `meta-number-not-found`. */
  detachNumber(caller: Caller, phone: PhoneNumber): Promise<void>
  /**
   * The number that is attached under this id of Meta's, for whoever may read or change links. Undefined where there is none:
   * also for an id of another workspace's, and with a test key, which has no numbers there.
   */
  phoneOf(caller: Caller, phoneNumberId: string): Promise<PhoneNumber | undefined>

  /** For whoever holds a link. Counted when `visitor` is a person. Rejects with `message-link-not-found`. */
  open(code: string, visitor: Visitor | null): Promise<OpenedLink>
  /** The same at once for a link that is remembered; undefined for one that only `open` finds. */
  reopen(code: string, visitor: Visitor | null): OpenedLink | undefined
  /** The image of a link in its own style. Rejects with `message-link-not-found`. */
  openPicture(code: string, type: LinkImageType): Promise<LinkPicture>
}

export interface NewMessageLink {
  readonly phone: PhoneNumber
  /** `sandbox` with a test key, and `whatsapp` otherwise, unless told. */
  readonly network?: Network
  readonly text: string
  /** PNG unless told. */
  readonly imageType?: LinkImageType
  readonly name?: string | null
  readonly tags?: readonly string[]
  /** True unless told. */
  readonly enabled?: boolean
  readonly expiresAt?: Date | null
  readonly fallback?: FallbackPage | null
  /** As the workspace has it set, unless told. */
  readonly reference?: LinkReference
  readonly style?: Partial<QrStyle>
  /** A PNG, JPEG or WebP. */
  readonly logo?: Uint8Array | null
}

export interface MessageLinkChanges extends Partial<Omit<NewMessageLink, 'phone' | 'network'>> {
  /** As the workspace has it set, unless told. Rejects with `not-supported` where Meta made the code. */
  readonly rotateCode?: boolean
}

export interface MessageLinkQuery {
  readonly phone?: PhoneNumber
  readonly code?: LinkCode
  readonly instance?: InstanceId
  readonly tag?: string
  readonly enabled?: boolean
  /** Part of the name or the text, in any case of letters. */
  readonly search?: string
  /** Older than the link of this number, or, read backwards, newer. */
  readonly after?: number
  readonly before?: number
  readonly limit: number
}

export interface MessageLinkPage {
  readonly items: readonly MessageLink[]
  /** Whether there are older ones after these, and newer ones before them. */
  readonly hasOlder: boolean
  readonly hasNewer: boolean
}

export interface MessageLinkSettings {
  /** Whether a change of the text gives a link a new code, so that what was printed stops working. False at first. */
  readonly rotateOnUpdate: boolean
  /** For links that name none. `marker` at first. */
  readonly reference: LinkReference
}

export interface StatisticsSpan {
  readonly from: Date
  readonly to: Date
  readonly by: 'hour' | 'day'
}

export interface LinkStatistics {
  readonly items: readonly LinkCount[]
  /** Over the span. */
  readonly scans: number
  readonly conversations: number
}

export interface LinkCount {
  /** Beginning of the hour or day. */
  readonly at: Date
  readonly scans: number
  readonly conversations: number
  /** About how many people, told by day only. */
  readonly visitors: number | null
}

export interface PictureWish {
  readonly type: LinkImageType | 'PDF'
  /** In place of the link's own. */
  readonly style?: Partial<QrStyle>
}

export interface LinkPicture {
  readonly type: LinkImageType | 'PDF'
  readonly bytes: Uint8Array
  /** The same for the same bytes, and for no others. */
  readonly tag: string
  /** Of the link; a picture of one version in one style never changes. */
  readonly version: number
}

/** Somebody who opened a link. What is told here is digested under a salt of the day and then forgotten. */
export interface Visitor {
  readonly address: string
  readonly agent: string
}

export interface OpenedLink {
  readonly code: LinkCode
  readonly fallback: FallbackPage | null
  /** Null: disabled or expired. */
  readonly target: ChatTarget | null
}

/** Where a link leads, built from what is stored and nothing else. */
export interface ChatTarget {
  /** On `https://wa.me/`. */
  readonly web: string
  /** For phones on which a browser does not hand `web` to the app; null where Meta knows what it leads to. */
  readonly app: string | null
}

export interface NewMetaNumber {
  readonly phone: PhoneNumber
  readonly phoneNumberId: string
  readonly token: string
}

/** A number that lives at Meta's Cloud API. */
export interface MetaNumber {
  readonly phone: PhoneNumber
  readonly phoneNumberId: string
  readonly attachedAt: Date
}
