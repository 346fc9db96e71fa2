import type { Kysely, Selectable } from 'kysely'
import { GatewayError, type ErrorCode } from '../../core/errors/gateway-error.js'
import type { InstanceId, WorkspaceId } from '../../core/ids.js'
import type { ExpiringWorkspaces } from '../../core/ports/media-store.js'
import type { MediaTable, Schema } from '../schema.js'
import type { WriteTransaction } from '../write.js'

/** A file as its id and what is sealed of it. */
export type SealedMedia = Pick<Selectable<MediaTable>, 'digest' | 'bytes'>

/** The files that an event tells of. One that is passed on is known already, and stays as it is. */
export async function noteReceived(
  db: Kysely<Schema>,
  serial: number,
  files: readonly SealedMedia[],
  at: number,
): Promise<void> {
  if (files.length === 0) return
  const row = {
    instance: serial,
    origin: 'received',
    state: 'absent',
    failure: null,
    size: null,
    sha256: null,
  } as const
  await db
    .insertInto('media')
    .values(files.map((file) => ({ ...row, ...file, at, state_at: at })))
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

export interface AddMedia extends SealedMedia {
  readonly instance: InstanceId
  readonly at: number
}

export async function addMedia({ db }: WriteTransaction, { instance, digest, bytes, at }: AddMedia): Promise<void> {
  const owner = await db.selectFrom('instances').select('serial').where('id', '=', instance).executeTakeFirst()
  if (owner === undefined) throw new GatewayError('instance-not-found', 'There is no such instance')
  const row = { origin: 'uploaded', state: 'coming', failure: null, size: null, sha256: null } as const
  await db
    .insertInto('media')
    .values({ ...row, instance: owner.serial, digest, bytes, at, state_at: at })
    .execute()
}

export interface MoveMedia {
  readonly digest: Uint8Array
  readonly to:
    | { readonly state: 'here'; readonly size: number; readonly sha256: Uint8Array; readonly failure: null }
    | { readonly state: 'given-up'; readonly failure: ErrorCode }
  readonly at: number
}

/** What is doomed stays so. */
export async function moveMedia({ db }: WriteTransaction, { digest, to, at }: MoveMedia): Promise<void> {
  await db
    .updateTable('media')
    .set({ ...to, state_at: at })
    .where('digest', '=', digest)
    .where('state', '!=', 'doomed')
    .execute()
}

export interface DoomMedia {
  /** Milliseconds since 1970. */
  readonly receivedBefore: number
  readonly uploadedBefore: number
  readonly unsettledBefore: number
  readonly whose: ExpiringWorkspaces
  /** How many at once. */
  readonly rows: number
}

/** Resolves with how many there were; fewer than `rows` when nothing is left. */
export async function doomMedia({ db }: WriteTransaction, { rows, whose, ...limits }: DoomMedia): Promise<number> {
  const owners = db
    .selectFrom('instances')
    .select('serial')
    .where((owner) =>
      'only' in whose
        ? owner('workspace', '=', whose.only)
        : owner.and(whose.allBut.map((workspace) => owner('workspace', '!=', workspace))),
    )
  const old = db.selectFrom('media').select('digest').where('instance', 'in', owners).limit(rows)
  const older = (origin: MediaTable['origin'], before: number) =>
    old.where('origin', '=', origin).where('at', '<', before).where('state', '!=', 'doomed').execute()
  const found = await Promise.all([
    older('received', limits.receivedBefore),
    older('uploaded', limits.uploadedBefore),
    old.where('state', '=', 'coming').where('at', '<', limits.unsettledBefore).execute(),
  ])
  const digests = found.flat().map(({ digest }) => digest)
  if (digests.length > 0) await doom(db, digests)
  return Math.max(...found.map((some) => some.length))
}

export async function putMediaLimits(
  { db }: WriteTransaction,
  { workspace, limits }: { readonly workspace: WorkspaceId; readonly limits: string },
): Promise<void> {
  await db.updateTable('workspaces').set({ media_limits: limits }).where('id', '=', workspace).execute()
}

/** Some of those of a removed instance. False when nothing is left to doom. */
export async function doomMediaOf(db: Kysely<Schema>, serial: number, rows: number): Promise<boolean> {
  const left = await db
    .selectFrom('media')
    .select('digest')
    .where('instance', '=', serial)
    .where('state', '!=', 'doomed')
    .limit(rows)
    .execute()
  if (left.length === 0) return false
  await doom(
    db,
    left.map(({ digest }) => digest),
  )
  return true
}

/** Some of those of an instance whose bytes are here. Resolves with how many there were. */
export async function doomMediaHere(
  { db }: WriteTransaction,
  { instance, rows }: { readonly instance: InstanceId; readonly rows: number },
): Promise<number> {
  const here = await db
    .selectFrom('media')
    .select('digest')
    .where('instance', '=', (owner) => owner.selectFrom('instances').select('serial').where('id', '=', instance))
    .where('state', '=', 'here')
    .limit(rows)
    .execute()
  const digests = here.map(({ digest }) => digest)
  if (digests.length > 0) await doom(db, digests)
  return digests.length
}

async function doom(db: Kysely<Schema>, digests: readonly Uint8Array[]): Promise<void> {
  await db.updateTable('media').set({ state: 'doomed' }).where('digest', 'in', digests).execute()
}

export async function forgetMedia({ db }: WriteTransaction, digests: readonly Uint8Array[]): Promise<void> {
  if (digests.length === 0) return
  await db.deleteFrom('media').where('state', '=', 'doomed').where('digest', 'in', digests).execute()
}
