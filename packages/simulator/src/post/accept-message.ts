import type { BinaryNode } from 'baileys'
import type { Account } from '../accounts/account.js'
import type { Device } from '../accounts/device.js'
import { Group } from '../groups/group.js'
import { membersOf } from '../groups/notices.js'
import type { Network } from '../network.js'
import { readAddress } from '../wire/addresses.js'
import { child, children, element, unixSeconds } from '../wire/nodes.js'
import { deliver, type Copy } from './deliver.js'
import { encryptionOf, inspect } from './inspection.js'

/**
 * A message from a companion. Everything it causes is stored before this returns the acknowledgement, so a message
 * without one may safely be sent again with the same id: it is delivered once.
 */
export function acceptMessage(network: Network, account: Account, device: Device, stanza: BinaryNode): BinaryNode {
  const { id = '', to = '', type = 'text', category, recipient, edit } = stanza.attrs
  const ack = (more: Record<string, string> = {}) =>
    element('ack', { class: 'message', id, from: to, t: unixSeconds(), ...more })
  const repeated = network.sent.find(account.number, id)?.device === device.id
  const trace = { device: device.name, id, tag: 'message', to, encryption: allEncryption(stanza) }
  network.history.add({ event: 'received', ...trace, ...(repeated && { repeated }) })

  const target = network.directory.byJid(to) ?? network.groups.byJid(to)
  if (target === undefined) return to === 'status@broadcast' ? ack() : ack({ error: '404' })
  if (target instanceof Group && !mayWrite(target, account)) return ack({ error: notAllowed })

  const copies = target instanceof Group ? groupCopies(network, target, device, stanza) : accountCopies(network, stanza)
  const chat = target instanceof Group ? target : (network.directory.byJid(recipient) ?? target)
  const sending = { id, type, category, edit, sender: account, senderDevice: device.id, chat }
  const attachments = children(stanza).filter(({ tag }) => tag === 'device-identity' || tag === 'meta')
  const batch = network.batch()
  inspect(network, sending, copies, batch)
  if (repeated && !isForOneDevice(stanza, target)) {
    // What a phone asks for again, the protocol library sends again to everybody: only who asked may get it twice.
    const owed = network.sent.settle(account.number, id, batch)
    deliver(
      network,
      { ...sending, attachments },
      copies.filter((copy) => owed.includes(nameOf(copy))),
      batch,
    )
    batch.commit()
    return ack()
  }
  if (!repeated && category !== 'peer') {
    const where = chat instanceof Group ? chat.jid : chat.number
    network.sent.add(account.number, id, { device: device.id, chat: to, recipient: where, progress: 'sent' }, batch)
  }
  deliver(network, { ...sending, attachments }, copies, batch)
  batch.commit()
  return ack()
}

/** What the real server says to who may not write to a group, or is not in it. */
const notAllowed = '420'

function mayWrite(group: Group, account: Account): boolean {
  if (group.roleOf(account) === undefined) return false
  return !group.record.announcement || group.isAdmin(account)
}

/** Then a known id is no repeat but the answer to a retry receipt. */
function isForOneDevice(stanza: BinaryNode, target: Account | Group): boolean {
  return target instanceof Group ? stanza.attrs.participant !== undefined : child(stanza, 'enc') !== undefined
}

function accountCopies(network: Network, stanza: BinaryNode): Copy[] {
  const direct = child(stanza, 'enc')
  return direct
    ? [...listedCopies(network, stanza), ...copyFor(network, stanza.attrs.to, direct)]
    : listedCopies(network, stanza)
}

/** Everybody's devices get the part that is for all; some of them also their own, with the sender key in it. */
function groupCopies(network: Network, group: Group, from: Device, stanza: BinaryNode): Copy[] {
  const shared = children(stanza, 'enc')
  if (stanza.attrs.participant !== undefined) {
    return shared.flatMap((enc) => copyFor(network, stanza.attrs.participant, enc))
  }
  const own = new Map(listedCopies(network, stanza).map((copy) => [nameOf(copy), copy.content]))
  return membersOf(network, group).flatMap((account) =>
    account
      .deviceIds()
      .map((device) => ({ account, device }))
      .filter((one) => nameOf(one) !== from.name)
      .map((one) => ({ ...one, content: [...(own.get(nameOf(one)) ?? []), ...shared] })),
  )
}

function listedCopies(network: Network, stanza: BinaryNode): Copy[] {
  return children(child(stanza, 'participants'), 'to').flatMap((to) => {
    const enc = child(to, 'enc')
    return enc ? copyFor(network, to.attrs.jid, enc) : []
  })
}

function copyFor(network: Network, jid: string | undefined, enc: BinaryNode): Copy[] {
  const account = network.directory.byJid(jid)
  return account ? [{ account, device: readAddress(jid)?.device ?? 0, content: [enc] }] : []
}

function nameOf({ account, device }: Pick<Copy, 'account' | 'device'>): string {
  return `${account.number}:${device}`
}

function allEncryption(stanza: BinaryNode): string[] {
  const listed = children(child(stanza, 'participants'), 'to').flatMap(encryptionOf)
  return [...new Set([...listed, ...encryptionOf(stanza)])]
}
