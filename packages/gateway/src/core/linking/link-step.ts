import type { GatewayError } from '../errors/gateway-error.js'
import type { AttemptId, InstanceId, PhoneNumber } from '../ids.js'

/** What the person holding the phone has to do next, or how it ended. */
export type LinkStep =
  | { readonly kind: 'opening' }
  | { readonly kind: 'scan'; readonly qr: QrCode; readonly expiresAt: Date }
  | { readonly kind: 'type-code'; readonly code: string; readonly expiresAt: Date }
  /** Scanned or typed; the account is being set up. */
  | { readonly kind: 'starting' }
  | { readonly kind: 'linked'; readonly phone: PhoneNumber }
  | { readonly kind: 'failed'; readonly error: GatewayError }
export type LinkStepKind = LinkStep['kind']

/** One QR, with its pictures made once however many ask for them. */
export interface QrCode {
  readonly text: string
  /** `data:image/png;base64,…` */
  readonly png: string
  /** `data:image/svg+xml;base64,…` */
  readonly svg: string
}

export type LinkMethod = { readonly method: 'qr' } | { readonly method: 'code'; readonly phone: PhoneNumber }

/** A moment of a link attempt as readers see it. */
export interface LinkSnapshot {
  readonly instance: InstanceId
  /** Null for an instance that was linked before this process started: there is no attempt to name. */
  readonly attempt: AttemptId | null
  readonly method: LinkMethod['method']
  readonly startedAt: Date
  readonly step: LinkStep
}
