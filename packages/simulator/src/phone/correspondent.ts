import type { proto } from 'baileys'
import type { Account } from '../accounts/account.js'
import type { Correspondence, ReportOptions, SendOptions } from '../correspondence.js'
import { SimulatorError } from '../errors.js'
import type { Chat } from '../chat.js'
import type { Group } from '../groups/group.js'
import type { PhoneFile, PhoneMessage, PollTally, PreparedMessages } from '../message.js'
import type { Network } from '../network.js'
import type { PhoneContent } from '../phone-content.js'
import { Audience } from '../status/audience.js'
import { PhoneCipher } from './cipher.js'
import { compose } from './composition.js'
import { contextOfSending, forwarded, quotation } from './conversation.js'
import { withContext } from './context.js'
import { openFile } from './files.js'
import { Lock } from './lock.js'
import { MessageLog } from './message-log.js'
import { ballot, pollOf, tallyOf } from './polls.js'
import { report, type Report } from './receipts.js'
import { choice, edit, pin, reaction, revocation, timer } from './remarks.js'
import { SenderKeys } from './sender-keys.js'
import { handOver, makeReady } from './sending.js'
import { SignalKeys } from './signal-keys.js'
import { prepareTexts, sendTexts } from './volley.js'
import { chatOf, keyOf, messageWith } from './whereabouts.js'

type Making = (chat: Chat) => proto.IMessage | Promise<proto.IMessage>

/** A phone as one that writes to chats and reads them. */
export abstract class Correspondent implements Correspondence {
  readonly account: Account
  readonly keys: SignalKeys
  readonly senderKeys: SenderKeys
  readonly log: MessageLog
  readonly cipher: PhoneCipher
  readonly network: Network
  /** How often messages were asked for again that could not be read, by their ids. */
  readonly asked = new Map<string, number>()
  protected readonly lock = new Lock()

  constructor(account: Account, network: Network) {
    this.account = account
    this.network = network
    this.keys = new SignalKeys(account)
    this.senderKeys = new SenderKeys(account.number)
    this.log = new MessageLog(account.number)
    this.cipher = new PhoneCipher(account.number, this.keys)
  }

  get number(): string {
    return this.account.number
  }

  get online(): boolean {
    return this.account.record.online
  }

  send(to: string, text: string): Promise<PhoneMessage> {
    return this.sendContent(to, { kind: 'text', text })
  }

  sendContent(to: string, content: PhoneContent, more: SendOptions = {}): Promise<PhoneMessage> {
    const type = content.kind === 'raw' ? content.type : undefined
    const make: Making = async (chat) => {
      const message = await compose(this, content)
      const context = contextOfSending(this, chat, more)
      return Object.keys(context).length > 0 ? withContext(message, context) : message
    }
    return this.#say(() => this.chatWith(to), make, type)
  }

  sendMany(to: string, texts: readonly string[]): Promise<readonly string[]> {
    return this.act(() => sendTexts(this, this.chatWith(to), texts))
  }

  prepare(to: string, texts: readonly string[]): Promise<PreparedMessages> {
    return this.act(() => {
      return prepareTexts(this, this.chatWith(to), texts, (act) => this.act(act))
    })
  }

  forward(id: string, to: string): Promise<PhoneMessage> {
    return this.#say(
      () => this.chatWith(to),
      () => forwarded(this, messageWith(this, id)),
    )
  }

  react(id: string, emoji: string): Promise<PhoneMessage> {
    return this.#sayAbout(id, (message) => reaction(keyOf(this, message), emoji))
  }

  edit(id: string, text: string): Promise<PhoneMessage> {
    return this.#sayAbout(id, (message) => edit(keyOf(this, message), message.content, text))
  }

  revoke(id: string): Promise<PhoneMessage> {
    return this.#sayAbout(id, (message) => revocation(keyOf(this, message)))
  }

  pin(id: string, seconds: number): Promise<PhoneMessage> {
    return this.#sayAbout(id, (message) => pin(keyOf(this, message), seconds))
  }

  vote(id: string, options: readonly string[]): Promise<PhoneMessage> {
    return this.#sayAbout(id, (message) => ballot(this, message, options))
  }

  choose(id: string, option: string): Promise<PhoneMessage> {
    return this.#sayAbout(id, (message, chat) => choice(message.content, option, quotation(chat, message)))
  }

  postStatus(content: PhoneContent, to: readonly string[]): Promise<PhoneMessage> {
    return this.#say(
      () => new Audience(to.map((one) => this.accountNamed(one))),
      () => compose(this, content),
      content.kind === 'raw' ? content.type : undefined,
    )
  }

  setTimer(to: string, seconds: number): Promise<PhoneMessage> {
    return this.#say(
      () => this.accountNamed(to),
      () => timer(seconds),
    )
  }

  messages(): readonly PhoneMessage[] {
    return this.log.all()
  }

  async media(id: string): Promise<PhoneFile> {
    return openFile(this.network.media, messageWith(this, id))
  }

  tally(id: string): PollTally {
    const poll = messageWith(this, id)
    pollOf(poll)
    return tallyOf(this, poll)
  }

  read(ids?: readonly string[], { privately = false }: ReportOptions = {}): Promise<void> {
    return this.#report(
      privately ? 'read-self' : 'read',
      ({ id, status }) => status === 'received' && (ids?.includes(id) ?? true),
    )
  }

  play(ids: readonly string[], { privately = false }: ReportOptions = {}): Promise<void> {
    return this.#report(
      privately ? 'played-self' : 'played',
      ({ id, from }) => from !== this.number && ids.includes(id),
    )
  }

  received(match: (message: PhoneMessage) => boolean, timeout = 10_000): Promise<PhoneMessage> {
    return this.log.wait(match, timeout)
  }

  /** Whose number, JID or LID this is. */
  accountNamed(name: string): Account {
    const { directory } = this.network
    const account = /^\d+$/.test(name) ? directory.byNumber(name) : directory.byJid(name)
    if (account === undefined) throw new SimulatorError('recipient-not-found', `nobody has the address ${name}`)
    return account
  }

  /** The account with this number or the group with this JID, as messages name their recipients. */
  chatNamed(name: string): Account | Group | undefined {
    return this.network.groups.byJid(name) ?? this.network.directory.byNumber(name)
  }

  mustBeOnline(): void {
    if (!this.online) throw new SimulatorError('phone-offline', `${this.number} is not on the network`)
  }

  /** One act of this phone among its others: in turn, and on the network only. */
  act<Result>(act: () => Promise<Result>): Promise<Result> {
    return this.lock.run(async () => {
      this.mustBeOnline()
      return act()
    })
  }

  /** Whom a number, JID or LID names, or which group. */
  chatWith(to: string): Account | Group {
    return this.network.groups.byJid(to) ?? this.accountNamed(to)
  }

  #sayAbout(id: string, make: (about: PhoneMessage, chat: Chat) => proto.IMessage): Promise<PhoneMessage> {
    return this.#say(
      () => chatOf(this, messageWith(this, id)),
      (chat) => make(messageWith(this, id), chat),
    )
  }

  #say(chat: () => Chat, make: Making, type?: string): Promise<PhoneMessage> {
    return this.act(async () => {
      const batch = this.network.batch()
      const where = chat()
      const sent = handOver(this, await makeReady(this, where, await make(where), batch, type), batch)
      batch.commit()
      return this.log.find(this.number, sent.id) ?? sent
    })
  }

  #report(type: Report, concerns: (message: PhoneMessage) => boolean): Promise<void> {
    return this.act(async () => {
      const batch = this.network.batch()
      report(this, this.log.all().filter(concerns), type, batch)
      batch.commit()
    })
  }
}
