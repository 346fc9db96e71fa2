/** Why it did not work, as far as the person with the phone can do something about it. */
export type Failure =
  | 'wrong-account'
  | 'expired'
  | 'unattended'
  | 'cancelled'
  | 'interrupted'
  | 'unreachable'
  | 'refused'
  | 'banned'
  | 'busy'
  | 'too-often'
  | 'trouble'

/** What the server tells the page. Times are milliseconds from now: the clock of a phone may be wrong. */
export type PageStep =
  | { readonly step: 'idle' | 'opening' | 'starting' }
  | { readonly step: 'scan'; readonly png: string; readonly expiresIn: number }
  /** `ending`: the last digits of the number that it is for, where the page knows it. */
  | { readonly step: 'type-code'; readonly code: string; readonly expiresIn: number }
  | { readonly step: 'linked'; readonly ending: string; readonly returnUrl: string | null }
  | { readonly step: 'failed'; readonly failure: Failure }

/** What the page asks of the server. */
export type StartWish = { readonly method: 'qr' } | { readonly method: 'code'; readonly phone?: string }
/** `phone`: the number cannot be one. */
export interface StartRefusal {
  readonly failure: Failure | 'phone'
}

/** The words that change while the page is open; `{name}` stands for a value. */
export interface BrowserWords {
  readonly countdown: string
  readonly renewing: string
  readonly codeLeft: string
  readonly copied: string
  readonly linkedNumber: string
  readonly returnTo: string
  readonly failures: Readonly<Record<Failure, string>>
  /** Said by screen readers when a step begins. */
  readonly said: {
    readonly opening: string
    readonly scan: string
    readonly code: string
    readonly starting: string
    readonly linked: string
    readonly failed: string
  }
}
