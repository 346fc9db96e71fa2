import type { EventReader, FollowAllWish, FollowWish } from '../gateway.js'
import type { InstanceId } from '../ids.js'
import type { EventStore } from '../ports/store.js'
import type { EventFeed } from './event-feed.js'
import type { EventNews } from './event-news.js'
import type { EventTail } from './event-tail.js'
import type { EventKind, GatewayEvent } from './event.js'

/** What is read of one log before the next one has its turn. Bounds what is held for a reader who takes nothing. */
const batch = { limit: 100, bytes: 256 * 1024 }

/** The instances that somebody may read, now and later. */
export interface ReadableInstances {
  has(id: InstanceId): boolean
  all(): InstanceId[]
  /** The returned function ends it. */
  watch(watcher: { added(id: InstanceId): void; dropped(id: InstanceId): void }): () => void
}

interface Followed {
  readonly instance: InstanceId
  readonly kinds: readonly EventKind[] | undefined
  readonly tail: EventTail
  readonly wake: () => void
  /** Whoever asks for what there is misses nothing. */
  readonly fromStart: boolean
  /** The log was read up to here. */
  after: number
  /** The reader knows of this place. */
  told: number
  caughtUp: boolean
}

/** Reads the logs in turns: those in which something is new, a batch of each. */
export class LogReader implements EventReader {
  readonly #feed: EventFeed
  readonly #store: EventStore
  readonly #instances: ReadableInstances
  readonly #followed = new Map<InstanceId, Followed>()
  /** In which there may be something new, the one that has waited longest first. */
  readonly #ready = new Set<Followed>()
  #notices: EventNews[] = []
  /** How instances that are made later are followed; undefined where they are not. */
  #later: { readonly kinds: readonly EventKind[] | undefined } | undefined
  #wake: () => void = () => undefined
  #closed = false
  readonly #unwatch: () => void

  constructor(parts: { feed: EventFeed; store: EventStore; instances: ReadableInstances }) {
    this.#feed = parts.feed
    this.#store = parts.store
    this.#instances = parts.instances
    this.#unwatch = parts.instances.watch({
      added: (id) => {
        if (this.#later) this.#enter(id, 0, this.#later.kinds, true)
      },
      dropped: (id) => {
        if (this.#leave(id)) this.#notice({ kind: 'gone', instance: id })
      },
    })
  }

  async follow(wishes: readonly FollowWish[]): Promise<void> {
    const readable = wishes.filter(({ instance }) => this.#instances.has(instance))
    const fresh = readable.filter(({ after }) => after === 'now').map(({ instance }) => instance)
    const lasts = await this.#newest(fresh)
    if (this.#closed) return
    for (const { instance, after, kinds } of wishes) {
      const from = after === 'now' ? lasts.get(instance) : after === 'start' ? 0 : after
      if (from === undefined || !this.#instances.has(instance)) this.#notice({ kind: 'gone', instance })
      else {
        const followed = this.#enter(instance, from, kinds, after === 'start')
        // Told before anything else: where nothing happens for days, this is the only place to come back to.
        if (after === 'now') this.#notice(caughtUp(followed))
      }
    }
    this.#notice({ kind: 'following', instances: this.#followed.size })
  }

  async followAll({ after, kinds }: FollowAllWish): Promise<void> {
    this.#later = { kinds }
    const others = this.#instances.all().filter((id) => !this.#followed.has(id))
    await this.follow(others.map((instance) => ({ instance, after, ...(kinds && { kinds }) })))
  }

  stop(instances: readonly InstanceId[] | 'all'): void {
    if (instances === 'all') this.#later = undefined
    for (const id of instances === 'all' ? [...this.#followed.keys()] : instances) this.#leave(id)
    this.#notice({ kind: 'following', instances: this.#followed.size })
  }

  recap(): void {
    for (const followed of this.#followed.values()) {
      if (followed.after > followed.told) this.#notice(caughtUp(followed))
    }
  }

  async next(): Promise<readonly EventNews[]> {
    while (!this.#closed) {
      if (this.#notices.length > 0) {
        const notices = this.#notices
        this.#notices = []
        return notices
      }
      const [followed] = this.#ready
      if (followed === undefined) {
        await new Promise<void>((resolve) => {
          this.#wake = resolve
        })
        continue
      }
      this.#ready.delete(followed)
      const news = await this.#read(followed)
      const stillFollowed = this.#followed.get(followed.instance) === followed
      if (news.length > 0 && stillFollowed) return news
    }
    return []
  }

  close(): void {
    this.#closed = true
    this.#unwatch()
    for (const id of [...this.#followed.keys()]) this.#leave(id)
    this.#wake()
  }

  /** What is new in one log, from memory where it is there. Comes back to it in another turn if there is more. */
  async #read(followed: Followed): Promise<EventNews[]> {
    const { tail, instance, kinds, after } = followed
    const news: EventNews[] = []
    if (tail.last === undefined || after < tail.last) {
      const near = tail.after(after)
      if (near.length > 0) {
        const wanted = kinds === undefined ? near : near.filter(({ kind }) => kinds.includes(kind))
        news.push(...wanted.map(asNews))
        followed.after = near.at(-1)?.seq ?? after
      } else {
        // A reader with a long way to go takes turns with everything else the process does.
        await new Promise((resolve) => setImmediate(resolve))
        const page = await this.#store.page(instance, { after, kinds, ...batch })
        tail.seen(page.last)
        const expected = followed.fromStart && after === 0
        if (page.expired !== null && !expected) news.push({ kind: 'expired', instance, range: page.expired })
        news.push(...page.events.map(asNews))
        followed.after = page.upTo
      }
    }
    const behind = followed.after < (tail.last ?? 0)
    if (behind && followed.after > after) this.#ready.add(followed)
    const last = news.at(-1)
    if (last?.kind === 'event') followed.told = last.event.seq
    if (!behind && !followed.caughtUp) news.push(caughtUp(followed))
    return news
  }

  /** The newest `seq` of each. Their tails are held meanwhile, so that what is committed in between is not missed. */
  async #newest(ids: readonly InstanceId[]): Promise<Map<InstanceId, number>> {
    const hold = () => undefined
    const tails = ids.map((id) => [id, this.#feed.follow(id, hold)] as const)
    try {
      const lasts = await this.#store.lasts(ids)
      for (const [id, tail] of tails) tail.seen(lasts.get(id) ?? 0)
      return lasts
    } finally {
      // Not before the caller has entered those it follows.
      setImmediate(() => {
        for (const id of ids) this.#feed.unfollow(id, hold)
      })
    }
  }

  #enter(instance: InstanceId, after: number, kinds: Followed['kinds'], fromStart: boolean): Followed {
    this.#leave(instance)
    const wake = () => {
      this.#ready.add(followed)
      this.#wake()
    }
    const tail = this.#feed.follow(instance, wake)
    const followed: Followed = { instance, kinds, tail, wake, fromStart, after, told: after, caughtUp: false }
    this.#followed.set(instance, followed)
    wake()
    return followed
  }

  #leave(instance: InstanceId): boolean {
    const followed = this.#followed.get(instance)
    if (followed === undefined) return false
    this.#followed.delete(instance)
    this.#ready.delete(followed)
    this.#feed.unfollow(instance, followed.wake)
    return true
  }

  #notice(news: EventNews): void {
    this.#notices.push(news)
    this.#wake()
  }
}

function asNews(event: GatewayEvent): EventNews {
  return { kind: 'event', event }
}

function caughtUp(followed: Followed): EventNews {
  followed.caughtUp = true
  followed.told = followed.after
  return { kind: 'caught-up', instance: followed.instance, seq: followed.after }
}
