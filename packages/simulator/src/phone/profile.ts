import { firstAbout } from '../profiles/about.js'
import { changeAbout, changePicture } from '../profiles/acts.js'
import type { BusinessProfile } from '../profiles/business.js'
import { squareJpeg } from '../profiles/square.js'
import type { VirtualProfile } from '../virtual-profile.js'
import type { Phone } from './phone.js'

/** A phone's own profile. */
export class Profile implements VirtualProfile {
  readonly #phone: Phone

  constructor(phone: Phone) {
    this.#phone = phone
  }

  get about(): string {
    return this.#phone.account.record.about?.text ?? firstAbout
  }

  get business(): BusinessProfile | undefined {
    return this.#phone.account.record.business
  }

  picture(): Uint8Array | undefined {
    return this.#phone.network.pictures.of(this.#phone.number)?.bytes
  }

  async setAbout(text: string): Promise<void> {
    this.#phone.mustBeOnline()
    changeAbout(this.#phone.network, this.#phone.account, text)
  }

  async setPicture(image: Uint8Array): Promise<void> {
    this.#phone.mustBeOnline()
    const jpeg = await squareJpeg(image)
    changePicture(this.#phone.network, this.#phone.account, jpeg)
  }

  async removePicture(): Promise<void> {
    this.#phone.mustBeOnline()
    changePicture(this.#phone.network, this.#phone.account, undefined)
  }
}
