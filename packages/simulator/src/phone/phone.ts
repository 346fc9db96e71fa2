import { randomBytes } from 'node:crypto'
import { decodeBinaryNode } from 'baileys'
import type { Account } from '../accounts/account.js'
import { mailboxName, type Device } from '../accounts/device.js'
import type { LinkedDevice, PhoneMessage, VirtualPhone } from '../api.js'
import { SimulatorError } from '../errors.js'
import type { Linking } from '../linking/linking.js'
import { unlinkDevice } from '../linking/unlink.js'
import type { Network } from '../network.js'
import { routeReceipt } from '../post/accept-receipt.js'
import { deliver } from '../post/deliver.js'
import type { PostItem } from '../post/post-office.js'
import { readQrImage } from '../read-image.js'
import { lidJid, numberJid, readAddress } from '../wire/addresses.js'
import { element } from '../wire/nodes.js'
import { PhoneCipher } from './cipher.js'
import { handleStanza } from './inbox.js'
import { Lock } from './lock.js'
import { MessageLog } from './message-log.js'
import { encryptFor, encryptForOwnDevices } from './outgoing.js'
import { SignalKeys } from './signal-keys.js'

/** A phone of this network. */
export class Phone implements VirtualPhone {
  readonly account: Account
  readonly keys: SignalKeys
  readonly log: MessageLog
  readonly cipher: PhoneCipher
  readonly network: Network
  readonly #linking: Linking
  readonly #lock = new Lock()
  readonly #mailbox: string

  constructor(account: Account, network: Network, linking: Linking) {
    this.account = account
    this.network = network
    this.keys = new SignalKeys(account)
    this.log = new MessageLog(account.number)
    this.cipher = new PhoneCipher(account.number, this.keys)
    this.#linking = linking
    this.#mailbox = mailboxName(account.number, 0)
  }

  get number(): string {
    return this.account.number
  }

  get jid(): string {
    return numberJid(this.account.number)
  }

  get lid(): string {
    return lidJid(this.account.lid)
  }

  get name(): string {
    return this.account.record.name
  }

  get owner(): string | undefined {
    return this.account.record.owner
  }

  get online(): boolean {
    return this.account.record.online
  }

  devices(): readonly LinkedDevice[] {
    return [...this.account.devices.values()].map((device) => this.#describe(device))
  }

  async scan(qr: string): Promise<LinkedDevice> {
    this.#mustBeOnline()
    return this.#describe(await this.#linking.scan(this.account, qr))
  }

  async scanImage(image: Uint8Array | string): Promise<LinkedDevice> {
    return this.scan(await readQrImage(image))
  }

  async enterCode(code: string): Promise<LinkedDevice> {
    this.#mustBeOnline()
    return this.#describe(await this.#linking.enterCode(this.account, code))
  }

  send(to: string, text: string): Promise<PhoneMessage> {
    return this.#lock.run(async () => {
      this.#mustBeOnline()
      const recipient = /^\d+$/.test(to) ? this.network.directory.byNumber(to) : this.network.directory.byJid(to)
      if (recipient === undefined) throw new SimulatorError('recipient-not-found', `nobody has the address ${to}`)
      const id = `AC${randomBytes(15).toString('hex').toUpperCase()}`
      const message = { conversation: text }
      const batch = this.network.batch()
      const copies = [
        ...(await encryptFor(this, recipient, message, batch)),
        ...(await encryptForOwnDevices(this, recipient, message, batch)),
      ]
      const sent = { id, from: this.number, to: recipient.number, text, status: 'sent', timestamp: new Date() } as const
      this.log.put(sent, batch)
      const trace = { device: 0, chat: lidJid(recipient.lid), recipient: recipient.number, progress: 'sent' } as const
      this.network.sent.add(this.number, id, trace, batch)
      deliver(this.network, { id, type: 'text', sender: this.account, senderDevice: 0, recipient }, copies, batch)
      batch.commit()
      return this.log.find(this.number, id) ?? sent
    })
  }

  messages(): readonly PhoneMessage[] {
    return this.log.all()
  }

  read(ids?: readonly string[]): Promise<void> {
    return this.#lock.run(async () => {
      this.#mustBeOnline()
      const batch = this.network.batch()
      for (const message of this.log.all()) {
        if (message.status !== 'received' || (ids && !ids.includes(message.id))) continue
        this.log.put({ ...message, status: 'read' }, batch)
        const receipt = element('receipt', { id: message.id, to: numberJid(message.from), type: 'read' })
        routeReceipt(this.network, this.account, 0, receipt, batch)
      }
      batch.commit()
    })
  }

  async unlink(deviceJid?: string): Promise<void> {
    this.#mustBeOnline()
    const wanted = deviceJid === undefined ? undefined : readAddress(deviceJid)?.device
    const devices = [...this.account.devices.values()].filter(({ id }) => deviceJid === undefined || id === wanted)
    if (deviceJid !== undefined && devices.length === 0) {
      throw new SimulatorError('device-not-found', `${deviceJid} is not linked to ${this.number}`)
    }
    for (const device of devices) unlinkDevice(this.network, this.account, device)
  }

  leave(): void {
    this.network.post.detach(this.#mailbox, this)
    this.#setOnline(false)
  }

  async comeBack(): Promise<void> {
    this.#setOnline(true)
    this.open()
    await this.#lock.idle()
  }

  async remove(): Promise<void> {
    for (const device of [...this.account.devices.values()]) unlinkDevice(this.network, this.account, device)
    const batch = this.network.batch()
    batch.remove('account', this.number)
    this.keys.forget(batch)
    this.log.forget(batch)
    this.network.post.close(this.#mailbox, batch)
    this.network.directory.remove(this.account)
    this.network.phoneKeys.delete(this.number)
    batch.commit()
  }

  received(match: (message: PhoneMessage) => boolean, timeout = 10_000): Promise<PhoneMessage> {
    return this.log.wait(match, timeout)
  }

  /** Starts taking what waits, if the phone is on the network. */
  open(): void {
    if (!this.online) return
    this.network.post.attach(this.#mailbox, this)
    for (const item of this.network.post.waiting(this.#mailbox)) this.take(item)
  }

  /** Called by the post office. */
  take(item: PostItem): void {
    void this.#lock.run(() => this.#handle(item)).catch(() => this.#lock.run(() => this.#discard(item)))
  }

  /** Nothing arrives here any more. Resolves when everything that was under way is stored. */
  close(): Promise<void> {
    this.log.close()
    return this.#lock.idle()
  }

  async #handle(item: PostItem): Promise<void> {
    const stillWaiting = this.network.post.find(this.#mailbox, ({ sequence }) => sequence === item.sequence)
    if (stillWaiting === undefined || !this.online) return
    const batch = this.network.batch()
    await handleStanza(this, await decodeBinaryNode(item.bytes), batch)
    this.network.post.remove(this.#mailbox, item, batch)
    batch.commit()
  }

  /** A stanza that cannot be handled would come back for ever. */
  async #discard(item: PostItem): Promise<void> {
    const batch = this.network.batch()
    this.network.post.remove(this.#mailbox, item, batch)
    batch.commit()
  }

  #describe(device: Device): LinkedDevice {
    const { id, platform, linkedAt } = device.record
    const connected = this.network.isConnected(device)
    return { jid: numberJid(this.number, id), platform, linkedAt: new Date(linkedAt), connected }
  }

  #setOnline(online: boolean): void {
    const batch = this.network.batch()
    this.account.update({ online }, batch)
    batch.commit()
  }

  #mustBeOnline(): void {
    if (!this.online) throw new SimulatorError('phone-offline', `${this.number} is not on the network`)
  }
}
