import {
  areJidsSameUser,
  getBinaryNodeChildren,
  getStatusFromReceiptType,
  isJidGroup,
  type AuthenticationCreds,
  type BinaryNode,
} from 'baileys'
import type { ChatId, MessageId } from '../../core/ids.js'
import type { MessageStatus } from '../../core/messages/message.js'
import type { EngineReport } from '../../core/ports/engine.js'
import { chatOf } from './addresses.js'
import { callEvents } from './call-event.js'
import { groupEvents } from './group-event.js'
import { statusOf } from './received-message.js'
import { toldOnce, type ReceivedStanzas, type StanzaLog } from './received-stanzas.js'
import type { Socket } from './socket.js'

export interface StanzaReaders {
  readonly creds: AuthenticationCreds
  readonly stanzas: ReceivedStanzas
  readonly log: StanzaLog
  /** Commits what a receipt says; frames that are written later wait for it. */
  readonly report: (report: EngineReport) => void
}

/**
 * Sees every stanza that has to be acknowledged before the library does, and hands in what it tells. The library's
 * acknowledgement is written afterwards, and so waits for the commit (see `holdFrames`).
 */
export function readFirst(socket: Socket, { creds, stanzas, log, report }: StanzaReaders): void {
  const { ws } = socket
  ws.prependListener('CB:message', (stanza: BinaryNode) => {
    // The library reads what waited for this device one by one, and what comes meanwhile beside it: a newer message would
    // be told before an older one. Marked like those, each waits for its turn.
    if (!('offline' in stanza.attrs)) stanza.attrs.offline = '1'
    stanzas.meet(stanza)
  })
  ws.prependListener('CB:receipt', (stanza: BinaryNode) => {
    for (const status of statusesOf(stanza, creds)) report({ kind: 'message-status', ...status })
  })
  ws.prependListener('CB:call', (stanza: BinaryNode) => {
    for (const event of callEvents(stanza)) {
      if (event.kind === 'call') log.add(toldOnce(['call', event.data.from, event.data.id, event.data.status], [event]))
    }
  })
  ws.prependListener('CB:notification', (stanza: BinaryNode) => {
    const events = groupEvents(stanza)
    const { from = '', id = '' } = stanza.attrs
    if (events.length > 0) log.add(toldOnce(['notification', from, id], events))
  })
}

interface Status {
  readonly chat: ChatId
  readonly id: MessageId
  readonly status: MessageStatus
  readonly participant: string | null
}

/** What a receipt says of messages of ours, as the library's `handleReceipt` reads it. */
function statusesOf({ attrs, content }: BinaryNode, { me }: AuthenticationCreds): Status[] {
  const { from, participant, recipient, id, type } = attrs
  const sender = participant ?? from
  if (!from || !id || !sender || !me) return []
  // Another device of this account has read or sent something: nothing about messages of this one.
  if (areJidsSameUser(sender, me.id) || areJidsSameUser(sender, me.lid)) return []
  const reached = statusOf(getStatusFromReceiptType(type))
  if (!reached) return []
  const group = isJidGroup(from) === true
  // A group has read a message when everybody in it has; one of them has it, is all that one receipt says.
  const status = group ? 'delivered' : reached
  const more = Array.isArray(content)
    ? getBinaryNodeChildren(content[0], 'item').map((item) => item.attrs.id ?? '')
    : []
  const chat = chatOf(recipient !== undefined && !group ? recipient : from, attrs.sender_pn ?? attrs.sender_lid)
  return [id, ...more]
    .filter((one) => one !== '')
    .map((one) => ({ chat, id: one as MessageId, status, participant: group ? chatOf(sender) : null }))
}
