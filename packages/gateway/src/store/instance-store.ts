import { randomBytes } from 'node:crypto'
import type { Kysely, Updateable } from 'kysely'
import type { EventBody, GatewayEvent } from '../core/events/event.js'
import type { EventId, InstanceId, PhoneNumber, WorkspaceId } from '../core/ids.js'
import type { Instance, InstanceRef, Network } from '../core/instances/instance.js'
import { clueOf } from '../core/message-links/conversation-clue.js'
import type {
  ClaimedInstance,
  InstanceEdit,
  InstancePage,
  InstanceStep,
  InstanceStore,
  NewInstance,
} from '../core/ports/store.js'
import type { SealedChanges } from './commands/credentials.js'
import { instanceColumns, readInstance, writeEvent } from './rows.js'
import type { InstancesTable, Schema } from './schema.js'
import type { Sealer } from './seal.js'
import type { MediaSealer } from './sealed-media.js'
import type { SealedCredentials } from './sealed-credentials.js'
import type { Write } from './write.js'

/** How many rows of a removed instance are deleted at once, between other people's writes. */
const sweepRows = 2000

export class SqlInstanceStore implements InstanceStore {
  readonly #db: Kysely<Schema>
  readonly #write: Write
  readonly #credentials: SealedCredentials
  /** Seals what messages say. */
  readonly #sealer: Sealer
  readonly #media: MediaSealer

  constructor(db: Kysely<Schema>, write: Write, credentials: SealedCredentials, sealer: Sealer, media: MediaSealer) {
    this.#db = db
    this.#write = write
    this.#credentials = credentials
    this.#sealer = sealer
    this.#media = media
  }

  async create(instance: NewInstance): Promise<Instance> {
    const created: EventBody = {
      kind: 'instance.state',
      data: { state: 'unlinked', previous: 'unlinked', reason: 'created' },
    }
    const row = await this.#write('createInstance', {
      row: {
        id: instance.id,
        workspace: instance.workspace,
        name: instance.name,
        network: instance.network,
        phone: instance.phone,
        token_hash: instance.tokenHash,
        wid_hash: instance.widHash,
        created_at: instance.createdAt.getTime(),
      },
      event: { id: newEventId(), data: JSON.stringify(created.data) },
    })
    return readInstance(row)
  }

  async find(workspace: WorkspaceId, id: InstanceId): Promise<Instance | undefined> {
    const row = await this.#db
      .selectFrom('instances')
      .select(instanceColumns)
      .where('id', '=', id)
      .where('workspace', '=', workspace)
      .executeTakeFirst()
    return row && readInstance(row)
  }

  async list(workspace: WorkspaceId, page: InstancePage): Promise<Instance[]> {
    const { network } = page
    let query = this.#db
      .selectFrom('instances')
      .select(instanceColumns)
      .where('workspace', '=', workspace)
      .where('serial', '>', page.afterSerial ?? 0)
    if (network !== undefined) query = query.where('network', '=', network)
    const rows = await query.orderBy('serial').limit(page.limit).execute()
    return rows.map(readInstance)
  }

  async findBySerial(serial: number): Promise<{ instance: Instance; tokenHash: Uint8Array } | undefined> {
    const row = await this.#db
      .selectFrom('instances')
      .select([...instanceColumns, 'token_hash'])
      .where('serial', '=', serial)
      .executeTakeFirst()
    return row && { instance: readInstance(row), tokenHash: row.token_hash }
  }

  async findByWid(widHash: Uint8Array): Promise<Instance | undefined> {
    const row = await this.#db
      .selectFrom('instances')
      .select(instanceColumns)
      .where('wid_hash', '=', widHash)
      .executeTakeFirst()
    return row && readInstance(row)
  }

  async findByPhone(
    workspace: WorkspaceId,
    phone: PhoneNumber,
    network: Network | null,
  ): Promise<Instance | undefined> {
    const row = await this.#db
      .selectFrom('instances')
      .select(instanceColumns)
      .where('workspace', '=', workspace)
      .where('phone', '=', phone)
      .$if(network !== null, (instances) => instances.where('network', '=', network ?? 'whatsapp'))
      .orderBy('serial')
      .limit(1)
      .executeTakeFirst()
    return row && readInstance(row)
  }

  replaceToken(workspace: WorkspaceId, id: InstanceId, tokenHash: Uint8Array): Promise<boolean> {
    return this.#write('replaceToken', { workspace, id, tokenHash })
  }

  async update(workspace: WorkspaceId, id: InstanceId, edit: InstanceEdit): Promise<Instance | undefined> {
    const { name, phone, options } = edit
    const changes = {
      ...(name !== undefined && { name }),
      ...(phone !== undefined && { phone }),
      ...(options !== undefined && { options: JSON.stringify(options) }),
    }
    if (Object.keys(changes).length === 0) return this.find(workspace, id)
    const row = await this.#write('updateInstance', { workspace, id, changes })
    return row && readInstance(row)
  }

  async remove(workspace: WorkspaceId, id: InstanceId): Promise<boolean> {
    const removed = await this.#write('removeInstance', { workspace, id })
    if (removed) await this.sweep()
    return removed
  }

  /** Deletes what removed instances left behind; also after a start, for a removal that a crash cut short. */
  async sweep(): Promise<void> {
    const left = await this.#db.selectFrom('removals').select('instance').limit(1).executeTakeFirst()
    let swept = left === undefined
    while (!swept) swept = await this.#write('sweepRemovals', { rows: sweepRows }, sweepRows)
  }

  async claimAll(): Promise<ClaimedInstance[]> {
    const claimed = await this.#write('claimAll', null)
    return claimed.map(({ row, ...rest }) => ({ instance: readInstance(row), ...rest }))
  }

  /**
   * A message's status only moves forward: queued, sent, server-ack, failed, delivered, read, played. Where one of the
   * step's `statuses` moves nothing (too late, repeated, or no such message), the `message.status` event of that message
   * is not written; its `message.sent` event only when this takes the message out of the queue.
   */
  async commit(instance: InstanceRef, step: InstanceStep): Promise<{ instance: Instance; events: GatewayEvent[] }> {
    const events = (step.events ?? []).map((body) => ({ id: newEventId(), body }))
    const clues = events.flatMap(({ id, body }) => {
      const clue = clueOf(body)
      return clue ? [{ event: id, conversation: newEventId(), clue }] : []
    })
    const changes = step.credentials ?? []
    const { strand } = step
    const write = (credentials: SealedChanges | null) =>
      this.#write(
        'commitStep',
        {
          instance: { id: instance.id, epoch: instance.epoch },
          at: step.at.getTime(),
          changes: changedColumns(step),
          events: events.map(({ id, body }) => ({
            ...writeEvent(instance.id, id, body, this.#sealer),
            files: this.#media.filesIn(instance.id, body),
          })),
          statuses: step.statuses ?? [],
          credentials,
          clues,
        },
        1 + events.length + changes.length,
        strand,
      )
    // What builds on each other must reach the writer in order, so all of a strand goes the same way.
    const committed = await (changes.length === 0 && strand === undefined
      ? write(null)
      : this.#credentials.sealed(instance.id, changes, write))
    const bodies = new Map([...events, ...committed.conversations].map(({ id, body }) => [id, body]))
    return {
      instance: readInstance(committed.row),
      events: committed.written.flatMap(({ id, data }, at) => {
        const body = bodies.get(id)
        if (body === undefined) return []
        const told = data === undefined ? body : withData(body, data)
        return [{ ...told, seq: committed.firstSeq + at, id, instance: instance.id, time: step.at }]
      }),
    }
  }
}

function changedColumns({ changes = {}, at }: InstanceStep): Updateable<InstancesTable> {
  const { desired, state, reason, account, restrictedUntil, activeAt } = changes
  return {
    ...(desired !== undefined && { desired }),
    ...(state !== undefined && { state, state_at: at.getTime() }),
    ...(reason !== undefined && { reason }),
    ...(account !== undefined && { account: account && JSON.stringify(account) }),
    ...(restrictedUntil !== undefined && { restricted_until: restrictedUntil?.getTime() ?? null }),
    ...(activeAt !== undefined && { active_at: activeAt.getTime() }),
  }
}

/** The event as it is stored. What a message says is never changed by that. */
function withData(body: EventBody, data: string): EventBody {
  const stored = JSON.parse(data) as object
  return { ...body, data: 'content' in body.data ? { ...stored, content: body.data.content } : stored } as EventBody
}

/** 128 random bits, so that an id is unique everywhere and says nothing. */
function newEventId(): EventId {
  return `ev_${randomBytes(16).toString('base64url')}` as EventId
}
