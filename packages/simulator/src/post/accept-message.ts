import type { BinaryNode } from 'baileys'
import type { Account } from '../accounts/account.js'
import type { Device } from '../accounts/device.js'
import { isShared, type Chat } from '../chat.js'
import { Group } from '../groups/group.js'
import { membersOf } from '../groups/notices.js'
import type { Network } from '../network.js'
import { Audience, statusJid } from '../status/audience.js'
import { readAddress } from '../wire/addresses.js'
import { child, children, element, unixSeconds } from '../wire/nodes.js'
import { deliver, type Copy } from './deliver.js'
import { encryptionOf, inspect } from './inspection.js'
import { refusalOf } from './refusals.js'

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
  const target = targetOf(network, account, stanza)
  const error = refusalOf(network, account, target, stanza)
  const refused = error !== undefined && { refused: Number(error) }
  network.history.add({ event: 'received', ...trace, ...(repeated && { repeated }), ...refused })
  if (target === undefined || error !== undefined) return ack({ error: error ?? '404' })

  const copies = copiesFor(network, target, device, stanza)
  const chat = isShared(target) ? target : (network.directory.byJid(recipient) ?? target)
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
    const recipient = isShared(chat) ? chat.jid : chat.number
    const audience = chat instanceof Audience && { audience: chat.accounts.map(({ number }) => number) }
    network.sent.add(
      account.number,
      id,
      { device: device.id, chat: to, recipient, progress: 'sent', ...audience },
      batch,
    )
  }
  deliver(network, { ...sending, attachments }, copies, batch)
  batch.commit()
  return ack()
}

/** Then a known id is no repeat but the answer to a retry receipt. */
function isForOneDevice(stanza: BinaryNode, target: Chat): boolean {
  if (target instanceof Audience) return stanza.attrs.to !== statusJid
  return target instanceof Group ? stanza.attrs.participant !== undefined : child(stanza, 'enc') !== undefined
}

/** What is sent once more to a device that could not read a status post is addressed to the device. */
function targetOf(network: Network, sender: Account, stanza: BinaryNode): Chat | undefined {
  const { to, id = '' } = stanza.attrs
  if (to === statusJid) return new Audience(listedCopies(network, stanza).map(({ account }) => account))
  const account = network.directory.byJid(to)
  if (account && network.sent.find(sender.number, id)?.recipient === statusJid) return new Audience([account])
  return account ?? network.groups.byJid(to)
}

function copiesFor(network: Network, target: Chat, from: Device, stanza: BinaryNode): Copy[] {
  if (target instanceof Group) return groupCopies(network, target, from, stanza)
  return target instanceof Audience && stanza.attrs.to === statusJid
    ? statusCopies(network, from, stanza)
    : accountCopies(network, stanza)
}

/** For the devices that are listed, and those that asked for it: the library lists nobody when it sends a post again. */
function statusCopies(network: Network, from: Device, stanza: BinaryNode): Copy[] {
  const shared = children(stanza, 'enc')
  const listed = listedCopies(network, stanza)
  const owed = network.sent.find(from.record.number, stanza.attrs.id ?? '')?.owed ?? []
  const asking = owed.flatMap((name) => {
    const [number = '', device] = name.split(':')
    const account = network.directory.byNumber(number)
    return account ? [{ account, device: Number(device), content: [] }] : []
  })
  const others = asking.filter((one) => !listed.some((copy) => nameOf(copy) === nameOf(one)))
  return [...listed, ...others]
    .filter((copy) => nameOf(copy) !== from.name)
    .map((copy) => ({ ...copy, content: [...copy.content, ...shared] }))
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
