/* eslint no-control-regex: off -- terminals are spoken to in control characters */

/** A terminal that knows the few movements the link screen makes, and refuses any other. */
export class TinyTerminal {
  readonly isTTY = true
  readonly columns: number
  #rows = ['']
  #row = 0
  #column = 0

  constructor(columns = 100) {
    this.columns = columns
  }

  /** What a person sees. */
  get screen(): string[] {
    return this.#rows.map((row) => row.trimEnd())
  }

  write(text: string): void {
    for (const [part] of text.matchAll(/\x1b\[[\d;]*[A-Za-z]|[\s\S]/gu)) this.#obey(part)
  }

  #obey(part: string): void {
    const up = /^\x1b\[(\d+)A$/.exec(part)
    if (part === '\r') this.#column = 0
    else if (part === '\n') this.#newLine()
    else if (up) this.#row -= Number(up[1])
    else if (part === '\x1b[2K') this.#rows[this.#row] = ''
    else if (part === '\x1b[J') this.#eraseBelow()
    else if (/^\x1b\[[\d;]*m$/.test(part)) return
    else if (part.startsWith('\x1b')) throw new Error(`the terminal does not know ${JSON.stringify(part)}`)
    else this.#print(part)
    if (this.#row < 0) throw new Error('the cursor left the screen')
  }

  #newLine(): void {
    this.#row += 1
    this.#column = 0
    if (this.#rows.length === this.#row) this.#rows.push('')
  }

  #eraseBelow(): void {
    this.#rows.length = this.#row + 1
    this.#rows[this.#row] = (this.#rows[this.#row] ?? '').slice(0, this.#column)
  }

  #print(character: string): void {
    if (this.#column >= this.columns) throw new Error('the line is wider than the terminal')
    const row = Array.from((this.#rows[this.#row] ?? '').padEnd(this.#column))
    row[this.#column] = character
    this.#rows[this.#row] = row.join('')
    this.#column += 1
  }
}
