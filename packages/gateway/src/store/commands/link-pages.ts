import type { Selectable } from 'kysely'
import { GatewayError } from '../../core/errors/gateway-error.js'
import type { AttemptId, InstanceId, LinkPageId, WorkspaceId } from '../../core/ids.js'
import type { LinkPagesTable } from '../schema.js'
import type { WriteTransaction } from '../write.js'
import type { StepEvent } from './step.js'

export interface AddLinkPage {
  readonly instance: InstanceId
  readonly row: Omit<Selectable<LinkPagesTable>, 'instance' | 'used_at' | 'used_by' | 'revoked_at'>
  /** Pages of the instance that expired before this are of no interest to anybody any more. */
  readonly forgetBefore: number
  /** How many that can still be used an instance may have. */
  readonly most: number
}

export async function addLinkPage({ db }: WriteTransaction, page: AddLinkPage): Promise<void> {
  const owner = await db.selectFrom('instances').select('serial').where('id', '=', page.instance).executeTakeFirst()
  if (!owner) throw new GatewayError('instance-not-found', 'There is no such instance.')
  await db
    .deleteFrom('link_pages')
    .where('instance', '=', owner.serial)
    .where('expires_at', '<', page.forgetBefore)
    .execute()
  const { open } = await db
    .selectFrom('link_pages')
    .select((pages) => pages.fn.countAll<number | string>().as('open'))
    .where('instance', '=', owner.serial)
    .where('expires_at', '>', page.row.created_at)
    .where('used_at', 'is', null)
    .where('revoked_at', 'is', null)
    .executeTakeFirstOrThrow()
  if (Number(open) >= page.most) {
    throw new GatewayError('rate-limited', `An instance has at most ${page.most} link pages that can be used.`, {
      hint: 'Revoke one, or let them expire.',
    })
  }
  await db
    .insertInto('link_pages')
    .values({ ...page.row, instance: owner.serial, used_at: null, used_by: null, revoked_at: null })
    .execute()
}

export interface RevokeLinkPage {
  readonly instance: InstanceId
  readonly id: LinkPageId
  readonly at: number
}

/** False when the instance has no such page. One that was revoked before keeps its time. */
export async function revokeLinkPage({ db }: WriteTransaction, page: RevokeLinkPage): Promise<boolean> {
  const found = await db
    .selectFrom('link_pages')
    .innerJoin('instances', 'instances.serial', 'link_pages.instance')
    .select('link_pages.id')
    .where('link_pages.id', '=', page.id)
    .where('instances.id', '=', page.instance)
    .executeTakeFirst()
  if (!found) return false
  await db
    .updateTable('link_pages')
    .set({ revoked_at: page.at })
    .where('id', '=', page.id)
    .where('revoked_at', 'is', null)
    .execute()
  return true
}

/** In the transaction in which an instance becomes linked: from then on nobody links it with a page made before. */
export async function useUpLinkPages(
  { db }: WriteTransaction,
  serial: number,
  events: readonly StepEvent[],
  at: number,
): Promise<void> {
  const steps = events.filter(({ kind }) => kind === 'link.step')
  const linked = steps.map(({ data }) => JSON.parse(data) as LinkStepData).find(({ step }) => step === 'linked')
  if (linked === undefined) return
  await db
    .updateTable('link_pages')
    .set({ used_at: at, used_by: linked.attempt })
    .where('instance', '=', serial)
    .where('used_at', 'is', null)
    .execute()
}

interface LinkStepData {
  readonly attempt: AttemptId
  readonly step: string
}

export async function putReturnOrigins(
  { db }: WriteTransaction,
  { workspace, origins }: { workspace: WorkspaceId; origins: readonly string[] },
): Promise<void> {
  await db
    .updateTable('workspaces')
    .set({ return_origins: JSON.stringify(origins) })
    .where('id', '=', workspace)
    .execute()
}
