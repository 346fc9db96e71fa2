import type { Link } from '@gangway/sdk'
import { terminalQr } from './terminal-qr.js'

/** The part of `process.stdout` that drawing needs. */
export interface Terminal {
  readonly isTTY?: boolean
  readonly columns?: number
  write(text: string): unknown
}

/** What is on the screen at one step, and what is said below it while seconds go by. */
interface Frame {
  readonly lines: readonly string[]
  status(now: number): string
}

/** Draws the steps of a link attempt: in place on a terminal, one after the other into a file or pipe. */
export class LinkScreen {
  readonly #terminal: Terminal
  readonly #number: string | undefined
  #frame: Frame | undefined
  #ticking: NodeJS.Timeout | undefined

  /** `number`: of the phone that types a code, where that is how it links. */
  constructor(terminal: Terminal, number?: string) {
    this.#terminal = terminal
    this.#number = number
  }

  show(step: Link): void {
    this.clear()
    const frame = this.#frameOf(step)
    if (frame === undefined) return
    this.#terminal.write([...frame.lines, frame.status(Date.now())].join('\n'))
    if (this.#terminal.isTTY !== true) {
      this.#terminal.write('\n')
      return
    }
    this.#frame = frame
    this.#ticking = setInterval(() => {
      this.tick(Date.now())
    }, 1000)
  }

  /** Only the line below is written again, so that a terminal lower than the QR does not scroll every second. */
  tick(now: number): void {
    if (this.#frame) this.#terminal.write(`\r\x1b[2K${this.#frame.status(now)}`)
  }

  /** Takes the step off the terminal. */
  clear(): void {
    clearInterval(this.#ticking)
    if (this.#frame === undefined) return
    const up = this.#frame.lines.length
    this.#terminal.write(`\r${up === 0 ? '' : `\x1b[${up}A`}\x1b[J`)
    this.#frame = undefined
  }

  #frameOf(step: Link): Frame | undefined {
    switch (step.step) {
      case 'opening':
        return { lines: [], status: () => 'Connecting …' }
      case 'starting':
        return { lines: [], status: () => 'The phone has agreed. Setting the account up …' }
      case 'scan': {
        const qr = this.#fitting(terminalQr(step.qr, { colour: this.#terminal.isTTY === true }), step.qr)
        const lines = ['Scan this with the phone: WhatsApp → Linked devices → Link a device', '', ...qr, '']
        return {
          lines,
          status: (now) => `The next code follows in ${secondsTo(step.expiresAt, now)} s. Ctrl-C cancels.`,
        }
      }
      case 'type-code': {
        const lines = [
          `Type this code on the phone${this.#number === undefined ? '' : ` ${this.#number}`}:`,
          'WhatsApp → Linked devices → Link a device → Link with phone number instead',
          '',
          `    ${step.code.slice(0, 4)}-${step.code.slice(4)}`,
          '',
        ]
        return { lines, status: (now) => `Good for ${secondsTo(step.expiresAt, now)} s. Ctrl-C cancels.` }
      }
      case 'linked':
      case 'failed':
        return undefined
    }
  }

  /** A QR that the terminal would break into pieces helps nobody. */
  #fitting(lines: string[], text: string): string[] {
    const width = Array.from(terminalQr(text, { colour: false })[0] ?? '').length
    const { columns = width } = this.#terminal
    return columns >= width ? lines : [`(The QR needs ${width} columns and here are ${columns}: widen the terminal.)`]
  }
}

function secondsTo(time: string, now: number): number {
  return Math.max(0, Math.ceil((Date.parse(time) - now) / 1000))
}
