import type { BinaryNode } from 'baileys'
import type { Account } from '../accounts/account.js'
import { maySee } from '../accounts/privacy.js'
import type { Network } from '../network.js'
import { firstAbout } from '../profiles/about.js'
import { firstChild, notImplemented, type IqAnswer } from '../server/iq-answer.js'
import { lidJid, numberJid, readAddress } from '../wire/addresses.js'
import { child, children, element, textOf, unixSeconds } from '../wire/nodes.js'
import type { Asker } from './query.js'

/** Contact synchronisation: who is registered, under which LID, with which devices. */
export function answerUsync(iq: BinaryNode, asker: Asker): IqAnswer {
  const request = firstChild(iq)
  if (request?.tag !== 'usync') return notImplemented
  const protocols = children(child(request, 'query')).map(({ tag }) => tag)
  const users = children(child(request, 'list'), 'user').map((user) => answerUser(user, protocols, asker))
  const { sid, index = '0', last = 'true', mode = 'query', context } = request.attrs
  const result = element(
    'result',
    {},
    protocols.map((tag) => element(tag)),
  )
  return [element('usync', { sid, index, last, mode, context }, [result, element('list', {}, users)])]
}

function answerUser(user: BinaryNode, protocols: readonly string[], asker: Asker): BinaryNode {
  const { network, account } = asker
  const typed = textOf(child(user, 'contact')).replace(/\D/g, '')
  // By JID, by LID in an element of its own, or by a number as somebody typed it.
  const jid = user.attrs.jid ?? child(user, 'lid')?.attrs.jid ?? numberJid(typed)
  const found = network.directory.byJid(jid)
  if (found && protocols.includes('devices')) network.watchDevices(account, found)
  const byLid = readAddress(jid)?.kind === 'lid'
  const answers = protocols.flatMap((protocol) => answerProtocol(protocol, found, byLid, asker))
  return element('user', { jid }, answers)
}

function answerProtocol(
  protocol: string,
  account: Account | undefined,
  byLid: boolean,
  { network, account: viewer }: Asker,
): BinaryNode[] {
  switch (protocol) {
    case 'contact':
      return [element('contact', { type: account ? 'in' : 'out' })]
    case 'devices':
      return [element('devices', {}, account ? deviceList(account) : [element('device-list', {}, [])])]
    case 'lid':
      // Asked by LID there is nothing to tell, and clients would take the answer for a mapping.
      return account && !byLid ? [element('lid', { val: lidJid(account.lid) })] : []
    case 'status':
      return [aboutElement(network, account, viewer)]
    case 'disappearing_mode':
      return [expirationElement(account)]
    default:
      return []
  }
}

/** Empty for nobody, and for who keeps it from the one who asks, which has a code (`USyncStatusProtocol`). */
function aboutElement(network: Network, account: Account | undefined, viewer: Account): BinaryNode {
  if (account === undefined) return element('status')
  if (!maySee(network, account, viewer, 'status')) return element('status', { code: '401' })
  const { text, at } = account.record.about ?? { text: firstAbout, at: 0 }
  return element('status', { t: at.toString() }, Buffer.from(text))
}

function expirationElement(account: Account | undefined): BinaryNode {
  const { seconds, at } = account?.record.defaultExpiration ?? { seconds: 0, at: 0 }
  return element('disappearing_mode', { duration: seconds.toString(), t: at.toString() })
}

function deviceList(account: Account): BinaryNode[] {
  const devices = account.deviceIds().map((id) => {
    // Clients leave out companions without a key index.
    return element('device', { id: id.toString(), 'key-index': id === 0 ? undefined : id.toString() })
  })
  return [element('device-list', {}, devices), element('key-index-list', { ts: unixSeconds() })]
}
