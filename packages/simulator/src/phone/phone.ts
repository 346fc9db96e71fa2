import { chatModificationToAppPatch, decodeBinaryNode } from 'baileys'
import type { Account } from '../accounts/account.js'
import { mailboxName, type Device } from '../accounts/device.js'
import { restrict, restrictionOf, type Restriction } from '../accounts/restriction.js'
import type { CallRecord, LinkedDevice, NewGroup, VirtualPhone } from '../api.js'
import type { Availability, Typing, TypingState } from '../attention.js'
import type { Call } from '../calls/call.js'
import { SimulatorError } from '../errors.js'
import type { Linking } from '../linking/linking.js'
import { unlinkDevice } from '../linking/unlink.js'
import type { Network } from '../network.js'
import type { PostItem } from '../post/post-office.js'
import { readQrImage } from '../read-image.js'
import { lidJid, numberJid, readAddress } from '../wire/addresses.js'
import type { VirtualCall } from '../virtual-call.js'
import type { Contact, Label, VirtualChat } from '../virtual-chat.js'
import type { VirtualGroup } from '../virtual-group.js'
import { contactsOf, labelsOf, removeContact, saveContact } from './address-book.js'
import { AppState } from './app-state.js'
import { Chat, chatsOf } from './chat.js'
import { Correspondent } from './correspondent.js'
import { handleStanza } from './inbox.js'
import { Membership } from './membership.js'
import { OutgoingCall } from './outgoing-call.js'
import { Privacy } from './privacy.js'
import { Profile } from './profile.js'
import { messageWith } from './whereabouts.js'

/** A phone of this network. */
export class Phone extends Correspondent implements VirtualPhone {
  readonly appState = new AppState(this)
  readonly profile = new Profile(this)
  readonly privacy = new Privacy(this)
  readonly #linking: Linking
  readonly #mailbox: string

  constructor(account: Account, network: Network, linking: Linking) {
    super(account, network)
    this.#linking = linking
    this.#mailbox = mailboxName(account.number, 0)
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

  devices(): readonly LinkedDevice[] {
    return [...this.account.devices.values()].map((device) => this.#describe(device))
  }

  async scan(qr: string): Promise<LinkedDevice> {
    this.mustBeOnline()
    return this.#link(() => this.#linking.scan(this.account, qr))
  }

  async scanImage(image: Uint8Array | string): Promise<LinkedDevice> {
    return this.scan(await readQrImage(image))
  }

  async enterCode(code: string): Promise<LinkedDevice> {
    this.mustBeOnline()
    return this.#link(() => this.#linking.enterCode(this.account, code))
  }

  async createGroup(subject: string, members: readonly string[], more: NewGroup = {}): Promise<VirtualGroup> {
    this.mustBeOnline()
    const accounts = members.map((member) => this.accountNamed(member))
    const group = this.network.groupActs.create(this.account, subject, accounts, more.addressing)
    return new Membership(this, group)
  }

  group(id: string): VirtualGroup | undefined {
    const group = this.network.groups.byJid(id)
    return group?.roleOf(this.account) === undefined ? undefined : new Membership(this, group)
  }

  groups(): readonly VirtualGroup[] {
    return this.network.groups.of(this.account).map((group) => new Membership(this, group))
  }

  async joinGroup(inviteCode: string): Promise<VirtualGroup> {
    this.mustBeOnline()
    const { group, outcome } = this.network.admission.join(this.account, inviteCode)
    if (outcome === 'joined') return new Membership(this, group)
    throw new SimulatorError('join-requested', `an admin of ${group.jid} has to let ${this.number} in`)
  }

  async acceptInvitation(messageId: string): Promise<VirtualGroup> {
    this.mustBeOnline()
    const { groupJid, inviteCode } = messageWith(this, messageId).content.groupInviteMessage ?? {}
    const group = this.network.groups.byJid(groupJid ?? undefined)
    if (group === undefined) throw new SimulatorError('invitation-not-valid', `${messageId} invites to no group`)
    this.network.admission.accept(this.account, group, inviteCode ?? '')
    return new Membership(this, group)
  }

  async call(to: string, more: { readonly video?: boolean; readonly notice?: boolean } = {}): Promise<VirtualCall> {
    this.mustBeOnline()
    const { video = false, notice = false } = more
    return new OutgoingCall(this, this.network.calls.ring(this.account, this.accountNamed(to), { video, notice }))
  }

  calls(): readonly CallRecord[] {
    return this.network.calls.of(this.account).map(({ id, from, to, video, state }) => ({ id, from, to, video, state }))
  }

  outgoingCall(id: string): VirtualCall | undefined {
    const call = this.network.calls.find(id)
    return call?.from === this.number ? new OutgoingCall(this, call) : undefined
  }

  async acceptCall(id: string): Promise<void> {
    this.network.calls.end(this.#incomingCall(id), 'accepted')
  }

  async rejectCall(id: string): Promise<void> {
    this.network.calls.end(this.#incomingCall(id), 'rejected')
  }

  chat(who: string): VirtualChat {
    return new Chat(this, this.chatWith(who))
  }

  chats(): readonly VirtualChat[] {
    return chatsOf(this)
  }

  contacts(): readonly Contact[] {
    return contactsOf(this)
  }

  saveContact(who: string, fullName: string, firstName?: string): Promise<void> {
    return saveContact(this, who, fullName, firstName)
  }

  removeContact(who: string): Promise<void> {
    return removeContact(this, who)
  }

  labels(): readonly Label[] {
    return labelsOf(this)
  }

  rename(name: string): Promise<void> {
    return this.act(() => this.appState.change(chatModificationToAppPatch({ pushNameSetting: name }, '')))
  }

  async unlink(deviceJid?: string): Promise<void> {
    this.mustBeOnline()
    const wanted = deviceJid === undefined ? undefined : readAddress(deviceJid)?.device
    const devices = [...this.account.devices.values()].filter(({ id }) => deviceJid === undefined || id === wanted)
    if (deviceJid !== undefined && devices.length === 0) {
      throw new SimulatorError('device-not-found', `${deviceJid} is not linked to ${this.number}`)
    }
    for (const device of devices) unlinkDevice(this.network, this.account, device)
  }

  get restriction(): Restriction | undefined {
    return restrictionOf(this.account)
  }

  async restrict({ until = tomorrow(), reason = 'WEB_COMPANION_ONLY' }: Partial<Restriction> = {}): Promise<void> {
    restrict(this.network, this.account, { until, reason })
  }

  async unrestrict(): Promise<void> {
    restrict(this.network, this.account, undefined)
  }

  leave(): void {
    this.network.presence.gone(this.account, 0)
    this.network.post.detach(this.#mailbox, this)
    this.#setOnline(false)
  }

  async comeBack(): Promise<void> {
    this.#setOnline(true)
    this.open()
    await this.lock.idle()
  }

  async remove(): Promise<void> {
    for (const group of this.network.groups.of(this.account)) this.network.groupActs.leave(this.account, group)
    for (const device of [...this.account.devices.values()]) unlinkDevice(this.network, this.account, device)
    const batch = this.network.batch()
    batch.remove('account', this.number)
    this.keys.forget(batch)
    this.senderKeys.forget(batch)
    this.log.forget(batch)
    this.appState.forget(batch)
    this.network.appStates.forget(this.number, batch)
    this.network.pictures.remove(this.number, batch)
    this.network.post.close(this.#mailbox, batch)
    this.network.directory.remove(this.account)
    this.network.phoneKeys.delete(this.number)
    this.network.addressBooks.delete(this.number)
    batch.commit()
  }

  async setAvailable(available: boolean): Promise<void> {
    this.mustBeOnline()
    this.network.presence.announce(this.account, 0, available)
  }

  async type(to: string, state: TypingState = 'composing'): Promise<void> {
    this.mustBeOnline()
    const chat = this.network.groups.byJid(to)?.jid ?? lidJid(this.accountNamed(to).lid)
    this.network.presence.type(this.account, 0, chat, state)
  }

  typing(): readonly Typing[] {
    return this.network.presence.typingAt(this.account)
  }

  availabilityOf(who: string): Availability {
    return this.network.presence.of(this.accountNamed(who))
  }

  /** Starts taking what waits, if the phone is on the network. */
  open(): void {
    if (!this.online) return
    this.network.post.attach(this.#mailbox, this)
    for (const item of this.network.post.waiting(this.#mailbox)) this.take(item)
    void this.lock.run(() => this.appState.shareKey())
  }

  /** Called by the post office. */
  take(item: PostItem): void {
    void this.lock.run(() => this.#handle(item)).catch(() => this.lock.run(() => this.#discard(item)))
  }

  /** Nothing arrives here any more. Resolves when everything that was under way is stored. */
  close(): Promise<void> {
    this.log.close()
    return this.lock.idle()
  }

  #incomingCall(id: string): Call {
    this.mustBeOnline()
    const call = this.network.calls.find(id)
    if (call?.to === this.number) return call
    throw new SimulatorError('call-not-found', `${this.number} got no call ${id}`)
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

  /** The new device is to have in common with the others what they share. */
  async #link(link: () => Promise<Device>): Promise<LinkedDevice> {
    await this.lock.run(() => this.appState.begin())
    const device = await link()
    await this.lock.run(() => this.appState.shareKey())
    return this.#describe(device)
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
}

function tomorrow(): Date {
  return new Date(Date.now() + 86_400_000)
}
