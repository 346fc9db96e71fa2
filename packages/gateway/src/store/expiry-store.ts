import type { Expired, ExpiryLimits, ExpiryStore } from '../core/ports/store.js'
import type { ExpiredEvents } from './commands/expiry.js'
import type { Write } from './write.js'

/** Rows deleted in one transaction: a few milliseconds for whoever writes at the same time. */
const batchRows = 500

export class SqlExpiryStore implements ExpiryStore {
  readonly #write: Write

  constructor(write: Write) {
    this.#write = write
  }

  async sweep({ events, received, sent, messages, nonces }: ExpiryLimits, signal: AbortSignal): Promise<Expired> {
    return {
      events: await this.#sweepEvents(events, signal),
      received: await this.#sweepAged('expireReceived', received.before, signal),
      sent: await this.#sweepAged('expireSent', sent.before, signal),
      messages: await this.#sweepAged('expireMessages', messages.before, signal),
      nonces: await this.#sweepAged('expireNonces', nonces.before, signal),
    }
  }

  async #sweepEvents(limits: ExpiryLimits['events'], signal: AbortSignal): Promise<number> {
    const [before, neededSince] = [limits.before.getTime(), limits.neededSince.getTime()]
    let total = 0
    for (let after: number | null = 0; after !== null && !signal.aborted;) {
      const expired: ExpiredEvents = await this.#write(
        'expireEvents',
        { after, before, neededSince, most: limits.most, rows: batchRows },
        batchRows,
      )
      total += expired.deleted
      after = expired.next
    }
    return total
  }

  /** For tables whose rows carry their time; each has a command that deletes a batch. */
  async #sweepAged(
    command: 'expireReceived' | 'expireSent' | 'expireMessages' | 'expireNonces',
    before: Date,
    signal: AbortSignal,
  ): Promise<number> {
    let total = 0
    let deleted = batchRows
    while (deleted === batchRows && !signal.aborted) {
      deleted = await this.#write(command, { before: before.getTime(), rows: batchRows }, batchRows)
      total += deleted
    }
    return total
  }
}
