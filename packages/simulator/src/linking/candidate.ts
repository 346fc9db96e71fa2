import type { BinaryNode } from 'baileys'
import type { CompanionOffer } from './offer.js'

/** A connected client that is not linked yet. */
export interface Candidate {
  readonly id: number
  readonly offer: CompanionOffer
  /** Sends an iq; rejects with `companion-silent` when no answer comes. */
  ask(iq: BinaryNode): Promise<BinaryNode>
  /** Tells without waiting. */
  tell(node: BinaryNode): void
  /** Ends the connection after a stream error. */
  dismiss(streamError: BinaryNode): void
}
