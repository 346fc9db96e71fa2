import type { GatewayEvent } from '../events/event.js'
import type { ChatId, InstanceId } from '../ids.js'
import type { EngineActs } from '../ports/engine-acts.js'
import type { Store } from '../ports/store.js'
import { Turns } from '../turns.js'

/** Receipts that go out at once; what is older than that counts as read without one. */
const mostReceipts = 256

export type Perform = <Name extends 'chat.read'>(name: Name, wish: EngineActs[Name]['wish']) => Promise<unknown>

/** Marks the messages of one instance as read, at WhatsApp and here. */
export class Reading {
  readonly #store: Store
  readonly #instance: InstanceId
  readonly #perform: Perform
  readonly #turns = new Turns()
  /** Chats that are being read, or will be: whatever comes meanwhile goes with the next time. */
  readonly #waiting = new Set<string>()

  constructor(store: Store, instance: InstanceId, perform: Perform) {
    this.#store = store
    this.#instance = instance
    this.#perform = perform
  }

  /** Everything up to this event of the log, or all there is. Rejects as the engine does; then nothing has changed here. */
  async read(chat: string, through?: number): Promise<void> {
    const known = await this.#store.chats.find(this.#instance, chat)
    const unread = await this.#store.journal.page(this.#instance, {
      chat,
      direction: 'in',
      kinds: ['message.received'],
      limit: Math.min(Math.max(known?.unread ?? 0, 1), mostReceipts),
      ...(through !== undefined && { before: through + 1 }),
    })
    const messages = unread.flatMap(({ entry: { kind, data } }) =>
      kind === 'message.received' ? [{ id: data.id, sender: data.sender }] : [],
    )
    const [newest] = unread
    if (newest === undefined) {
      // What was unread has expired here; nobody can be told of it any more.
      await this.#store.chats.read(this.#instance, chat, through ?? Number.MAX_SAFE_INTEGER)
      return
    }
    const jid: ChatId = await this.#store.chats.reach(this.#instance, chat)
    await this.#perform('chat.read', { chat: jid, messages })
    await this.#store.chats.read(this.#instance, chat, newest.entry.seq)
  }

  /** Reads what has just come in; nobody waits for it. Posts to everybody are left to whoever looks at them. */
  arrived(events: readonly GatewayEvent[]): void {
    for (const { kind, data } of events) {
      if (kind === 'message.received' && data.chat !== 'status@broadcast') this.later(data.chat)
    }
  }

  /** The same for whatever there is in a chat. */
  later(chat: string): void {
    if (this.#waiting.has(chat)) return
    this.#waiting.add(chat)
    const turn = this.#turns.run('read', async () => {
      this.#waiting.delete(chat)
      await this.read(chat)
    })
    // Without a connection it stays unread, as it would on a phone.
    turn.catch(() => undefined)
  }
}
