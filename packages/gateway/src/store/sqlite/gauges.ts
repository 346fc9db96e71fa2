/** What the writer has done since it was opened. */
export interface SqliteStats {
  /** Transactions committed. Each costs one sync of the disk. */
  readonly commits: number
  /** Commands that those transactions carried. */
  readonly units: number
  readonly longestCommitMs: number
  readonly totalCommitMs: number
}

const fields = ['commits', 'units', 'longestCommitUs', 'totalCommitUs'] as const

/** Counters in shared memory: they can be read while the writer hangs on a slow disk, when they matter most. */
export class Gauges {
  readonly memory: SharedArrayBuffer
  readonly #cells: BigInt64Array

  constructor(memory = new SharedArrayBuffer(fields.length * BigInt64Array.BYTES_PER_ELEMENT)) {
    this.memory = memory
    this.#cells = new BigInt64Array(memory)
  }

  /** Called by the one thread that writes. */
  committed(units: number, ms: number): void {
    const us = Math.round(ms * 1000)
    this.#add('commits', 1)
    this.#add('units', units)
    this.#add('totalCommitUs', us)
    if (us > this.#get('longestCommitUs')) this.#add('longestCommitUs', us - this.#get('longestCommitUs'))
  }

  read(): SqliteStats {
    return {
      commits: this.#get('commits'),
      units: this.#get('units'),
      longestCommitMs: this.#get('longestCommitUs') / 1000,
      totalCommitMs: this.#get('totalCommitUs') / 1000,
    }
  }

  #get(field: (typeof fields)[number]): number {
    return Number(Atomics.load(this.#cells, fields.indexOf(field)))
  }

  #add(field: (typeof fields)[number], amount: number): void {
    Atomics.add(this.#cells, fields.indexOf(field), BigInt(amount))
  }
}
