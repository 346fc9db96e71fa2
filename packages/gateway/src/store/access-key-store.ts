import type { Kysely, Selectable } from 'kysely'
import type { AccessKey } from '../core/access/access-key.js'
import type { AccessKeyId, WorkspaceId } from '../core/ids.js'
import type { AccessKeyStore, NewAccessKey } from '../core/ports/access-key-store.js'
import type { AccessKeysTable, Schema } from './schema.js'
import type { Sealer, SealPlace } from './seal.js'
import type { Write } from './write.js'

/** Where the secret is that is opened when there is none: no key has this id. */
const nowhere = secretPlace('')

export class SqlAccessKeyStore implements AccessKeyStore {
  readonly #db: Kysely<Schema>
  readonly #write: Write
  readonly #sealer: Sealer
  readonly #nothing: Uint8Array

  constructor(db: Kysely<Schema>, write: Write, sealer: Sealer) {
    this.#db = db
    this.#write = write
    this.#sealer = sealer
    this.#nothing = sealer.seal(Buffer.alloc(64), nowhere)
  }

  async add(key: NewAccessKey): Promise<AccessKey> {
    const row = {
      id: key.id,
      workspace: key.workspace,
      name: key.name,
      access_key_id: key.accessKeyId,
      permissions: JSON.stringify(key.permissions),
      network: key.network,
      secret: this.#sealer.seal(Buffer.from(key.secret), secretPlace(key.id)),
      created_at: key.createdAt.getTime(),
      revoked_at: null,
    }
    await this.#write('addAccessKey', row)
    return readAccessKey(row)
  }

  async find(accessKeyId: string): Promise<{ key: AccessKey; secret: string | null } | undefined> {
    const row = await this.#db
      .selectFrom('access_keys')
      .selectAll()
      .where('access_key_id', '=', accessKeyId)
      .executeTakeFirst()
    if (row?.secret) {
      const secret = Buffer.from(this.#sealer.open(row.secret, secretPlace(row.id))).toString()
      return { key: readAccessKey(row), secret }
    }
    // So that how long it took does not tell whether there is such a key.
    this.#sealer.open(this.#nothing, nowhere)
    return row && { key: readAccessKey(row), secret: null }
  }

  async list(workspace: WorkspaceId): Promise<AccessKey[]> {
    const rows = await this.#db
      .selectFrom('access_keys')
      .selectAll()
      .where('workspace', '=', workspace)
      .orderBy('created_at')
      .orderBy('id')
      .execute()
    return rows.map(readAccessKey)
  }

  revoke(workspace: WorkspaceId, id: AccessKeyId, at: Date): Promise<boolean> {
    return this.#write('revokeAccessKey', { workspace, id, at: at.getTime() })
  }

  useNonce(id: AccessKeyId, nonce: Uint8Array, at: Date): Promise<boolean> {
    return this.#write('useNonce', { access_key: id, nonce, at: at.getTime() })
  }
}

function readAccessKey(row: Selectable<AccessKeysTable>): AccessKey {
  return {
    id: row.id,
    workspace: row.workspace,
    name: row.name,
    accessKeyId: row.access_key_id,
    permissions: JSON.parse(row.permissions) as string[],
    network: row.network,
    createdAt: new Date(row.created_at),
    revokedAt: row.revoked_at === null ? null : new Date(row.revoked_at),
  }
}

/** The secret of one key never opens as that of another. */
function secretPlace(id: AccessKeyId | ''): SealPlace {
  return { instance: '', generation: 0, kind: 'access key', id }
}
