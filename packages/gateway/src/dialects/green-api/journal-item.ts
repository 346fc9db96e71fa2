import type { ErrorCode } from '../../core/errors/gateway-error.js'
import type { Account } from '../../core/instances/instance.js'
import type { MessageStatus } from '../../core/messages/message.js'
import { chatOf, personId } from './chat-ids.js'
import { type EntryBody, eventData } from './event-data.js'
import type { MediaUrl } from './file-data.js'
import { flattened } from './flattened.js'
import type { MessageData } from './message-data.js'
import { widOf } from './replies.js'
import { type StatusWord, statusWordOf } from './outgoing-status.js'

/** What of an entry a journal tells: an event, or what has become none yet. */
export interface Journaled {
  readonly entry: EntryBody
  readonly status: MessageStatus | null
  readonly failure: ErrorCode | null
}

/** One message of a journal, flattened: what it says stands beside who said it. */
export type JournalReply = (IncomingReply | OutgoingReply) & object

interface CommonReply {
  readonly idMessage: string
  /** Seconds since 1970. */
  readonly timestamp: number
  readonly typeMessage: MessageData['typeMessage']
  readonly chatId: string
  readonly isForwarded: boolean
  readonly forwardingScore: number
  /** The message that this one takes back, or says anew. */
  readonly deletedMessageId: string
  readonly editedMessageId: string
  readonly isEdited: boolean
  readonly isDeleted: boolean
}

interface IncomingReply extends CommonReply {
  readonly type: 'incoming'
  readonly senderId: string
  readonly senderName: string
  readonly senderContactName: string
}

interface OutgoingReply extends CommonReply {
  readonly type: 'outgoing'
  readonly statusMessage: StatusWord
  readonly sendByApi: boolean
}

/** What has been done since to messages of a journal, by the ids of those. */
export interface Changes {
  readonly edited: ReadonlySet<string>
  readonly deleted: ReadonlySet<string>
}

export interface JournalView {
  readonly mediaUrl: MediaUrl
  readonly byLid: boolean
  /** Of the instance; null while it is not linked. */
  readonly account: Account | null
  readonly changes: Changes
  /** As the account's owner has saved people, by `authorsIn`. */
  readonly savedNames: ReadonlyMap<string, string>
}

export function changesIn(journal: readonly Pick<Journaled, 'entry'>[]): Changes {
  const [edited, deleted] = [new Set<string>(), new Set<string>()]
  for (const { entry } of journal) {
    const { editedMessageId, deletedMessageId } = targetsOf(entry)
    if (editedMessageId !== '') edited.add(editedMessageId)
    if (deletedMessageId !== '') deleted.add(deletedMessageId)
  }
  return { edited, deleted }
}

/** Those who wrote to the account, each once. */
export function authorsIn(journal: readonly Pick<Journaled, 'entry'>[]): string[] {
  const authors = journal.flatMap(({ entry: { data } }) =>
    'sender' in data && !data.fromMe ? [data.lid ?? data.sender] : [],
  )
  return [...new Set(authors)]
}

/** Null where this vendor has no words for it. */
export function journalReply({ entry, status, failure }: Journaled, view: JournalView): JournalReply | null {
  const said = eventData(entry, view.mediaUrl, widOf(view))
  if (said === null) return null
  const { id, sentAt } = entry.data
  const common: CommonReply = {
    idMessage: id,
    timestamp: Math.floor(new Date(sentAt).getTime() / 1000),
    typeMessage: said.typeMessage,
    chatId: chatOf(entry.data, view.byLid),
    ...flattened(said),
    ...(said.quotedMessage !== undefined && { quotedMessage: said.quotedMessage }),
    ...forwardingOf(entry),
    ...targetsOf(entry),
    isEdited: view.changes.edited.has(id),
    isDeleted: view.changes.deleted.has(id),
  }
  if (entry.kind !== 'message.sent' && !entry.data.fromMe) {
    const { sender, phone, lid, name } = entry.data
    const senderId = personId(sender, { phone, lid }, view.byLid)
    const senderContactName = view.savedNames.get(lid ?? sender) ?? ''
    return { type: 'incoming', ...common, senderId, senderName: name ?? '', senderContactName }
  }
  return {
    type: 'outgoing',
    ...common,
    // Of what the phone sent it is known that it left.
    statusMessage: status === null ? 'sent' : statusWordOf(status, failure),
    sendByApi: entry.kind === 'message.sent',
  }
}

function forwardingOf({ data }: EntryBody): Pick<CommonReply, 'isForwarded' | 'forwardingScore'> {
  const forwarded = 'content' in data && 'forwarded' in data.content ? data.content.forwarded : undefined
  return { isForwarded: forwarded !== undefined, forwardingScore: forwarded?.score ?? 0 }
}

function targetsOf({ kind, data }: EntryBody): Pick<CommonReply, 'deletedMessageId' | 'editedMessageId'> {
  const act = kind === 'message.sent' && 'target' in data.content ? data.content : undefined
  const [edit, deletion] = [act?.kind === 'edit', act?.kind === 'delete']
  return {
    editedMessageId: kind === 'message.edited' ? data.target : edit ? (act?.target.id ?? '') : '',
    deletedMessageId: kind === 'message.deleted' ? data.target : deletion ? (act?.target.id ?? '') : '',
  }
}
