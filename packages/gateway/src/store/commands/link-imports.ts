import type { Insertable, Selectable } from 'kysely'
import { GatewayError } from '../../core/errors/gateway-error.js'
import type { LinkImportId } from '../../core/ids.js'
import type { LinkImportFailure } from '../../core/message-links/link-import.js'
import type { MessageLinkImportsTable } from '../schema.js'
import type { WriteTransaction } from '../write.js'
import { addMessageLinks, type NewMessageLinkRow } from './message-links.js'

/** How many may be under way in a workspace, and how many that are done are remembered. */
const most = { running: 5, kept: 50 }

export type LinkImportRowOf = Selectable<MessageLinkImportsTable>

export async function addLinkImport({ db }: WriteTransaction, row: Insertable<MessageLinkImportsTable>): Promise<void> {
  const { running } = await db
    .selectFrom('message_link_imports')
    .select((jobs) => jobs.fn.countAll<number | string>().as('running'))
    .where('workspace', '=', row.workspace)
    .where('state', '=', 'running')
    .executeTakeFirstOrThrow()
  if (Number(running) >= most.running) {
    throw new GatewayError('rate-limited', `At most ${most.running} imports are under way at once.`, {
      hint: 'Wait until one is done.',
    })
  }
  const done = await db
    .selectFrom('message_link_imports')
    .select('id')
    .where('workspace', '=', row.workspace)
    .where('state', '=', 'done')
    .orderBy('created_at', 'desc')
    .execute()
  for (const { id } of done.slice(most.kept)) {
    await db.deleteFrom('message_link_imports').where('id', '=', id).execute()
  }
  await db.insertInto('message_link_imports').values(row).execute()
}

export interface AdvanceLinkImport {
  readonly id: LinkImportId
  readonly links: readonly NewMessageLinkRow[]
  readonly failures: readonly LinkImportFailure[]
  readonly rows: number
}

/** Undefined: a code or mark is taken, and nothing has changed. */
export async function advanceLinkImport(
  tx: WriteTransaction,
  { id, links, failures, rows }: AdvanceLinkImport,
): Promise<LinkImportRowOf | undefined> {
  const job = await tx.db.selectFrom('message_link_imports').selectAll().where('id', '=', id).executeTakeFirstOrThrow()
  if ((await addMessageLinks(tx, links)) === undefined) return undefined
  const left = (JSON.parse(job.rows) as unknown[]).slice(rows)
  const changes = {
    state: left.length === 0 ? ('done' as const) : ('running' as const),
    made: job.made + links.length,
    failures: JSON.stringify([...(JSON.parse(job.failures) as LinkImportFailure[]), ...failures]),
    rows: JSON.stringify(left),
  }
  await tx.db.updateTable('message_link_imports').set(changes).where('id', '=', id).execute()
  return { ...job, ...changes }
}
