import { newAccount, type Account } from '../accounts/account.js'
import type { RegisterPhone } from '../api.js'
import { SimulatorError } from '../errors.js'
import type { Linking } from '../linking/linking.js'
import type { Network } from '../network.js'
import { contactsOf } from './address-book.js'
import { restoreAppStates } from './app-state.js'
import { restoreMessages } from './message-log.js'
import { Phone } from './phone.js'
import { restoreSenderKeys } from './sender-keys.js'
import { restoreSignalKeys } from './signal-keys.js'

/** All phones of the network, those of an earlier process included. */
export class Phones {
  readonly #network: Network
  readonly #linking: Linking
  readonly #phones = new Map<string, Phone>()

  constructor(network: Network, linking: Linking) {
    this.#network = network
    this.#linking = linking
    for (const account of network.directory.all()) this.#add(account)
    restoreSignalKeys(network.store, (number) => this.#phones.get(number)?.keys)
    restoreSenderKeys(network.store, (number) => this.#phones.get(number)?.senderKeys)
    restoreMessages(network.store, (number) => this.#phones.get(number)?.log)
    restoreAppStates(network.store, (number) => this.#phones.get(number)?.appState)
    for (const phone of this.#phones.values()) phone.open()
  }

  find(number: string): Phone | undefined {
    const phone = this.#phones.get(number)
    // A phone removes itself from the directory only.
    return phone && this.#network.directory.byNumber(number) === phone.account ? phone : undefined
  }

  all(): Phone[] {
    return [...this.#phones.keys()].flatMap((number) => this.find(number) ?? [])
  }

  register({ number: wanted, name, owner, addressing = 'lid', hideNumber = false, business }: RegisterPhone): Phone {
    const { directory } = this.#network
    if (wanted !== undefined && !/^\d{7,15}$/.test(wanted)) {
      throw new SimulatorError('bad-number', 'a number has 7 to 15 digits and nothing else')
    }
    if (hideNumber && addressing === 'number') {
      throw new SimulatorError('bad-setting', 'what is addressed by number cannot hide it')
    }
    if (wanted !== undefined && directory.byNumber(wanted)) {
      throw new SimulatorError('number-taken', `${wanted} is registered already`)
    }
    const number = wanted ?? directory.freeNumber()
    const lid = directory.freeLid()
    const account = newAccount({
      number,
      lid,
      name: name ?? `Phone ${number.slice(-4)}`,
      owner,
      addressing,
      business,
      numberHidden: hideNumber,
    })
    const batch = this.#network.batch()
    account.save(batch)
    directory.add(account)
    batch.commit()
    const phone = this.#add(account)
    phone.open()
    return phone
  }

  /** Resolves when no phone is in the middle of something. */
  async close(): Promise<void> {
    await Promise.all([...this.#phones.values()].map((phone) => phone.close()))
  }

  #add(account: Account): Phone {
    const phone = new Phone(account, this.#network, this.#linking)
    this.#phones.set(account.number, phone)
    this.#network.phoneKeys.set(account.number, phone.keys)
    this.#network.addressBooks.set(account.number, () => contactsOf(phone).flatMap(({ number }) => number ?? []))
    return phone
  }
}
