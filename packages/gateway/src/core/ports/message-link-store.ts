import type { LinkCode, LinkImportId, MessageLinkId, PhoneNumber, WorkspaceId } from '../ids.js'
import type { Network } from '../instances/instance.js'
import type { LinkImport, LinkImportFailure, LinkImportRow } from '../message-links/link-import.js'
import type { MessageLinkRecord } from '../message-links/message-link.js'
import type {
  LinkCount,
  MessageLinkSettings,
  MetaNumber,
  NewMetaNumber,
  StatisticsSpan,
} from '../message-links/message-links.js'

/** Message links with their figures. What is read may be a moment behind what is being counted. */
export interface MessageLinkStore {
  /**
   * All of them, or none: rejects with `message-links-full` when a number would have more than 2,000. Undefined: a code or
   * mark is taken, and others have to be drawn.
   */
  add(links: readonly NewMessageLinkRecord[]): Promise<MessageLinkRecord[] | undefined>
  find(workspace: WorkspaceId, id: MessageLinkId): Promise<MessageLinkRecord | undefined>
  /** Whosever it is. */
  byCode(code: LinkCode): Promise<MessageLinkRecord | undefined>
  /** The newest first, also where `before` is told: then those that come right before it. */
  list(workspace: WorkspaceId, query: StoredLinkQuery): Promise<MessageLinkRecord[]>
  /** Raises the version. Undefined when the workspace has no such link. Rejects with `number-taken` for a code in use. */
  change(workspace: WorkspaceId, id: MessageLinkId, changes: StoredLinkChanges): Promise<MessageLinkRecord | undefined>
  /** With its figures, and its logo. False when there was none. */
  remove(workspace: WorkspaceId, id: MessageLinkId): Promise<boolean>
  logo(id: MessageLinkId): Promise<Uint8Array | undefined>

  /** Adds what was counted. Links that are gone are passed over. */
  recordScans(scans: ScanBatch): Promise<void>
  /** By hour or day, in order; those in which nothing happened are left out. */
  counts(id: MessageLinkId, span: StatisticsSpan): Promise<LinkCount[]>
  /**
   * The salt of a day: `fresh` where it has none yet. Those of days before are forgotten, and with them whatever the counts of
   * those days could still tell beside their number.
   */
  saltOf(day: Date, fresh: Uint8Array): Promise<Uint8Array>

  /** What was never set is left out. */
  settings(workspace: WorkspaceId): Promise<Partial<MessageLinkSettings>>
  setSettings(workspace: WorkspaceId, settings: MessageLinkSettings): Promise<void>

  addImport(job: NewLinkImport): Promise<LinkImport>
  /** `network`: of this one only; null for both. */
  findImport(workspace: WorkspaceId, id: LinkImportId, network: Network | null): Promise<LinkImport | undefined>
  /** Those that are not done, with the rows that are left. */
  openImports(): Promise<OpenLinkImport[]>
  /** Makes links and strikes their rows off in one transaction. Answers and rejects as `add` does. */
  advanceImport(id: LinkImportId, step: LinkImportStep): Promise<LinkImport | undefined>

  /** Replaces the one of this number. */
  putNumber(workspace: WorkspaceId, number: NewMetaNumber & { attachedAt: Date }): Promise<MetaNumber>
  numbers(workspace: WorkspaceId): Promise<MetaNumber[]>
  /** With its token, opened. Throws `storage-error` when that does not open. */
  number(workspace: WorkspaceId, phone: PhoneNumber): Promise<(NewMetaNumber & { attachedAt: Date }) | undefined>
  removeNumber(workspace: WorkspaceId, phone: PhoneNumber): Promise<boolean>
}

export interface NewMessageLinkRecord extends Omit<
  MessageLinkRecord,
  'number' | 'version' | 'hasLogo' | 'updatedAt' | 'scans' | 'conversations'
> {
  /** A PNG of ours. */
  readonly logo: Uint8Array | null
  /** What a message is compared with; see `textKey`. */
  readonly textKey: Uint8Array
}

export type StoredLinkChanges = Partial<
  Pick<
    NewMessageLinkRecord,
    | 'code'
    | 'text'
    | 'textKey'
    | 'imageType'
    | 'name'
    | 'tags'
    | 'enabled'
    | 'expiresAt'
    | 'fallback'
    | 'reference'
    | 'style'
    | 'logo'
  >
> & { readonly at: Date }

export interface StoredLinkQuery {
  readonly network?: Network
  /** Any of these. */
  readonly phones?: readonly PhoneNumber[]
  readonly code?: LinkCode
  readonly tag?: string
  readonly enabled?: boolean
  readonly search?: string
  readonly after?: number
  readonly before?: number
  readonly limit: number
}

export interface ScanBatch {
  readonly scans: readonly { readonly link: number; readonly hour: Date; readonly count: number }[]
  /** Digests of 32 bits of those who came that day, the same person twice or not. */
  readonly visitors: readonly { readonly link: number; readonly day: Date; readonly digests: readonly number[] }[]
}

export interface NewLinkImport {
  readonly id: LinkImportId
  readonly workspace: WorkspaceId
  readonly network: Network
  readonly rows: readonly LinkImportRow[]
  readonly createdAt: Date
}

export interface OpenLinkImport {
  readonly job: LinkImport
  readonly workspace: WorkspaceId
  readonly network: Network
  readonly rows: readonly LinkImportRow[]
}

export interface LinkImportStep {
  readonly links: readonly NewMessageLinkRecord[]
  readonly failures: readonly LinkImportFailure[]
  /** How many rows these were. */
  readonly rows: number
}
