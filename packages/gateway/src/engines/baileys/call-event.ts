import { getBinaryNodeChild, jidNormalizedUser, type BinaryNode } from 'baileys'
import type { CallData, ReceivedEvent } from '../../core/events/event.js'
import type { AddressBook } from './address-book.js'
import { canonical, phoneOf } from './addresses.js'

/** What a `<call>` stanza tells: nothing for what only helps the call along (latencies, encryption keys). */
export function callEvents({ attrs, content }: BinaryNode, book: AddressBook): ReceivedEvent[] {
  const info = Array.isArray(content) ? content[0] : undefined
  const status = info && statusOf(info)
  const id = info?.attrs['call-id']
  const from = info?.attrs.from ?? info?.attrs['call-creator'] ?? attrs.from
  if (!info || !status || !id || !from) return []
  const who = book.of(from, info.attrs.caller_pn)
  const group = info.attrs['group-jid']
  return [
    {
      kind: 'call',
      data: {
        id,
        from: canonical(who),
        phone: phoneOf(who),
        lid: who.lid,
        status,
        video: getBinaryNodeChild(info, 'video') !== undefined,
        group: group === undefined ? null : jidNormalizedUser(group),
      },
    },
  ]
}

/** What another device of the account did with a call, and that nobody did anything, stands in the reason of its end. */
const endings = new Map<string | undefined, CallData['status']>([
  ['timeout', 'missed'],
  ['accepted_elsewhere', 'accepted'],
  ['rejected_elsewhere', 'rejected'],
])

/** As the library's `getCallStatusFromNode` reads the tags. */
function statusOf({ tag, attrs }: BinaryNode): CallData['status'] | undefined {
  switch (tag) {
    case 'offer':
    case 'offer_notice':
      return 'offered'
    case 'accept':
      return 'accepted'
    case 'reject':
      return 'rejected'
    case 'terminate':
      return endings.get(attrs.reason) ?? 'ended'
    default:
      return undefined
  }
}
