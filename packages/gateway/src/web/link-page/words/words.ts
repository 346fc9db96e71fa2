import type { BrowserWords } from '../browser/wire.js'

/** Everything that the page says, in one language. `{name}` stands for a value. A missing text does not compile. */
export interface Words extends BrowserWords {
  /** BCP 47, for the `lang` of the page. */
  readonly language: string
  readonly title: string
  readonly askedBy: string
  readonly asked: string
  readonly meaning: string
  readonly progress: {
    readonly label: string
    readonly prepare: string
    readonly connect: string
    readonly setUp: string
    readonly done: string
  }
  readonly wait: string
  readonly scanHeading: string
  readonly scanHow: readonly [string, string, string]
  readonly qrAlt: string
  readonly expectedNumber: string
  /** On a small screen, which is likely the phone itself, and on a large one. */
  readonly useCode: string
  readonly cannotScan: string
  readonly useQr: string
  readonly numberHeading: string
  readonly numberLabel: string
  readonly numberHint: string
  readonly numberWrong: string
  readonly getCode: string
  readonly codeHeading: string
  readonly codeHow: readonly [string, string, string, string]
  readonly copy: string
  readonly startingHeading: string
  readonly startingHint: string
  readonly linkedHeading: string
  readonly linkedNext: string
  readonly returning: string
  readonly failedHeading: string
  readonly tryAgain: string
  readonly connectionLost: string
  readonly goneHeading: string
  readonly goneAsk: string
  readonly goneLinked: string
  readonly needsScript: string
}
