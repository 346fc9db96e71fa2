/** One word after `gangway`. */
export interface Command {
  readonly name: string
  /** What follows the name, as the usage shows it. */
  readonly parameters: string
  readonly summary: string
  /** Rejects with an error whose message is one sentence for the person who typed it. */
  run(args: readonly string[]): Promise<void>
}

/** The words make no sense; the message says which, and the exit code is 2. */
export class UsageError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'UsageError'
  }
}
