import { privacyOf, type PrivacyName, type PrivacySettings } from '../accounts/privacy.js'
import { changeBlocked, changeDefaultExpiration, changePrivacy } from '../accounts/settings.js'
import { SimulatorError } from '../errors.js'
import type { VirtualPrivacy } from '../virtual-profile.js'
import type { Phone } from './phone.js'

/** The settings of a phone's account. */
export class Privacy implements VirtualPrivacy {
  readonly #phone: Phone

  constructor(phone: Phone) {
    this.#phone = phone
  }

  settings(): PrivacySettings {
    return privacyOf(this.#phone.account)
  }

  async set(name: PrivacyName, value: string): Promise<void> {
    this.#phone.mustBeOnline()
    if (changePrivacy(this.#phone.network, this.#phone.account, name, value)) return
    throw new SimulatorError('bad-setting', `${name} cannot be ${value}`)
  }

  get numberHidden(): boolean {
    return this.#phone.account.record.numberHidden ?? false
  }

  async revealNumber(): Promise<void> {
    const batch = this.#phone.network.batch()
    this.#phone.account.update({ numberHidden: false }, batch)
    batch.commit()
  }

  blocked(): readonly string[] {
    return this.#phone.account.record.blocked ?? []
  }

  async block(who: string): Promise<void> {
    this.#change(who, 'block')
  }

  async unblock(who: string): Promise<void> {
    this.#change(who, 'unblock')
  }

  get defaultExpiration(): number {
    return this.#phone.account.record.defaultExpiration?.seconds ?? 0
  }

  async setDefaultExpiration(seconds: number): Promise<void> {
    this.#phone.mustBeOnline()
    changeDefaultExpiration(this.#phone.network, this.#phone.account, seconds)
  }

  #change(who: string, action: 'block' | 'unblock'): void {
    this.#phone.mustBeOnline()
    changeBlocked(this.#phone.network, this.#phone.account, this.#phone.accountNamed(who), action)
  }
}
