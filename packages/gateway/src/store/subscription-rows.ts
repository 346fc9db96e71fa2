import type { Selectable } from 'kysely'
import type { EventKind } from '../core/events/event.js'
import type { InstanceId, SubscriptionId } from '../core/ids.js'
import type { CursorMove, ReplayMove, SubscriptionRecord } from '../core/ports/subscription-store.js'
import { startOfLog } from '../core/subscriptions/subscription.js'
import type { Cursor, DeadLetter, Replay, SigningSecret } from '../core/subscriptions/subscription.js'
import type { CursorsTable, DeadLettersTable, ReplaysTable, SubscriptionsTable } from './schema.js'
import type { Sealer, SealPlace } from './seal.js'

/** A row with the id of the instance that it is bound to. */
type OwnedRow = Selectable<SubscriptionsTable> & { readonly owner: InstanceId | null }
type CursorRow = Omit<Selectable<CursorsTable>, 'subscription' | 'instance'>

/** Qualified, because joins have other columns of these names. */
export const cursorColumns = [
  'c.seq',
  'c.attempts',
  'c.refusals',
  'c.barren',
  'c.next_at',
  'c.last_error',
] as const satisfies readonly `c.${keyof CursorRow}`[]

/** Subscriptions as they are stored. Where events go is as much a secret as what they are signed with: URLs carry tokens. */
export class SubscriptionRows {
  readonly #sealer: Sealer

  constructor(sealer: Sealer) {
    this.#sealer = sealer
  }

  sealUrl(id: SubscriptionId, url: string | null): Uint8Array | null {
    return url === null ? null : this.#sealer.seal(Buffer.from(url), place('subscription-url', id))
  }

  sealSecrets(id: SubscriptionId, secrets: readonly SigningSecret[]): Uint8Array {
    const texts = secrets.map(({ secret, until }) => ({ secret, until: until?.getTime() ?? null }))
    return this.#sealer.seal(Buffer.from(JSON.stringify(texts)), place('subscription-secrets', id))
  }

  /** Throws `storage-error` when its URL or secrets do not open. */
  read(row: OwnedRow): SubscriptionRecord {
    const { id, number, workspace, network, format, state } = row
    return {
      subscription: {
        id,
        number,
        workspace,
        instance: row.owner,
        network,
        format,
        url: row.url === null ? null : this.#open(row.url, place('subscription-url', id)),
        kinds: row.kinds === null ? null : (JSON.parse(row.kinds) as EventKind[]),
        managedBy: row.managed_by,
        state,
        failingSince: readTime(row.failing_since),
        createdAt: new Date(row.created_at),
      },
      secrets: this.#readSecrets(row),
    }
  }

  #readSecrets({ id, secrets }: OwnedRow): SigningSecret[] {
    const texts = JSON.parse(this.#open(secrets, place('subscription-secrets', id))) as {
      secret: string
      until: number | null
    }[]
    return texts.map(({ secret, until }) => ({ secret, until: readTime(until) }))
  }

  #open(sealed: Uint8Array, at: SealPlace): string {
    return Buffer.from(this.#sealer.open(sealed, at)).toString()
  }
}

export function cursorRow({ subscription, instance, cursor }: CursorMove) {
  const { seq, attempts, refusals, barren, nextAt, lastError } = cursor
  const waiting = { next_at: nextAt?.getTime() ?? null, last_error: lastError }
  return { subscription, instance, seq, attempts, refusals, barren: barren ? 1 : 0, ...waiting }
}

export function replayRow({ replay, cursor }: ReplayMove) {
  if (cursor === null) return { number: replay, cursor }
  const { seq, attempts, refusals, nextAt, lastError } = cursor
  return {
    number: replay,
    cursor: { seq, attempts, refusals, next_at: nextAt?.getTime() ?? null, last_error: lastError },
  }
}

/** Of an outer join: what has no row is at the start of the log. */
export function readCursor(row: { [Column in keyof CursorRow]: CursorRow[Column] | null }): Cursor {
  const { seq, attempts, refusals } = row
  if (seq === null || attempts === null || refusals === null) return startOfLog
  return {
    seq,
    attempts,
    refusals,
    barren: row.barren === 1,
    nextAt: readTime(row.next_at),
    lastError: row.last_error,
  }
}

export function readDeadLetter(row: Selectable<DeadLettersTable> & { readonly owner: InstanceId }): DeadLetter {
  const { number, seq, through, event, kind, reason, attempts } = row
  return {
    number,
    instance: row.owner,
    seq,
    through,
    event,
    kind,
    reason,
    lastError: row.last_error,
    attempts,
    parkedAt: new Date(row.parked_at),
  }
}

export function readReplay(
  row: Selectable<ReplaysTable> & { readonly owner: InstanceId; readonly of: SubscriptionId },
): Replay & { readonly subscription: SubscriptionId } {
  return {
    number: row.number,
    subscription: row.of,
    instance: row.owner,
    cursor: readCursor({ ...row, barren: 0 }),
    through: row.through,
    requestedAt: new Date(row.requested_at),
  }
}

function place(kind: string, id: SubscriptionId): SealPlace {
  return { instance: '', generation: 0, kind, id }
}

function readTime(time: number | null): Date | null {
  return time === null ? null : new Date(time)
}
