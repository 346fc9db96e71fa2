import type { BinaryNode } from 'baileys'
import type { EngineReport } from '../../core/ports/engine.js'
import { callEvents } from './call-event.js'
import { notificationEvents } from './notifications.js'
import { presenceEvents } from './presence-event.js'
import { statusesOf } from './receipts.js'
import { toldOnce, type ReceivedStanzas } from './received/received-stanzas.js'
import type { Session } from './session.js'

/**
 * Sees every stanza that has to be acknowledged before the library does, and hands in what it tells. The library's
 * acknowledgement is written afterwards, and so waits for the commit (see `holdFrames`).
 * @param report commits what a receipt says; frames that are written later wait for it
 */
export function readFirst(
  { socket, creds, keys, groups, watched }: Session,
  stanzas: ReceivedStanzas,
  report: (report: EngineReport) => void,
): void {
  const { book } = keys
  const { ws } = socket
  ws.prependListener('CB:message', (stanza: BinaryNode) => {
    // The library reads what waited for this device one by one, and what comes meanwhile beside it: a newer message would
    // be told before an older one. Marked like those, each waits for its turn.
    if (!('offline' in stanza.attrs)) stanza.attrs.offline = '1'
    stanzas.meet(stanza)
  })
  ws.prependListener('CB:receipt', (stanza: BinaryNode) => {
    for (const status of statusesOf(stanza, creds.me, book)) report(status)
  })
  for (const event of ['CB:presence', 'CB:chatstate']) {
    ws.on(event, (stanza: BinaryNode) => {
      const events = presenceEvents(stanza, book, watched)
      if (events.length > 0) report({ kind: 'received', events })
    })
  }
  ws.prependListener('CB:call', (stanza: BinaryNode) => {
    for (const event of callEvents(stanza, book)) {
      if (event.kind === 'call')
        keys.add(toldOnce(['call', event.data.from, event.data.id, event.data.status], [event]))
    }
  })
  ws.prependListener('CB:notification', (stanza: BinaryNode) => {
    const events = notificationEvents(stanza, book)
    const { from = '', id = '' } = stanza.attrs
    groups.forget(from)
    if (events.length > 0) keys.add(toldOnce(['notification', from, id], events))
  })
}
