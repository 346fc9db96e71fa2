import type { Updateable } from 'kysely'
import type { LinkImport, LinkImportFailure, LinkImportRow } from '../core/message-links/link-import.js'
import type { FallbackPage, MessageLinkRecord } from '../core/message-links/message-link.js'
import type { NewMessageLinkRecord, StoredLinkChanges } from '../core/ports/message-link-store.js'
import type { QrStyle } from '../core/qr/qr-style.js'
import type { LinkImportRowOf } from './commands/link-imports.js'
import type { MessageLinkRow, NewMessageLinkRow } from './commands/message-links.js'
import type { MessageLinksTable } from './schema.js'

export function readLink(row: MessageLinkRow): MessageLinkRecord {
  return {
    id: row.id,
    number: row.number,
    workspace: row.workspace,
    network: row.network,
    phone: row.phone,
    issuer: row.issuer,
    code: row.code,
    text: row.text,
    imageType: row.image_type,
    name: row.name,
    tags: JSON.parse(row.tags) as string[],
    enabled: row.enabled === 1,
    expiresAt: row.expires_at === null ? null : new Date(row.expires_at),
    fallback: row.fallback === null ? null : (JSON.parse(row.fallback) as FallbackPage),
    reference: row.reference,
    mark: row.mark,
    style: JSON.parse(row.style) as QrStyle,
    hasLogo: row.has_logo === 1,
    version: row.version,
    createdAt: new Date(row.created_at),
    updatedAt: new Date(row.updated_at),
    scans: row.scans,
    conversations: row.conversations,
  }
}

export function newLinkRow(link: NewMessageLinkRecord): NewMessageLinkRow {
  const { id, workspace, network, phone, issuer, code, text, textKey, imageType, name } = link
  return {
    id,
    workspace,
    network,
    phone,
    issuer,
    code,
    text,
    text_key: textKey,
    image_type: imageType,
    name,
    tags: JSON.stringify(link.tags),
    enabled: link.enabled ? 1 : 0,
    expires_at: link.expiresAt?.getTime() ?? null,
    fallback: link.fallback && JSON.stringify(link.fallback),
    reference: link.reference,
    mark: link.mark,
    style: JSON.stringify(link.style),
    logo: link.logo,
    created_at: link.createdAt.getTime(),
  }
}

export function changedLinkColumns(changes: StoredLinkChanges): Updateable<MessageLinksTable> {
  const { code, text, textKey, imageType, name, tags, enabled, expiresAt, fallback, reference, style, logo } = changes
  return {
    updated_at: changes.at.getTime(),
    ...(code !== undefined && { code }),
    ...(text !== undefined && { text }),
    ...(textKey !== undefined && { text_key: textKey }),
    ...(imageType !== undefined && { image_type: imageType }),
    ...(name !== undefined && { name }),
    ...(tags !== undefined && { tags: JSON.stringify(tags) }),
    ...(enabled !== undefined && { enabled: enabled ? 1 : 0 }),
    ...(expiresAt !== undefined && { expires_at: expiresAt?.getTime() ?? null }),
    ...(fallback !== undefined && { fallback: fallback && JSON.stringify(fallback) }),
    ...(reference !== undefined && { reference }),
    ...(style !== undefined && { style: JSON.stringify(style) }),
    ...(logo !== undefined && { logo }),
  }
}

export function readImport(row: Omit<LinkImportRowOf, 'rows'>): LinkImport {
  const { id, state, total, made } = row
  const failures = JSON.parse(row.failures) as LinkImportFailure[]
  return { id, state, total, made, failures, createdAt: new Date(row.created_at) }
}

/** Dates are text in JSON. */
export function readImportRows(text: string): LinkImportRow[] {
  const rows = JSON.parse(text) as LinkImportRow[]
  return rows.map(({ row, wish }) => {
    const { expiresAt } = wish
    return { row, wish: expiresAt == null ? wish : { ...wish, expiresAt: new Date(expiresAt) } }
  })
}
