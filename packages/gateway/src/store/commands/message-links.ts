import { sql, type Insertable, type Kysely, type Selectable, type Updateable } from 'kysely'
import { GatewayError } from '../../core/errors/gateway-error.js'
import type { LinkCode, MessageLinkId, WorkspaceId } from '../../core/ids.js'
import { mostLinksPerNumber } from '../../core/message-links/message-link.js'
import { estimate, withVisitors } from '../../core/message-links/visitor-sketch.js'
import type { MessageLinksTable, Schema } from '../schema.js'
import type { WriteTransaction } from '../write.js'

export type MessageLinkRow = Omit<Selectable<MessageLinksTable>, 'logo' | 'text_key'> & {
  /** 0 or 1. */
  readonly has_logo: number
}
export type NewMessageLinkRow = Omit<
  Insertable<MessageLinksTable>,
  'number' | 'version' | 'updated_at' | 'scans' | 'conversations'
>

/** Everything of a link but its logo, which may be large. */
export const linkColumns = [
  'number',
  'id',
  'workspace',
  'network',
  'phone',
  'issuer',
  'code',
  'text',
  'image_type',
  'name',
  'tags',
  'enabled',
  'expires_at',
  'fallback',
  'reference',
  'mark',
  'style',
  'version',
  'created_at',
  'updated_at',
  'scans',
  'conversations',
  sql<number>`logo is not null`.as('has_logo'),
] as const

/** All or none. Undefined: a code or mark is taken. */
export async function addMessageLinks(
  { db }: WriteTransaction,
  rows: readonly NewMessageLinkRow[],
): Promise<MessageLinkRow[] | undefined> {
  const added: MessageLinkRow[] = []
  for (const row of rows) if (await isTaken(db, row)) return undefined
  for (const row of rows) {
    await requireRoom(db, row)
    const { value: number } = await db
      .updateTable('counters')
      .set((counter) => ({ value: counter('value', '+', 1) }))
      .where('name', '=', 'message-link')
      .returning('value')
      .executeTakeFirstOrThrow()
    const figures = { number, version: 1, updated_at: row.created_at, scans: 0, conversations: 0 }
    await db
      .insertInto('message_links')
      .values({ ...row, ...figures })
      .execute()
    const { logo, text_key: _, ...rest } = row
    added.push({ ...rest, ...figures, ...optional(row), has_logo: logo == null ? 0 : 1 })
  }
  return added
}

/** What an insert may leave out and a row has. */
function optional(row: NewMessageLinkRow): Pick<MessageLinkRow, 'name' | 'expires_at' | 'fallback'> {
  return { name: row.name ?? null, expires_at: row.expires_at ?? null, fallback: row.fallback ?? null }
}

async function isTaken(db: Kysely<Schema>, { code, workspace, network, phone, mark }: NewMessageLinkRow) {
  const taken = await db
    .selectFrom('message_links')
    .select('number')
    .where((where) =>
      where.or([
        where('code', '=', code),
        where.and([
          where('workspace', '=', workspace),
          where('network', '=', network),
          where('phone', '=', phone),
          where('mark', '=', mark),
        ]),
      ]),
    )
    .executeTakeFirst()
  return taken !== undefined
}

async function requireRoom(db: Kysely<Schema>, { workspace, network, phone }: NewMessageLinkRow): Promise<void> {
  const { links } = await db
    .selectFrom('message_links')
    .select((link) => link.fn.countAll<number | string>().as('links'))
    .where('workspace', '=', workspace)
    .where('network', '=', network)
    .where('phone', '=', phone)
    .executeTakeFirstOrThrow()
  if (Number(links) < mostLinksPerNumber) return
  throw new GatewayError('message-links-full', `A number has at most ${mostLinksPerNumber} message links.`, {
    field: 'phone',
    hint: 'Delete some that are not needed any more.',
  })
}

export interface ChangeMessageLink {
  readonly workspace: WorkspaceId
  readonly id: MessageLinkId
  readonly changes: Updateable<MessageLinksTable>
}

export async function changeMessageLink(
  { db }: WriteTransaction,
  { workspace, id, changes }: ChangeMessageLink,
): Promise<MessageLinkRow | undefined> {
  if (changes.code !== undefined) await requireFree(db, changes.code, id)
  return db
    .updateTable('message_links')
    .set((link) => ({ ...changes, version: link('version', '+', 1) }))
    .where('id', '=', id)
    .where('workspace', '=', workspace)
    .returning(linkColumns)
    .executeTakeFirst()
}

async function requireFree(db: Kysely<Schema>, code: LinkCode, id: MessageLinkId): Promise<void> {
  const taken = await db.selectFrom('message_links').select('id').where('code', '=', code).executeTakeFirst()
  if (taken !== undefined && taken.id !== id) throw new GatewayError('number-taken', 'This code is in use.')
}

export async function removeMessageLink(
  { db }: WriteTransaction,
  { workspace, id }: { workspace: WorkspaceId; id: MessageLinkId },
): Promise<boolean> {
  const { numDeletedRows } = await db
    .deleteFrom('message_links')
    .where('id', '=', id)
    .where('workspace', '=', workspace)
    .executeTakeFirst()
  return numDeletedRows > 0n
}

export interface RecordScans {
  readonly scans: readonly { readonly link: number; readonly hour: number; readonly count: number }[]
  readonly visitors: readonly { readonly link: number; readonly day: number; readonly digests: readonly number[] }[]
}

/** Links that are gone are passed over. */
export async function recordScans({ db }: WriteTransaction, { scans, visitors }: RecordScans): Promise<void> {
  for (const { link, hour, count } of scans) {
    const { numUpdatedRows } = await db
      .updateTable('message_links')
      .set((counted) => ({ scans: counted('scans', '+', count) }))
      .where('number', '=', link)
      .executeTakeFirst()
    if (numUpdatedRows === 0n) continue
    await db
      .insertInto('message_link_hours')
      .values({ link, hour, scans: count, conversations: 0 })
      .onConflict((conflict) =>
        conflict
          .columns(['link', 'hour'])
          .doUpdateSet((hours) => ({ scans: hours('message_link_hours.scans', '+', count) })),
      )
      .execute()
  }
  for (const each of visitors) await recordVisitors(db, each)
}

async function recordVisitors(db: Kysely<Schema>, { link, day, digests }: RecordScans['visitors'][number]) {
  const [found] = await db
    .selectFrom('message_links as l')
    .leftJoin('message_link_days as d', (join) => join.onRef('d.link', '=', 'l.number').on('d.day', '=', day))
    .select('d.sketch')
    .where('l.number', '=', link)
    .execute()
  if (found === undefined) return
  const sketch = withVisitors(found.sketch ?? undefined, digests)
  const visitors = estimate(sketch)
  await db
    .insertInto('message_link_days')
    .values({ link, day, visitors, sketch })
    .onConflict((conflict) => conflict.columns(['link', 'day']).doUpdateSet({ visitors, sketch }))
    .execute()
}

/** Forgets what would let anybody ask who was there on a day before. */
export async function saltOfDay(
  { db }: WriteTransaction,
  { day, salt }: { day: number; salt: Uint8Array },
): Promise<Uint8Array> {
  await db.deleteFrom('message_link_salts').where('day', '<', day).execute()
  await db
    .updateTable('message_link_days')
    .set({ sketch: null })
    .where('day', '<', day)
    .where('sketch', 'is not', null)
    .execute()
  await db
    .insertInto('message_link_salts')
    .values({ day, salt })
    .onConflict((conflict) => conflict.column('day').doNothing())
    .execute()
  const row = await db.selectFrom('message_link_salts').select('salt').where('day', '=', day).executeTakeFirstOrThrow()
  return row.salt
}

export async function putLinkSettings(
  { db }: WriteTransaction,
  { workspace, settings }: { workspace: WorkspaceId; settings: string },
): Promise<void> {
  await db.updateTable('workspaces').set({ link_settings: settings }).where('id', '=', workspace).execute()
}
