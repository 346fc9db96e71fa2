import { randomUUID } from 'node:crypto'
import type { LinkImportId, MessageLinkId, PhoneNumber, WorkspaceId } from '#gateway/core/ids.js'
import { newLinkCode, newLinkMark } from '#gateway/core/message-links/link-code.js'
import { textKey } from '#gateway/core/message-links/link-text.js'
import type { NewMessageLinkRecord } from '#gateway/core/ports/message-link-store.js'
import type { NewLinkImport } from '#gateway/core/ports/message-link-store.js'
import { usualStyle } from '#gateway/core/qr/qr-style.js'
import { noon } from '../store/sample.js'

export const phone = '4915112345678' as PhoneNumber

export function newLink(workspace: WorkspaceId, more: Partial<NewMessageLinkRecord> = {}): NewMessageLinkRecord {
  const text = more.text ?? 'Hello'
  return {
    id: randomUUID() as string as MessageLinkId,
    workspace,
    network: 'sandbox',
    phone,
    issuer: 'gateway',
    code: newLinkCode(),
    text,
    textKey: textKey(text),
    imageType: 'PNG',
    name: null,
    tags: [],
    enabled: true,
    expiresAt: null,
    fallback: null,
    reference: 'marker',
    mark: newLinkMark(),
    style: usualStyle,
    logo: null,
    createdAt: noon,
    ...more,
  }
}

export function newImport(workspace: WorkspaceId, more: Partial<NewLinkImport> = {}): NewLinkImport {
  return {
    id: randomUUID() as string as LinkImportId,
    workspace,
    network: 'sandbox',
    rows: [{ row: 2, wish: { phone, text: 'Hello' } }],
    createdAt: noon,
    ...more,
  }
}
