import { sql, type Kysely } from 'kysely'
import type { LinkCode, LinkImportId, MessageLinkId, PhoneNumber, WorkspaceId } from '../core/ids.js'
import type { Network } from '../core/instances/instance.js'
import type { LinkImport } from '../core/message-links/link-import.js'
import type { MessageLinkRecord } from '../core/message-links/message-link.js'
import type {
  LinkCount,
  MessageLinkSettings,
  MetaNumber,
  NewMetaNumber,
  StatisticsSpan,
} from '../core/message-links/message-links.js'
import type {
  LinkImportStep,
  MessageLinkStore,
  NewLinkImport,
  NewMessageLinkRecord,
  OpenLinkImport,
  ScanBatch,
  StoredLinkChanges,
  StoredLinkQuery,
} from '../core/ports/message-link-store.js'
import { linkColumns } from './commands/message-links.js'
import { changedLinkColumns, newLinkRow, readImport, readImportRows, readLink } from './message-link-rows.js'
import type { Schema } from './schema.js'
import type { Sealer, SealPlace } from './seal.js'
import type { Write } from './write.js'

const day = 86_400_000
const hour = 3_600_000

export class SqlMessageLinkStore implements MessageLinkStore {
  readonly #db: Kysely<Schema>
  readonly #write: Write
  readonly #sealer: Sealer

  constructor(db: Kysely<Schema>, write: Write, sealer: Sealer) {
    this.#db = db
    this.#write = write
    this.#sealer = sealer
  }

  async add(links: readonly NewMessageLinkRecord[]): Promise<MessageLinkRecord[] | undefined> {
    const added = await this.#write('addMessageLinks', links.map(newLinkRow), links.length)
    return added?.map(readLink)
  }

  async find(workspace: WorkspaceId, id: MessageLinkId): Promise<MessageLinkRecord | undefined> {
    const row = await this.#select().where('id', '=', id).where('workspace', '=', workspace).executeTakeFirst()
    return row && readLink(row)
  }

  async byCode(code: LinkCode): Promise<MessageLinkRecord | undefined> {
    const row = await this.#select().where('code', '=', code).executeTakeFirst()
    return row && readLink(row)
  }

  async list(workspace: WorkspaceId, query: StoredLinkQuery): Promise<MessageLinkRecord[]> {
    const { network, phones, code, tag, enabled, search, after, before, limit } = query
    if (phones?.length === 0) return []
    const rows = await this.#select()
      .where('workspace', '=', workspace)
      .$if(network !== undefined, (links) => links.where('network', '=', network ?? 'whatsapp'))
      .$if(phones !== undefined, (links) => links.where('phone', 'in', phones ?? []))
      .$if(code !== undefined, (links) => links.where(sql<boolean>`code = ${code}`))
      .$if(tag !== undefined, (links) =>
        links.where(sql<boolean>`exists (select 1 from json_each(tags) as each where each.value = ${tag})`),
      )
      .$if(enabled !== undefined, (links) => links.where('enabled', '=', enabled === true ? 1 : 0))
      .$if(search !== undefined, (links) =>
        links.where(sql<boolean>`instr(lower(coalesce(name, '') || char(10) || text), lower(${search})) > 0`),
      )
      .$if(after !== undefined, (links) => links.where('number', '<', after ?? 0))
      .$if(before !== undefined, (links) => links.where('number', '>', before ?? 0))
      .orderBy('number', before === undefined ? 'desc' : 'asc')
      .limit(limit)
      .execute()
    const links = rows.map(readLink)
    return before === undefined ? links : links.reverse()
  }

  async change(
    workspace: WorkspaceId,
    id: MessageLinkId,
    changes: StoredLinkChanges,
  ): Promise<MessageLinkRecord | undefined> {
    const row = await this.#write('changeMessageLink', { workspace, id, changes: changedLinkColumns(changes) })
    return row && readLink(row)
  }

  remove(workspace: WorkspaceId, id: MessageLinkId): Promise<boolean> {
    return this.#write('removeMessageLink', { workspace, id })
  }

  async logo(id: MessageLinkId): Promise<Uint8Array | undefined> {
    const row = await this.#db.selectFrom('message_links').select('logo').where('id', '=', id).executeTakeFirst()
    return row?.logo ?? undefined
  }

  async recordScans({ scans, visitors }: ScanBatch): Promise<void> {
    await this.#write(
      'recordScans',
      {
        scans: scans.map((scan) => ({ ...scan, hour: scan.hour.getTime() })),
        visitors: visitors.map((each) => ({ ...each, day: each.day.getTime() })),
      },
      2 * scans.length + visitors.length,
    )
  }

  async counts(id: MessageLinkId, { from, to, by }: StatisticsSpan): Promise<LinkCount[]> {
    const span = by === 'day' ? day : hour
    const { rows } = await sql<{ at: number; scans: number; conversations: number; visitors: number | null }>`
      select h.hour - h.hour % ${span} as at, sum(h.scans) as scans, sum(h.conversations) as conversations, d.visitors
      from message_links as l
      join message_link_hours as h on h.link = l.number
      left join message_link_days as d on d.link = l.number and d.day = h.hour - h.hour % ${day}
      where l.id = ${id} and h.hour >= ${from.getTime()} and h.hour < ${to.getTime()}
      group by 1
      order by 1`.execute(this.#db)
    return rows.map(({ at, scans, conversations, visitors }) => ({
      at: new Date(at),
      scans,
      conversations,
      visitors: by === 'day' ? (visitors ?? 0) : null,
    }))
  }

  async saltOf(at: Date, fresh: Uint8Array): Promise<Uint8Array> {
    const place = saltPlace(at)
    const salt = await this.#write('saltOfDay', { day: at.getTime(), salt: this.#sealer.seal(fresh, place) })
    return this.#sealer.open(salt, place)
  }

  async settings(workspace: WorkspaceId): Promise<Partial<MessageLinkSettings>> {
    const row = await this.#db
      .selectFrom('workspaces')
      .select('link_settings')
      .where('id', '=', workspace)
      .executeTakeFirst()
    return row ? (JSON.parse(row.link_settings) as Partial<MessageLinkSettings>) : {}
  }

  async setSettings(workspace: WorkspaceId, settings: MessageLinkSettings): Promise<void> {
    await this.#write('putLinkSettings', { workspace, settings: JSON.stringify(settings) })
  }

  async addImport({ id, workspace, network, rows, createdAt }: NewLinkImport): Promise<LinkImport> {
    const row = {
      id,
      workspace,
      network,
      state: rows.length === 0 ? ('done' as const) : ('running' as const),
      total: rows.length,
      made: 0,
      failures: '[]',
      rows: JSON.stringify(rows),
      created_at: createdAt.getTime(),
    }
    await this.#write('addLinkImport', row)
    return readImport(row)
  }

  async findImport(workspace: WorkspaceId, id: LinkImportId, network: Network | null): Promise<LinkImport | undefined> {
    const row = await this.#db
      .selectFrom('message_link_imports')
      .select(['id', 'workspace', 'network', 'state', 'total', 'made', 'failures', 'created_at'])
      .where('id', '=', id)
      .where('workspace', '=', workspace)
      .$if(network !== null, (jobs) => jobs.where('network', '=', network ?? 'whatsapp'))
      .executeTakeFirst()
    return row && readImport(row)
  }

  async openImports(): Promise<OpenLinkImport[]> {
    const jobs = await this.#db
      .selectFrom('message_link_imports')
      .selectAll()
      .where('state', '=', 'running')
      .orderBy('created_at')
      .execute()
    return jobs.map((job) => {
      const { workspace, network, rows } = job
      return { job: readImport(job), workspace, network, rows: readImportRows(rows) }
    })
  }

  async advanceImport(id: LinkImportId, { links, failures, rows }: LinkImportStep): Promise<LinkImport | undefined> {
    const step = { id, links: links.map(newLinkRow), failures, rows }
    const job = await this.#write('advanceLinkImport', step, links.length + 1)
    return job && readImport(job)
  }

  async putNumber(workspace: WorkspaceId, number: NewMetaNumber & { attachedAt: Date }): Promise<MetaNumber> {
    const { phone, phoneNumberId, token, attachedAt } = number
    await this.#write('putMetaNumber', {
      workspace,
      phone,
      phone_number_id: phoneNumberId,
      token: this.#sealer.seal(Buffer.from(token), tokenPlace(workspace, phone)),
      attached_at: attachedAt.getTime(),
    })
    return { phone, phoneNumberId, attachedAt }
  }

  async numbers(workspace: WorkspaceId): Promise<MetaNumber[]> {
    const rows = await this.#db
      .selectFrom('meta_numbers')
      .select(['phone', 'phone_number_id', 'attached_at'])
      .where('workspace', '=', workspace)
      .orderBy('phone')
      .execute()
    return rows.map(({ phone, phone_number_id, attached_at }) => ({
      phone,
      phoneNumberId: phone_number_id,
      attachedAt: new Date(attached_at),
    }))
  }

  async number(workspace: WorkspaceId, phone: PhoneNumber) {
    const row = await this.#db
      .selectFrom('meta_numbers')
      .selectAll()
      .where('workspace', '=', workspace)
      .where('phone', '=', phone)
      .executeTakeFirst()
    if (!row) return undefined
    const token = Buffer.from(this.#sealer.open(row.token, tokenPlace(workspace, phone))).toString()
    return { phone, phoneNumberId: row.phone_number_id, token, attachedAt: new Date(row.attached_at) }
  }

  removeNumber(workspace: WorkspaceId, phone: PhoneNumber): Promise<boolean> {
    return this.#write('removeMetaNumber', { workspace, phone })
  }

  #select() {
    return this.#db.selectFrom('message_links').select(linkColumns)
  }
}

function saltPlace(at: Date): SealPlace {
  return { instance: '', generation: 0, kind: 'visitor-salt', id: at.toISOString() }
}

function tokenPlace(workspace: WorkspaceId, phone: PhoneNumber): SealPlace {
  return { instance: '', generation: 0, kind: 'meta-token', id: `${workspace} ${phone}` }
}
