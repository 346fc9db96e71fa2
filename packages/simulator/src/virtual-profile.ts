import type { PrivacyName, PrivacySettings } from './accounts/privacy.js'
import type { BusinessProfile } from './profiles/business.js'

export type { PrivacyName, PrivacySettings } from './accounts/privacy.js'
export type { BusinessProfile } from './profiles/business.js'

/** What others see of an account. */
export interface VirtualProfile {
  readonly about: string
  /** Of a phone that was registered as a business. */
  readonly business: BusinessProfile | undefined
  /** A JPEG. */
  picture(): Uint8Array | undefined
  setAbout(text: string): Promise<void>
  /** Any picture; it is cut to a square. Rejects with `picture-not-readable`. */
  setPicture(image: Uint8Array): Promise<void>
  removePicture(): Promise<void>
}

/** Who may see and do what, as all devices of the account have it. */
export interface VirtualPrivacy {
  settings(): PrivacySettings
  /** Rejects with `bad-setting` for a value that the setting does not have. */
  set(name: PrivacyName, value: string): Promise<void>
  /** Others know the account by its LID only, and learn the number with what comes after `revealNumber`. */
  readonly numberHidden: boolean
  revealNumber(): Promise<void>
  /** Numbers. What these write is not delivered here. */
  blocked(): readonly string[]
  block(who: string): Promise<void>
  unblock(who: string): Promise<void>
  /** Seconds after which messages of new chats disappear; 0 for never. */
  readonly defaultExpiration: number
  setDefaultExpiration(seconds: number): Promise<void>
}
