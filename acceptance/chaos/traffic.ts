import type { VirtualPhone } from '@gangway/simulator'
import type { Cast, Party } from './cast.js'
import type { Dice } from './dice.js'
import { pause } from './waiting.js'

/** One numbered text, and everything that is owed to it. */
export interface SentText {
  readonly stream: string
  readonly number: number
  readonly text: string
  /** WhatsApp's id of it. */
  readonly id: string
  /** In whose log there has to be which event. */
  readonly told: readonly { readonly party: Party; readonly kind: string }[]
  /** Phones that have to have it. */
  readonly heard: readonly VirtualPhone[]
  /** Sent through the API by this party; otherwise by a phone. */
  readonly through: Party | undefined
}

/** Texts from one sender to one chat, each sent after the one before was taken. */
interface Stream {
  readonly name: string
  readonly send: (text: string) => Promise<string>
  readonly told: SentText['told']
  readonly heard: SentText['heard']
  readonly through: Party | undefined
  /** Devices that have to acknowledge each, or the one that has to send it. */
  readonly devices: readonly string[]
  sent: number
  readonly underWay: Map<string, Set<string>>
}

/** How many texts of one stream may be on their way at a time: what is slow slows the load down, and nothing else does. */
const window = 6

/** Everybody writes to everybody, as fast as it is taken. */
export class Traffic {
  readonly texts: SentText[] = []
  readonly #cast: Cast
  readonly #dice: Dice
  readonly #streams: Stream[] = []
  readonly #drivers: Promise<void>[] = []
  #stopped = false
  failure: unknown

  constructor(cast: Cast, dice: Dice) {
    this.#cast = cast
    this.#dice = dice
    const settle = (device: string, id: string): void => {
      for (const { underWay } of this.#streams) {
        const missing = underWay.get(id)
        if (missing?.delete(device) === true && missing.size === 0) underWay.delete(id)
      }
    }
    cast.ledger.onAcked = settle
    cast.ledger.onAccepted = settle
  }

  start(): void {
    const { parties, friends, group } = this.#cast
    for (const friend of friends) {
      this.#drive(parties.map((party) => this.#toParty(friend, party)))
    }
    const [first, second] = friends
    if (first && second) this.#drive([this.#toGroup(first), this.#toGroup(second)])
    for (const party of parties) {
      const others = parties.filter((other) => other !== party)
      this.#drive([
        ...friends.slice(2, 3).map((friend) => this.#fromOwnPhone(party, friend)),
        ...others.map((other) => this.#betweenPhones(party, other)),
        this.#toGroup(party.phone),
      ])
      this.#drive([
        ...friends.map((friend) => this.#throughApi(party, friend.number, { heard: [friend, party.phone] })),
        ...others.map((other) =>
          this.#throughApi(party, other.phone.number, { heard: [other.phone, party.phone], received: [other] }),
        ),
        this.#throughApi(party, group.id, {
          heard: [...friends, ...parties.map(({ phone }) => phone)],
          received: others,
        }),
      ])
    }
  }

  /** Somebody who has never written or been written to. */
  async join(): Promise<void> {
    const newcomer = await this.#cast.whatsapp.registerPhone()
    const { parties } = this.#cast
    this.#drive(parties.map((party) => this.#toParty(newcomer, party)))
    const [party] = parties
    if (party) this.#drive([this.#throughApi(party, newcomer.number, { heard: [newcomer, party.phone] })])
  }

  /** Resolves when what was begun has been taken. */
  async stop(): Promise<void> {
    this.#stopped = true
    await Promise.all(this.#drivers)
  }

  /** Texts that not everybody has acknowledged whom they are for, or that were taken by the API and not sent yet. */
  get underWay(): readonly { readonly stream: string; readonly ids: readonly string[] }[] {
    return this.#streams
      .filter(({ underWay }) => underWay.size > 0)
      .map(({ name, underWay }) => ({ stream: name, ids: [...underWay.keys()] }))
  }

  #drive(streams: readonly Stream[]): void {
    this.#streams.push(...streams)
    const driver = this.#run(streams).catch((error: unknown) => {
      this.failure ??= error
      this.#stopped = true
    })
    this.#drivers.push(driver)
  }

  async #run(streams: readonly Stream[]): Promise<void> {
    while (!this.#stopped) {
      this.#cast.ledger.catchUp()
      const open = streams.filter(({ underWay }) => underWay.size < window)
      for (const stream of open) if (!this.#isStopped()) await this.#sendNext(stream)
      if (this.#dice.chance(0.02)) await this.#read()
      await pause(open.length > 0 ? 0 : 5)
    }
  }

  #isStopped(): boolean {
    return this.#stopped
  }

  async #sendNext(stream: Stream): Promise<void> {
    const number = ++stream.sent
    const text = `${stream.name} #${number}`
    const id = await stream.send(text)
    const { name, told, heard, through, devices } = stream
    this.texts.push({ stream: name, number, text, id, told, heard, through })
    const { ledger } = this.#cast
    const missing = devices.filter((device) =>
      through ? !ledger.accepted(device, id) : !ledger.acknowledged(device).has(id),
    )
    if (missing.length > 0) stream.underWay.set(id, new Set(missing))
  }

  async #read(): Promise<void> {
    const { friends } = this.#cast
    await friends[Math.floor(this.#dice.between(0, friends.length))]?.read()
  }

  #toParty(from: VirtualPhone, party: Party): Stream {
    return this.#fromPhone(from, party.phone.number, `${from.number} to ${party.name}`, {
      told: [{ party, kind: 'message.received' }],
    })
  }

  #toGroup(from: VirtualPhone): Stream {
    const { group, parties } = this.#cast
    const told = parties.map((party) => ({
      party,
      kind: party.phone === from ? 'message.sent-from-phone' : 'message.received',
    }))
    return this.#fromPhone(from, group.id, `${from.number} to group`, { told })
  }

  #fromOwnPhone(party: Party, to: VirtualPhone): Stream {
    const told = [{ party, kind: 'message.sent-from-phone' }]
    return this.#fromPhone(party.phone, to.number, `${party.name}'s phone to ${to.number}`, { told, heard: [to] })
  }

  #betweenPhones(party: Party, other: Party): Stream {
    const told = [
      { party, kind: 'message.sent-from-phone' },
      { party: other, kind: 'message.received' },
    ]
    const name = `${party.name}'s phone to ${other.name}`
    return this.#fromPhone(party.phone, other.phone.number, name, { told, heard: [other.phone] })
  }

  #fromPhone(
    from: VirtualPhone,
    to: string,
    name: string,
    { told, heard = [] }: Pick<SentText, 'told'> & Partial<Pick<SentText, 'heard'>>,
  ): Stream {
    const send = async (text: string): Promise<string> => (await from.send(to, text)).id
    const devices = told.map(({ party }) => party.device)
    return { name, send, told, heard, through: undefined, devices, sent: 0, underWay: new Map() }
  }

  #throughApi(
    party: Party,
    to: string,
    { heard, received = [] }: Pick<SentText, 'heard'> & { readonly received?: readonly Party[] },
  ): Stream {
    const told = [
      { party, kind: 'message.sent' },
      ...received.map((other) => ({ party: other, kind: 'message.received' })),
    ]
    const send = (text: string): Promise<string> => this.#submit(party, to, text)
    const name = `${party.name} through the API to ${to}`
    return { name, send, told, heard, through: party, devices: [party.device], sent: 0, underWay: new Map() }
  }

  /** Again and again with the same key, until it is known to be taken. */
  async #submit(party: Party, to: string, text: string): Promise<string> {
    const headers = { 'idempotency-key': Buffer.from(text).toString('hex') }
    for (;;) {
      try {
        const path = `/instances/${party.instance}/messages`
        const { status, text: answer, body } = await this.#cast.client.call('POST', path, { to, text }, headers)
        if (status === 201) return String(body.id)
        if (status < 500) throw new Refused(`sending was refused with ${status}: ${answer}`)
      } catch (error) {
        if (error instanceof Refused) throw error
      }
      await pause(20)
    }
  }
}

/** An answer that no second attempt would change. */
class Refused extends Error {}
