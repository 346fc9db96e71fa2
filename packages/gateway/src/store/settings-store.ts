import type { Kysely } from 'kysely'
import type { InstanceId } from '../core/ids.js'
import type { SettingsStore } from '../core/ports/store.js'
import type { Schema } from './schema.js'
import type { Sealer, SealPlace } from './seal.js'
import type { Write } from './write.js'

export class SqlSettingsStore implements SettingsStore {
  readonly #db: Kysely<Schema>
  readonly #write: Write
  readonly #sealer: Sealer

  constructor(db: Kysely<Schema>, write: Write, sealer: Sealer) {
    this.#db = db
    this.#write = write
    this.#sealer = sealer
  }

  async read(instance: InstanceId, dialect: string): Promise<unknown> {
    const row = await this.#db
      .selectFrom('settings')
      .innerJoin('instances', 'instances.serial', 'settings.instance')
      .select('settings.bytes')
      .where('instances.id', '=', instance)
      .where('settings.dialect', '=', dialect)
      .executeTakeFirst()
    if (!row) return undefined
    return JSON.parse(Buffer.from(this.#sealer.open(row.bytes, place(instance, dialect))).toString()) as unknown
  }

  async write(instance: InstanceId, dialect: string, settings: object): Promise<void> {
    const bytes = this.#sealer.seal(Buffer.from(JSON.stringify(settings)), place(instance, dialect))
    await this.#write('putSettings', { instance, dialect, bytes })
  }
}

function place(instance: InstanceId, dialect: string): SealPlace {
  return { instance, generation: 0, kind: 'settings', id: dialect }
}
