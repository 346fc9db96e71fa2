import type { Kysely, Selectable } from 'kysely'
import type { ErrorCode } from '../core/errors/gateway-error.js'
import type { MediaUsage } from '../core/gateway.js'
import type { InstanceId, WorkspaceId } from '../core/ids.js'
import type { MediaLimits } from '../core/media/media-retention.js'
import type {
  ExpiringWorkspaces,
  MediaExpiry,
  MediaState,
  MediaStore,
  NewMedia,
  StoredMedia,
} from '../core/ports/media-store.js'
import type { MediaTable, Schema } from './schema.js'
import { digestOf, keyOf, type MediaSealer } from './sealed-media.js'
import type { Write } from './write.js'

/** Rows changed in one transaction: a few milliseconds for whoever writes at the same time. */
const batchRows = 200

const columns = ['digest', 'media.state', 'failure', 'size', 'sha256', 'media.state_at', 'media.bytes'] as const
type MediaRow = Pick<
  Selectable<MediaTable>,
  'digest' | 'state' | 'failure' | 'size' | 'sha256' | 'state_at' | 'bytes'
> & { readonly owner: InstanceId }

export class SqlMediaStore implements MediaStore {
  readonly #db: Kysely<Schema>
  readonly #write: Write
  readonly #sealer: MediaSealer

  constructor(db: Kysely<Schema>, write: Write, sealer: MediaSealer) {
    this.#db = db
    this.#write = write
    this.#sealer = sealer
  }

  async add({ key, instance, facts, at }: NewMedia): Promise<void> {
    await this.#write('addMedia', { instance, at: at.getTime(), ...this.#sealer.seal(instance, key, facts) })
  }

  async settle(key: string, { size, sha256, at }: { size: number; sha256: string; at: Date }): Promise<void> {
    const to = { state: 'here', size, sha256: digestOf(sha256), failure: null } as const
    await this.#write('moveMedia', { digest: digestOf(key), to, at: at.getTime() })
  }

  async giveUp(key: string, failure: ErrorCode, at: Date): Promise<void> {
    await this.#write('moveMedia', { digest: digestOf(key), to: { state: 'given-up', failure }, at: at.getTime() })
  }

  async find(key: string): Promise<StoredMedia | undefined> {
    const row = await this.#media().where('digest', '=', digestOf(key)).executeTakeFirst()
    return row && this.#read(row)
  }

  async absent(instance: InstanceId, limit: number): Promise<StoredMedia[]> {
    const rows = await this.#media()
      .where('instances.id', '=', instance)
      .where('media.state', '=', 'absent')
      .orderBy('at', 'desc')
      .limit(limit)
      .execute()
    return rows.flatMap((row) => this.#read(row) ?? [])
  }

  async expire(
    { receivedBefore, uploadedBefore, unsettledBefore }: MediaExpiry,
    whose: ExpiringWorkspaces,
  ): Promise<boolean> {
    const doomed = await this.#write(
      'doomMedia',
      {
        receivedBefore: receivedBefore.getTime(),
        uploadedBefore: uploadedBefore.getTime(),
        unsettledBefore: unsettledBefore.getTime(),
        whose,
        rows: batchRows,
      },
      batchRows,
    )
    return doomed < batchRows
  }

  async limits(): Promise<ReadonlyMap<WorkspaceId, MediaLimits>> {
    const rows = await this.#db
      .selectFrom('workspaces')
      .select(['id', 'media_limits'])
      .where('media_limits', 'is not', null)
      .$narrowType<{ media_limits: string }>()
      .execute()
    return new Map(rows.map(({ id, media_limits }) => [id, JSON.parse(media_limits) as MediaLimits]))
  }

  async setLimits(workspace: WorkspaceId, limits: MediaLimits): Promise<void> {
    await this.#write('putMediaLimits', { workspace, limits: JSON.stringify(limits) })
  }

  async usage(instance: InstanceId): Promise<MediaUsage> {
    const { files, bytes } = await this.#db
      .selectFrom('media')
      .innerJoin('instances', 'instances.serial', 'media.instance')
      .select((media) => [media.fn.countAll<number>().as('files'), media.fn.sum<number | null>('size').as('bytes')])
      .where('instances.id', '=', instance)
      .where('media.state', '=', 'here')
      .executeTakeFirstOrThrow()
    return { files, bytes: bytes ?? 0 }
  }

  async doomHere(instance: InstanceId): Promise<void> {
    let doomed = batchRows
    while (doomed === batchRows) doomed = await this.#write('doomMediaHere', { instance, rows: batchRows }, batchRows)
  }

  async doomed(limit: number): Promise<string[]> {
    const rows = await this.#db
      .selectFrom('media')
      .select('digest')
      .where('state', '=', 'doomed')
      .limit(limit)
      .execute()
    return rows.map(({ digest }) => keyOf(digest))
  }

  async forget(keys: readonly string[]): Promise<void> {
    await this.#write('forgetMedia', keys.map(digestOf), keys.length)
  }

  #media() {
    return this.#db
      .selectFrom('media')
      .innerJoin('instances', 'instances.serial', 'media.instance')
      .select(['instances.id as owner', ...columns])
  }

  #read(row: MediaRow): StoredMedia | undefined {
    const state = readState(row)
    if (state === undefined) return undefined
    const key = keyOf(row.digest)
    return { key, instance: row.owner, facts: this.#sealer.open(row.owner, key, row.bytes), state }
  }
}

/** Undefined for one that nobody sees. */
function readState({ state, size, sha256, failure, state_at }: MediaRow): MediaState | undefined {
  switch (state) {
    case 'here':
      return size === null || sha256 === null ? undefined : { kind: 'here', size, sha256: keyOf(sha256) }
    case 'absent':
      return { kind: 'absent' }
    case 'given-up':
      return { kind: 'given-up', failure: failure ?? 'media-unavailable', at: new Date(state_at) }
    case 'coming':
    case 'doomed':
      return undefined
  }
}
