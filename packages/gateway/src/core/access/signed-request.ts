import type { AccessKey } from './access-key.js'
import type { Caller } from './access.js'

/** A request that was signed instead of carrying a key, as far as it takes to decide who sent it. */
export interface SignedRequest {
  readonly accessKeyId: string
  /** When it says it was signed; undefined where what stands there is no time. */
  readonly signedAt: Date | undefined
  /** Whatever its sender uses once and never again. */
  readonly nonce: string
  /** Takes as long whether it is or not. */
  isSignedWith(secret: string): boolean
}

/** In the order in which they are looked for: a wrong signature uses up no nonce and learns nothing of the time here. */
export type SignatureFlaw = 'unknown-key' | 'revoked-key' | 'wrong-signature' | 'no-time' | 'stale' | 'repeated'

export type Verdict =
  | { readonly kind: 'accepted'; readonly caller: Caller; readonly key: AccessKey }
  | { readonly kind: 'refused'; readonly flaw: SignatureFlaw }

/** How far what a request says of its time may be from the time here, in ms, one way or the other. */
export const signatureWindow = 15 * 60_000
/** A request from the far end of the window can be repeated until its near end has passed. */
export const noncesKeptFor = 2 * signatureWindow
