import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { chatAddress } from '#gateway/core/chats/chat-address.js'
import type { ApiKeyId, ChatId, InstanceId, MessageId, WorkspaceId } from '#gateway/core/ids.js'
import type { Instance, InstanceRef } from '#gateway/core/instances/instance.js'
import type { EventBody, MessageData } from '#gateway/core/events/event.js'
import type { NewApiKey, NewInstance, NewMessage, Store } from '#gateway/core/ports/store.js'

export const noon = new Date('2026-03-01T12:00:00Z')

export function newInstance(workspace: WorkspaceId, name = 'shop'): NewInstance {
  return {
    id: randomUUID() as string as InstanceId,
    workspace,
    name,
    network: 'sandbox',
    phone: null,
    tokenHash: randomBytes(32),
    widHash: randomBytes(32),
    createdAt: noon,
  }
}

export function newMessage(instance: InstanceId, more: Partial<NewMessage> = {}): NewMessage {
  return {
    instance,
    id: randomBytes(10).toString('hex').toUpperCase() as MessageId,
    account: null,
    chat: '491700000001@s.whatsapp.net' as ChatId,
    content: { kind: 'text', text: 'ready' },
    audience: null,
    typing: null,
    notBefore: null,
    idempotencyKey: null,
    createdAt: noon,
    ...more,
  }
}

export function newApiKey(workspace: WorkspaceId, secret = randomUUID() as string): NewApiKey {
  return {
    id: randomUUID() as string as ApiKeyId,
    workspace,
    name: 'ci',
    scopes: ['messages:read', 'sandbox'],
    network: 'sandbox',
    hash: createHash('sha256').update(secret).digest(),
    createdAt: noon,
  }
}

/** An instance of its own workspace, with the reference its owner writes by. */
export async function ownedInstance(store: Store): Promise<{ instance: Instance; ref: InstanceRef }> {
  const workspace = await store.access.ensureWorkspace(randomUUID())
  const instance = await store.instances.create(newInstance(workspace))
  return { instance, ref: { id: instance.id, epoch: 1 } }
}

export function stateEvent(): EventBody {
  return { kind: 'instance.state', data: { state: 'opening', previous: 'unlinked', reason: 'link-requested' } }
}

export function statusEvent(message: NewMessage, status: 'sent' | 'server-ack' | 'delivered' | 'failed'): EventBody {
  const { id, chat } = message
  return { kind: 'message.status', data: { ...chatAddress(chat), id, status, failure: null, participant: null } }
}

export const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text))

export const text = (value: Uint8Array | undefined): string | undefined => value && Buffer.from(value).toString()

/** A message that came in, from whoever the chat is with unless told. */
export function received(
  id: string,
  more: Partial<MessageData> & { readonly chat: string },
): EventBody & {
  readonly kind: 'message.received'
} {
  const { chat, chatPhone, chatLid } = chatAddress(more.chat)
  const origin = { chat, chatPhone, chatLid, sender: chat, phone: chatPhone, lid: chatLid, name: null, fromMe: false }
  const content = { kind: 'text', text: `text of ${id}` } as const
  return { kind: 'message.received', data: { ...origin, id, sentAt: noon.toISOString(), content, ...more } }
}
