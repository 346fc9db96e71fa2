import { encodeWAMessage, type BinaryNode, type proto } from 'baileys'
import type { Account } from '../accounts/account.js'
import { isShared, type Chat, type SharedChat } from '../chat.js'
import { Group } from '../groups/group.js'
import { membersOf } from '../groups/notices.js'
import type { KeyBundle } from '../keys.js'
import type { Copy } from '../post/deliver.js'
import type { Batch } from '../store/store.js'
import { lidJid } from '../wire/addresses.js'
import { element } from '../wire/nodes.js'
import { bundleOf } from './bundles.js'
import type { Correspondent } from './correspondent.js'
import { isWithheld, poisonedContent, poisonedPlaintext } from './poison.js'
import { traitsOf } from './traits.js'

/** One device of one account. */
type Target = Pick<Copy, 'account' | 'device'>

/** A copy for every device that the message is for, the phone's own companions among them. */
export async function encryptFor(
  phone: Correspondent,
  chat: Chat,
  message: proto.IMessage,
  batch: Batch,
): Promise<Copy[]> {
  if (isShared(chat)) return encryptForAll(phone, chat, message, batch)
  const theirs = chat === phone.account ? [] : targetsOf(chat)
  const own = targetsOf(phone.account).filter(({ device }) => device !== 0)
  return [
    ...(await encryptForDevices(phone, theirs, message, batch)),
    ...(await encryptForDevices(phone, own, sentElsewhere(chat, message), batch)),
  ]
}

/** For one's own devices, which have to know which chat it went to. */
export function sentElsewhere(chat: Account, message: proto.IMessage): proto.IMessage {
  return { deviceSentMessage: { destinationJid: lidJid(chat.lid), message } }
}

/** For a device that is to read a shared chat from now on. `content` travels with it when it is sent once more. */
export function withSenderKey(phone: Correspondent, chat: SharedChat, content: proto.IMessage = {}): proto.IMessage {
  const axolotlSenderKeyDistributionMessage = phone.senderKeys.distribution(chat.jid) ?? null
  return { ...content, senderKeyDistributionMessage: { groupId: chat.jid, axolotlSenderKeyDistributionMessage } }
}

/** Once more for one device that could not read it, in a new session. */
export async function encryptAgain(
  phone: Correspondent,
  target: Target,
  message: proto.IMessage,
  again: { readonly attempt: number; readonly bundle?: KeyBundle | undefined },
  batch: Batch,
): Promise<Copy | undefined> {
  const bundle = again.bundle ?? bundleOf(phone.network, target.account, target.device)
  if (bundle === undefined) return undefined
  await phone.cipher.openSession({ number: target.account.number, device: target.device }, bundle, batch)
  const [copy] = await encryptForDevices(phone, [target], message, batch, { count: again.attempt.toString() })
  return copy
}

/**
 * One ciphertext for all, under the phone's sender key, and for each device that does not have the key yet the key
 * itself, in the session with that device.
 */
async function encryptForAll(
  phone: Correspondent,
  chat: SharedChat,
  message: proto.IMessage,
  batch: Batch,
): Promise<Copy[]> {
  const targets = readersOf(phone, chat)
    .flatMap(targetsOf)
    .filter(({ account, device }) => account !== phone.account || device !== 0)
  const missing = new Set(phone.senderKeys.prepare(chat.jid, targets.map(nameOf), batch))
  const withoutKey = targets.filter((target) => missing.has(nameOf(target)))
  const keys = new Map<string, readonly BinaryNode[]>()
  for (const copy of await openedSessions(phone, withoutKey, batch)) {
    const enc = await phone.cipher.encrypt(copy, encoded(withSenderKey(phone, chat)), batch)
    keys.set(`${copy.number}:${copy.device}`, [enc])
  }
  const attrs = { v: '2', type: 'skmsg', ...traitsOf(message).enc }
  const encrypt = (plaintext: Buffer) => element('enc', attrs, phone.senderKeys.encrypt(chat.jid, plaintext, batch))
  const shared = encrypt(encoded(message))
  return targets.map((target) => {
    const own = keys.get(nameOf(target)) ?? []
    const form = takePoison(phone, target)
    if (form === undefined) return { ...target, content: [...own, shared] }
    const plaintext = poisonedPlaintext(form)
    // Another plaintext needs another place in the chain: one message key encrypts one message.
    const part = plaintext === undefined ? shared : encrypt(plaintext)
    return { ...target, content: [...(isWithheld(form) ? [] : own), ...poisonedContent(form, [part])] }
  })
}

/** Everybody's devices, and one's own. */
function readersOf(phone: Correspondent, chat: SharedChat): readonly Account[] {
  if (chat instanceof Group) return membersOf(phone.network, chat)
  return [phone.account, ...chat.accounts.filter((account) => account !== phone.account)]
}

async function encryptForDevices(
  phone: Correspondent,
  targets: readonly Target[],
  message: proto.IMessage,
  batch: Batch,
  more: Readonly<Record<string, string>> = {},
): Promise<Copy[]> {
  const attrs = { ...traitsOf(message.deviceSentMessage?.message ?? message).enc, ...more }
  const peers = new Map(
    (await openedSessions(phone, targets, batch)).map((peer) => [`${peer.number}:${peer.device}`, peer]),
  )
  const copies: Copy[] = []
  for (const target of targets) {
    const peer = peers.get(nameOf(target))
    if (peer === undefined) continue
    const form = takePoison(phone, target)
    const plaintext = (form && poisonedPlaintext(form)) ?? encoded(message)
    const content = [await phone.cipher.encrypt(peer, plaintext, batch, attrs)]
    copies.push({ ...target, content: form ? poisonedContent(form, content) : content })
  }
  return copies
}

/** Those of the devices that can be written to; a session is opened with each that has none. */
async function openedSessions(
  phone: Correspondent,
  targets: readonly Target[],
  batch: Batch,
): Promise<{ readonly number: string; readonly device: number }[]> {
  const peers = []
  for (const { account, device } of targets) {
    const peer = { number: account.number, device }
    if (!phone.cipher.hasSession(peer)) {
      const bundle = bundleOf(phone.network, account, device)
      // Unlinked since the list was made.
      if (bundle === undefined) continue
      await phone.cipher.openSession(peer, bundle, batch)
    }
    peers.push(peer)
  }
  return peers
}

/** Only companions are poisoned: phones have nothing to prove. */
function takePoison(phone: Correspondent, { account, device }: Target) {
  if (device === 0) return undefined
  return phone.network.faults.take('poison', { number: account.number })?.form
}

function targetsOf(account: Account): Target[] {
  return account.deviceIds().map((device) => ({ account, device }))
}

function nameOf({ account, device }: Target): string {
  return `${account.number}:${device}`
}

function encoded(message: proto.IMessage): Buffer {
  return Buffer.from(encodeWAMessage(message))
}
