import { randomUUID } from 'node:crypto'
import type { Kysely } from 'kysely'
import type { ApiKey } from '../core/access/access.js'
import type { ApiKeyId, WorkspaceId } from '../core/ids.js'
import type { AccessStore, NewApiKey } from '../core/ports/store.js'
import { readApiKey } from './rows.js'
import type { Schema } from './schema.js'
import type { Write } from './write.js'

export class SqlAccessStore implements AccessStore {
  readonly #db: Kysely<Schema>
  readonly #write: Write

  constructor(db: Kysely<Schema>, write: Write) {
    this.#db = db
    this.#write = write
  }

  ensureWorkspace(name: string): Promise<WorkspaceId> {
    return this.#write('ensureWorkspace', { id: randomUUID() as string as WorkspaceId, name })
  }

  async addKey(key: NewApiKey): Promise<ApiKey> {
    const row = {
      id: key.id,
      workspace: key.workspace,
      name: key.name,
      scopes: JSON.stringify(key.scopes),
      network: key.network,
      hash: key.hash,
      created_at: key.createdAt.getTime(),
      revoked_at: null,
    }
    await this.#write('addKey', row)
    return readApiKey(row)
  }

  async keyByHash(hash: Uint8Array): Promise<ApiKey | undefined> {
    const row = await this.#db.selectFrom('api_keys').selectAll().where('hash', '=', hash).executeTakeFirst()
    return row && readApiKey(row)
  }

  async listKeys(workspace: WorkspaceId): Promise<ApiKey[]> {
    const rows = await this.#db
      .selectFrom('api_keys')
      .selectAll()
      .where('workspace', '=', workspace)
      .orderBy('created_at')
      .orderBy('id')
      .execute()
    return rows.map(readApiKey)
  }

  revokeKey(workspace: WorkspaceId, id: ApiKeyId, at: Date): Promise<boolean> {
    return this.#write('revokeKey', { workspace, id, at: at.getTime() })
  }
}
