import type { Kysely, Selectable } from 'kysely'
import type { InstanceId, LinkPageId, WorkspaceId } from '../core/ids.js'
import type { LinkPage, LinkPageBrand } from '../core/link-pages/link-page.js'
import type { LinkPageStore, NewLinkPage } from '../core/ports/store.js'
import type { LinkPagesTable, Schema } from './schema.js'
import type { Write } from './write.js'

/** An instance may have so many pages that can still be used. */
const mostOpen = 100
const mostListed = 200
/** Expired pages are listed for a month. */
const remembered = 30 * 86_400_000

export class SqlLinkPageStore implements LinkPageStore {
  readonly #db: Kysely<Schema>
  readonly #write: Write

  constructor(db: Kysely<Schema>, write: Write) {
    this.#db = db
    this.#write = write
  }

  async add(page: NewLinkPage): Promise<LinkPage> {
    const created_at = page.createdAt.getTime()
    const row = {
      id: page.id,
      token_hash: page.tokenHash,
      created_at,
      expires_at: page.expiresAt.getTime(),
      return_url: page.returnUrl,
      brand: page.brand === null ? null : JSON.stringify(page.brand),
      locale: page.locale,
    }
    const limits = { forgetBefore: created_at - remembered, most: mostOpen }
    await this.#write('addLinkPage', { instance: page.instance, row, ...limits })
    return readLinkPage(page.instance, { ...row, used_at: null, used_by: null, revoked_at: null })
  }

  async byToken(hash: Uint8Array): Promise<{ page: LinkPage; workspace: WorkspaceId } | undefined> {
    const row = await this.#db
      .selectFrom('link_pages')
      .innerJoin('instances', 'instances.serial', 'link_pages.instance')
      .selectAll('link_pages')
      .select(['instances.id as owner', 'instances.workspace'])
      .where('link_pages.token_hash', '=', hash)
      .executeTakeFirst()
    return row && { page: readLinkPage(row.owner, row), workspace: row.workspace }
  }

  async list(instance: InstanceId): Promise<LinkPage[]> {
    const rows = await this.#db
      .selectFrom('link_pages')
      .innerJoin('instances', 'instances.serial', 'link_pages.instance')
      .selectAll('link_pages')
      .where('instances.id', '=', instance)
      .orderBy('link_pages.created_at', 'desc')
      .orderBy('link_pages.id')
      .limit(mostListed)
      .execute()
    return rows.map((row) => readLinkPage(instance, row))
  }

  revoke(instance: InstanceId, id: LinkPageId, at: Date): Promise<boolean> {
    return this.#write('revokeLinkPage', { instance, id, at: at.getTime() })
  }

  async returnOrigins(workspace: WorkspaceId): Promise<string[]> {
    const row = await this.#db
      .selectFrom('workspaces')
      .select('return_origins')
      .where('id', '=', workspace)
      .executeTakeFirst()
    return row ? (JSON.parse(row.return_origins) as string[]) : []
  }

  async setReturnOrigins(workspace: WorkspaceId, origins: readonly string[]): Promise<void> {
    await this.#write('putReturnOrigins', { workspace, origins })
  }
}

function readLinkPage(
  instance: InstanceId,
  row: Omit<Selectable<LinkPagesTable>, 'instance' | 'token_hash'>,
): LinkPage {
  return {
    id: row.id,
    instance,
    createdAt: new Date(row.created_at),
    expiresAt: new Date(row.expires_at),
    usedAt: row.used_at === null ? null : new Date(row.used_at),
    usedBy: row.used_by,
    revokedAt: row.revoked_at === null ? null : new Date(row.revoked_at),
    returnUrl: row.return_url,
    brand: row.brand === null ? null : (JSON.parse(row.brand) as LinkPageBrand),
    locale: row.locale,
  }
}
