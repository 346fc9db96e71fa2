import type { Typing, TypingState } from '../attention.js'

/** Without further news, somebody is taken to have stopped: the apps show it for about so long. */
const shownFor = 25_000

type Place = Pick<Typing, 'from' | 'chat'>

/** Who writes to whom, by the number of the reader. */
export class TypingBoard {
  readonly #readers = new Map<string, Map<string, Typing>>()

  set(reader: string, { from, chat }: Place, state: TypingState): void {
    const entries = this.#readers.get(reader) ?? new Map<string, Typing>()
    const name = `${chat} ${from}`
    if (state === 'paused') entries.delete(name)
    else entries.set(name, { from, chat, state, since: new Date() })
    this.#readers.set(reader, entries)
  }

  at(reader: string, now = Date.now()): readonly Typing[] {
    return [...(this.#readers.get(reader)?.values() ?? [])].filter(({ since }) => now - since.getTime() < shownFor)
  }
}
