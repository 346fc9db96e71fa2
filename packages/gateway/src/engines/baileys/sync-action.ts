import { proto } from 'baileys'
import type { ChatChange, ReceivedEvent } from '../../core/events/event.js'
import type { AddressBook } from './address-book.js'
import { canonical, phoneOf } from './addresses.js'
import { bounds, cut, finite } from './content/bounds.js'
import { quietLogger, type QuietLogger } from './quiet.js'

/** One change of what the devices of an account have in common, as the library decrypts it. */
export interface SyncAction {
  readonly syncAction: { readonly value?: proto.ISyncActionValue | null }
  /** What it is about: a kind, mostly a JID, and more. */
  readonly index: readonly unknown[]
}

/**
 * The library makes events of some of these actions, merges them, and drops others. Each as it is stands only in its log,
 * under these words (`processSyncAction`).
 */
const words = 'processing sync action'

/** A logger that keeps nothing, as ever, and hands on what changed on another device. */
export function loggerOf(onAction: (action: SyncAction) => void): QuietLogger {
  const logger: QuietLogger = {
    ...quietLogger,
    child: () => logger,
    trace: (fields, message) => {
      if (message === words) onAction((fields as { readonly syncAction: SyncAction }).syncAction)
    },
  }
  return logger
}

export function subjectOf({ index: [, jid] }: SyncAction): string | undefined {
  return typeof jid === 'string' && jid.includes('@') ? cut(jid, bounds.jid) : undefined
}

/** What it tells, in the core's words; nothing for settings of the account and what is not carried. */
export function actionEvents(action: SyncAction, book: AddressBook): ReceivedEvent[] {
  const jid = subjectOf(action)
  const { value } = action.syncAction
  if (jid === undefined || !value) return []
  const contact = value.contactAction ?? value.lidContactAction
  if (contact) return [contactEvent(jid, contact, book)]
  const change = chatChange(value, action.index[0])
  const chat = book.of(jid)
  if (!change) return []
  const address = { chat: canonical(chat), chatPhone: phoneOf(chat), chatLid: chat.lid }
  return [{ kind: 'chat.changed', data: { ...address, change } }]
}

function chatChange(value: proto.ISyncActionValue, kind: unknown): ChatChange | undefined {
  const { archiveChatAction, pinAction, muteAction, markChatAsReadAction } = value
  if (archiveChatAction) return { what: 'archived', on: archiveChatAction.archived === true }
  if (pinAction) return { what: 'pinned', on: pinAction.pinned === true }
  if (markChatAsReadAction) return { what: 'marked-unread', on: markChatAsReadAction.read !== true }
  if (muteAction) return { what: 'muted', until: mutedUntil(muteAction) }
  if (value.deleteChatAction || kind === 'deleteChat') return { what: 'deleted' }
  return value.clearChatAction || kind === 'clearChat' ? { what: 'cleared' } : undefined
}

function mutedUntil({ muted, muteEndTimestamp }: proto.SyncActionValue.IMuteAction): string | null {
  if (muted !== true) return null
  const end = new Date(finite(muteEndTimestamp) ?? -1)
  return end.getTime() > 0 ? end.toISOString() : 'always'
}

/** One without a name has been taken out of the address book. */
function contactEvent(
  jid: string,
  { fullName, firstName }: proto.SyncActionValue.IContactAction,
  book: AddressBook,
): ReceivedEvent {
  const savedName = cut(fullName, bounds.line) || cut(firstName, bounds.line)
  return { kind: 'contact.changed', data: { ...book.person(jid), name: null, savedName } }
}
