import type { Selectable } from 'kysely'
import type { ApiKey } from '../core/access/access.js'
import type { EventBody, GatewayEvent } from '../core/events/event.js'
import type { EventId, InstanceId } from '../core/ids.js'
import type { Account, Instance } from '../core/instances/instance.js'
import { usualOptions, type InstanceOptions } from '../core/instances/options.js'
import { isAct, type OutgoingContent } from '../core/messages/act.js'
import type { Content } from '../core/messages/content.js'
import type { OutgoingMessage, Typing } from '../core/messages/message.js'
import type { StepEvent } from './commands/step.js'
import type { ApiKeysTable, EventsTable, InstancesTable, MessagesTable } from './schema.js'
import type { SealPlace, Sealer } from './seal.js'

export type ApiKeyRow = Selectable<ApiKeysTable>
export type InstanceRow = Pick<Selectable<InstancesTable>, (typeof instanceColumns)[number]>
export type EventRow = Omit<Selectable<EventsTable>, 'instance'>
export type MessageRow = Omit<Selectable<MessagesTable>, 'instance' | 'position' | 'idempotency_key'>

/** What of the table an `Instance` is made of. */
export const instanceColumns = [
  'serial',
  'id',
  'workspace',
  'name',
  'network',
  'phone',
  'desired',
  'state',
  'reason',
  'state_at',
  'account',
  'restricted_until',
  'created_at',
  'active_at',
  'options',
] as const satisfies readonly (keyof InstancesTable)[]

export const eventColumns = [
  'seq',
  'id',
  'kind',
  'time',
  'data',
  'content',
] as const satisfies readonly (keyof EventsTable)[]

export const messageColumns = [
  'id',
  'chat',
  'status',
  'failure',
  'created_at',
  'status_at',
  'content',
  'audience',
  'typing',
  'not_before',
  'account',
] as const satisfies readonly (keyof MessagesTable)[]

export function readApiKey(row: ApiKeyRow): ApiKey {
  return {
    id: row.id,
    workspace: row.workspace,
    name: row.name,
    scopes: JSON.parse(row.scopes) as ApiKey['scopes'],
    network: row.network,
    createdAt: new Date(row.created_at),
    revokedAt: readTime(row.revoked_at),
  }
}

export function readInstance(row: InstanceRow): Instance {
  return {
    id: row.id,
    workspace: row.workspace,
    serial: row.serial,
    name: row.name,
    network: row.network,
    phone: row.phone,
    desired: row.desired,
    state: row.state,
    reason: row.reason,
    stateAt: new Date(row.state_at),
    account: row.account === null ? null : (JSON.parse(row.account) as Account),
    restrictedUntil: readTime(row.restricted_until),
    createdAt: new Date(row.created_at),
    activeAt: new Date(row.active_at),
    options: { ...usualOptions, ...(JSON.parse(row.options) as Partial<InstanceOptions>) },
  }
}

/** Throws `storage-error` when its content does not open. */
export function readEvent(instance: InstanceId, row: EventRow, sealer: Sealer): GatewayEvent {
  const data = JSON.parse(row.data) as object
  const opened = row.content && Buffer.from(sealer.open(row.content, eventPlace(instance, row.id))).toString()
  const whole = opened === null ? data : { ...data, content: JSON.parse(opened) as Content }
  const body = { kind: row.kind, data: whole } as unknown as EventBody
  return { ...body, seq: row.seq, id: row.id, instance, time: new Date(row.time) }
}

/** Throws `storage-error` when its content does not open. */
export function readMessage(instance: InstanceId, row: MessageRow, sealer: Sealer): OutgoingMessage {
  const content = Buffer.from(sealer.open(row.content, contentPlace(instance, row.id))).toString()
  return {
    instance,
    id: row.id,
    account: row.account,
    chat: row.chat,
    content: JSON.parse(content) as OutgoingContent,
    audience: row.audience === null ? null : (JSON.parse(row.audience) as string[]),
    typing: row.typing === null ? null : (JSON.parse(row.typing) as Typing),
    notBefore: readTime(row.not_before),
    status: row.status,
    failure: row.failure,
    createdAt: new Date(row.created_at),
    statusAt: new Date(row.status_at),
  }
}

export function contentPlace(instance: InstanceId, id: string): SealPlace {
  return { instance, generation: 0, kind: 'message', id }
}

/** What people wrote is sealed, like all that is kept of messages; who wrote to whom, and when, is not. */
export function writeEvent(
  instance: InstanceId,
  id: EventId,
  { kind, data }: EventBody,
  sealer: Sealer,
): Omit<StepEvent, 'files'> {
  if (!('content' in data)) return { id, kind, data: JSON.stringify(data), content: null, isAct: false }
  const { content, ...rest } = data
  const sealed = sealer.seal(Buffer.from(JSON.stringify(content)), eventPlace(instance, id))
  return {
    id,
    kind,
    data: JSON.stringify(rest),
    content: sealed,
    isAct: kind === 'message.sent' && isAct(data.content),
  }
}

function eventPlace(instance: InstanceId, id: string): SealPlace {
  return { instance, generation: 0, kind: 'event', id }
}

function readTime(time: number | null): Date | null {
  return time === null ? null : new Date(time)
}
