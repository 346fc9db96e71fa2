import type { BinaryNode } from 'baileys'
import type { Account } from '../accounts/account.js'
import type { Device } from '../accounts/device.js'
import type { Network } from '../network.js'
import type { IqAnswer } from '../server/iq-answer.js'

/** Who asks. */
export interface Asker {
  readonly network: Network
  readonly account: Account
  readonly device: Device
  /** Starts delivery of what waits. */
  activate(): void
}

export type Answerer = (iq: BinaryNode, asker: Asker) => IqAnswer | Answer

export interface Answer {
  readonly content: IqAnswer
  /** Happens when the answer has left. */
  readonly afterwards?: () => void
}
