import { sql, type Kysely } from 'kysely'
import type { InstanceId, SubscriptionId, WorkspaceId } from '../core/ids.js'
import type { Network } from '../core/instances/instance.js'
import type {
  CursorMove,
  DeliveryFigures,
  NewDeadLetter,
  NewSubscriptionRecord,
  Progress,
  ReplayMove,
  SubscriptionEdit,
  SubscriptionRecord,
  SubscriptionStore,
} from '../core/ports/subscription-store.js'
import { startOfLog } from '../core/subscriptions/subscription.js'
import type {
  Cursor,
  DeadLetter,
  Replay,
  Stream,
  StreamState,
  Subscription,
  SubscriptionFormat,
  SubscriptionState,
} from '../core/subscriptions/subscription.js'
import { neededFrom } from './commands/subscriptions.js'
import type { Schema } from './schema.js'
import type { Sealer } from './seal.js'
import {
  cursorColumns,
  cursorRow,
  readCursor,
  readDeadLetter,
  readReplay,
  replayRow,
  SubscriptionRows,
} from './subscription-rows.js'
import { pushedStreams, readStreams } from './subscription-queries.js'
import type { Write } from './write.js'

/** Dead letters are kept, and can be replayed, for a month. */
const remembered = 30 * 86_400_000

export class SqlSubscriptionStore implements SubscriptionStore {
  readonly #db: Kysely<Schema>
  readonly #write: Write
  readonly #rows: SubscriptionRows

  constructor(db: Kysely<Schema>, write: Write, sealer: Sealer) {
    this.#db = db
    this.#write = write
    this.#rows = new SubscriptionRows(sealer)
  }

  async add(subscription: NewSubscriptionRecord): Promise<SubscriptionRecord> {
    const { id, workspace, instance, network, format, url, kinds, managedBy, secrets, createdAt, from } = subscription
    const row = {
      id,
      workspace,
      network,
      format,
      url: this.#rows.sealUrl(id, url),
      secrets: this.#rows.sealSecrets(id, secrets),
      kinds: kinds === null ? null : JSON.stringify(kinds),
      managed_by: managedBy,
      created_at: createdAt.getTime(),
    }
    const added = await this.#write('addSubscription', { instance, row, from })
    return this.#rows.read({ ...added, owner: instance })
  }

  async find(workspace: WorkspaceId, id: SubscriptionId): Promise<SubscriptionRecord | undefined> {
    const row = await this.#select().where('s.id', '=', id).where('s.workspace', '=', workspace).executeTakeFirst()
    return row && this.#rows.read(row)
  }

  async managed(instance: InstanceId, by: SubscriptionFormat): Promise<SubscriptionRecord | undefined> {
    const row = await this.#select().where('i.id', '=', instance).where('s.managed_by', '=', by).executeTakeFirst()
    return row && this.#rows.read(row)
  }

  async list(
    workspace: WorkspaceId,
    page: { after?: number; limit: number; network?: Network; instance?: InstanceId },
  ): Promise<Subscription[]> {
    const { after = 0, limit, network, instance } = page
    let query = this.#select().where('s.workspace', '=', workspace).where('s.number', '>', after)
    if (network !== undefined) query = query.where('s.network', '=', network)
    if (instance !== undefined) query = query.where('i.id', '=', instance)
    const rows = await query.orderBy('s.number').limit(limit).execute()
    return rows.map((row) => this.#rows.read(row).subscription)
  }

  async change(
    workspace: WorkspaceId,
    id: SubscriptionId,
    { url, kinds, secrets, state }: SubscriptionEdit,
  ): Promise<SubscriptionRecord | undefined> {
    const changes = {
      ...(url !== undefined && { url: this.#rows.sealUrl(id, url) }),
      ...(kinds !== undefined && { kinds: kinds && JSON.stringify(kinds) }),
      ...(secrets !== undefined && { secrets: this.#rows.sealSecrets(id, secrets) }),
      ...(state !== undefined && { state }),
    }
    if (Object.keys(changes).length > 0) await this.#write('changeSubscription', { workspace, id, changes })
    return this.find(workspace, id)
  }

  remove(workspace: WorkspaceId, id: SubscriptionId): Promise<boolean> {
    return this.#write('removeSubscription', { workspace, id })
  }

  streams(
    id: SubscriptionId,
    query: { after?: number; limit: number; states?: readonly StreamState[] },
  ): Promise<Stream[]> {
    return readStreams(this.#db, id, query)
  }

  async deadLetters(
    id: SubscriptionId,
    { after = 0, limit }: { after?: number; limit: number },
  ): Promise<DeadLetter[]> {
    const rows = await this.#db
      .selectFrom('dead_letters as d')
      .innerJoin('subscriptions as s', 's.number', 'd.subscription')
      .innerJoin('instances as i', 'i.serial', 'd.instance')
      .selectAll('d')
      .select('i.id as owner')
      .where('s.id', '=', id)
      .where('d.number', '>', after)
      .orderBy('d.number')
      .limit(limit)
      .execute()
    return rows.map(readDeadLetter)
  }

  async addReplay(
    subscription: SubscriptionId,
    { instance, from, to }: { instance: InstanceId; from: number; to: number },
    at: Date,
  ): Promise<void> {
    await this.#write('addReplay', { subscription, instance, from, to, at: at.getTime() })
  }

  replayDeadLetters(subscription: SubscriptionId, at: Date): Promise<number> {
    return this.#write('replayDeadLetters', { subscription, at: at.getTime() })
  }

  async all(): Promise<{ records: SubscriptionRecord[]; unreadable: SubscriptionId[] }> {
    const records: SubscriptionRecord[] = []
    const unreadable: SubscriptionId[] = []
    for (const row of await this.#select().orderBy('s.number').execute()) {
      try {
        records.push(this.#rows.read(row))
      } catch {
        unreadable.push(row.id)
      }
    }
    return { records, unreadable }
  }

  async record(id: SubscriptionId): Promise<SubscriptionRecord | undefined> {
    const row = await this.#select().where('s.id', '=', id).executeTakeFirst()
    return row && this.#rows.read(row)
  }

  async cursor(id: SubscriptionId, instance: InstanceId): Promise<Cursor> {
    const row = await this.#db
      .selectFrom('cursors as c')
      .innerJoin('subscriptions as s', 's.number', 'c.subscription')
      .innerJoin('instances as i', 'i.serial', 'c.instance')
      .select(cursorColumns)
      .where('s.id', '=', id)
      .where('i.id', '=', instance)
      .executeTakeFirst()
    return row ? readCursor(row) : startOfLog
  }

  async behind(id?: SubscriptionId): Promise<{ subscription: SubscriptionId; instance: InstanceId }[]> {
    const { rows } = await sql<{ subscription: SubscriptionId; instance: InstanceId }>`
      select subscription, instance from (${pushedStreams(id)}) as pushed where seq < last_seq`.execute(this.#db)
    return rows
  }

  async figures(failingBefore: Date): Promise<DeliveryFigures> {
    const { rows: states } = await sql<{ state: SubscriptionState; count: number; failing: number }>`
      select state, count(*) as count, sum(coalesce(failing_since < ${failingBefore.getTime()}, 0)) as failing
      from subscriptions group by state`.execute(this.#db)
    const { rows } = await sql<{ events: number }>`
      select coalesce(sum(last_seq - seq), 0) as events from (${pushedStreams()}) as pushed
      where seq < last_seq`.execute(this.#db)
    return {
      states: new Map(states.map(({ state, count }) => [state, count])),
      failing: states.reduce((sum, { failing }) => sum + failing, 0),
      waiting: rows[0]?.events ?? 0,
    }
  }

  async replays(id?: SubscriptionId): Promise<(Replay & { readonly subscription: SubscriptionId })[]> {
    const rows = await this.#db
      .selectFrom('replays as r')
      .innerJoin('subscriptions as s', 's.number', 'r.subscription')
      .innerJoin('instances as i', 'i.serial', 'r.instance')
      .selectAll('r')
      .select(['i.id as owner', 's.id as of'])
      .$if(id !== undefined, (replays) => replays.where('s.id', '=', id ?? ('' as SubscriptionId)))
      .orderBy('r.number')
      .execute()
    return rows.map(readReplay)
  }

  async recordProgress({ cursors, replays, health }: Progress): Promise<void> {
    const input = {
      cursors: cursors.map(cursorRow),
      replays: replays.map(replayRow),
      health: health.map(({ subscription, state, failingSince }) => ({
        subscription,
        state,
        failing_since: failingSince?.getTime() ?? null,
      })),
    }
    await this.#write('recordProgress', input, cursors.length + replays.length + health.length)
  }

  async park(letter: NewDeadLetter, passing: CursorMove | ReplayMove): Promise<void> {
    const { lastError, parkedAt, ...rest } = letter
    await this.#write('parkEvents', {
      letter: { ...rest, last_error: lastError, parked_at: parkedAt.getTime() },
      passing: 'replay' in passing ? { replay: replayRow(passing) } : { cursor: cursorRow(passing) },
      forgetBefore: parkedAt.getTime() - remembered,
    })
  }

  async neededFrom(instance: InstanceId): Promise<number | null> {
    const row = await this.#db.selectFrom('instances').select('serial').where('id', '=', instance).executeTakeFirst()
    return row ? neededFrom(this.#db, row.serial) : null
  }

  #select() {
    return this.#db
      .selectFrom('subscriptions as s')
      .leftJoin('instances as i', 'i.serial', 's.instance')
      .selectAll('s')
      .select('i.id as owner')
  }
}
