import { GatewayError } from '../errors/gateway-error.js'
import type { ChatAddress, GatewayEvent, MessageOrigin } from '../events/event.js'
import type { EventId, InstanceId } from '../ids.js'
import type { InstanceActor } from '../instances/instance-actor.js'
import type { Clock } from '../ports/clock.js'
import type { ChatStore, ContactStore } from '../ports/store.js'
import { kindOfChat } from './chat-address.js'

/** What the account calls those whom an event about a message names; an event itself says what people call themselves. */
export interface EventNames {
  /** The subject of a group; the other side as the account's owner has saved them, else as they call themselves. */
  readonly chat: string | null
  /** Whoever wrote, as the account's owner has saved them; null for the account itself. */
  readonly sender: string | null
}

export const noNames: EventNames = { chat: null, sender: null }

export interface NamesWorld {
  readonly store: { readonly chats: ChatStore; readonly contacts: ContactStore }
  readonly actors: { actor(id: InstanceId): Pick<InstanceActor, 'perform'> | undefined }
  readonly clock: Clock
}

/** How long an event may wait for WhatsApp to say what its group is called, in ms. */
const patience = 5_000

/** Looks up the names that go with events. Of formats that tell none nothing is looked up. */
export class Names {
  readonly #world: NamesWorld
  /** What WhatsApp is being asked, by instance and group. */
  readonly #asking = new Map<string, Promise<string | null>>()

  constructor(world: NamesWorld) {
    this.#world = world
  }

  async of(event: GatewayEvent): Promise<EventNames> {
    const where = placeOf(event)
    if (where === undefined) return noNames
    const { instance } = event
    if (kindOfChat(where.chat) !== 'person') {
      const [chat, sender] = await Promise.all([this.#groupName(instance, where.chat), this.#saved(instance, where)])
      return { chat, sender }
    }
    const other = await this.#world.store.contacts.find(instance, where.chatLid ?? where.chat)
    const saved = other?.savedName ?? null
    return { chat: saved ?? other?.name ?? null, sender: isWrittenByOther(where) ? saved : null }
  }

  async #saved(instance: InstanceId, where: Place): Promise<string | null> {
    if (!isWrittenByOther(where)) return null
    const sender = await this.#world.store.contacts.find(instance, where.lid ?? where.sender)
    return sender?.savedName ?? null
  }

  /** A group that the account was in before it was linked is not known by name until somebody asks. */
  async #groupName(instance: InstanceId, group: string): Promise<string | null> {
    if (kindOfChat(group) !== 'group') return null
    const chat = await this.#world.store.chats.find(instance, group)
    if (chat?.name !== null) return chat?.name ?? null
    const key = `${instance} ${group}`
    const asked = this.#asking.get(key) ?? this.#ask(instance, group).finally(() => this.#asking.delete(key))
    this.#asking.set(key, asked)
    return asked
  }

  async #ask(instance: InstanceId, group: string): Promise<string | null> {
    const { actors, clock, store } = this.#world
    const subject = actors
      .actor(instance)
      ?.perform('group.get', { group })
      .then(
        (found) => found.subject,
        (error: unknown) => {
          if (error instanceof GatewayError) return null
          throw error
        },
      )
    let cancel = (): void => undefined
    const late = new Promise<null>((resolve) => {
      cancel = clock.after(patience, () => {
        resolve(null)
      })
    })
    const name = (await Promise.race([subject, late])) ?? null
    cancel()
    if (name !== null) await store.chats.name(instance, [{ id: group, name }])
    return name
  }
}

/** The names of the event that was asked about last: whoever tells it once more tells it the same way. */
export class RememberedNames {
  readonly #names: Names
  #last: { readonly event: EventId; readonly names: EventNames } | undefined

  constructor(names: Names) {
    this.#names = names
  }

  async of(event: GatewayEvent): Promise<EventNames> {
    if (this.#last?.event !== event.id) this.#last = { event: event.id, names: await this.#names.of(event) }
    return this.#last.names
  }
}

type Place = ChatAddress & Partial<Pick<MessageOrigin, 'sender' | 'lid' | 'fromMe'>>

/** Of events about messages. Who wrote what is sent from here is known: the account. */
function placeOf(event: GatewayEvent): Place | undefined {
  switch (event.kind) {
    case 'message.received':
    case 'message.sent-from-phone':
    case 'message.edited':
    case 'message.deleted':
    case 'message.reaction':
    case 'message.poll-vote':
    case 'message.undecryptable':
    case 'message.sent':
      return event.data
    default:
      return undefined
  }
}

function isWrittenByOther(where: Place): where is ChatAddress & Pick<MessageOrigin, 'sender' | 'lid' | 'fromMe'> {
  return where.sender !== undefined && where.fromMe === false
}
