import { LRUCache } from 'lru-cache'
import { GatewayError } from '../errors/gateway-error.js'
import type { LinkCode } from '../ids.js'
import type { Clock } from '../ports/clock.js'
import type { MessageLinkStore } from '../ports/message-link-store.js'
import { targetOf } from './link-addresses.js'
import { readLinkCode } from './link-code.js'
import type { MessageLinkRecord } from './message-link.js'
import type { OpenedLink, Visitor } from './message-links.js'
import type { ScanCounter } from './scan-counter.js'

/** What is printed on a poster is opened over and over. */
const remembered = 10_000

interface Known {
  readonly link: MessageLinkRecord
  readonly opened: OpenedLink
}

/** Links in the hands of people, who have a code and nothing else. */
export class OpenedLinks {
  readonly #store: Pick<MessageLinkStore, 'byCode'>
  readonly #counter: ScanCounter
  readonly #clock: Clock
  readonly #cache = new LRUCache<LinkCode, Known>({ max: remembered })
  #changes = 0

  constructor(store: Pick<MessageLinkStore, 'byCode'>, counter: ScanCounter, clock: Clock) {
    this.#store = store
    this.#counter = counter
    this.#clock = clock
  }

  async open(text: string, visitor: Visitor | null): Promise<OpenedLink> {
    return this.#counted(await this.#read(text), visitor)
  }

  reopen(text: string, visitor: Visitor | null): OpenedLink | undefined {
    const code = readLinkCode(text)
    const known = code && this.#cache.get(code)
    return known && this.#counted(known, visitor)
  }

  async find(text: string): Promise<MessageLinkRecord> {
    return (await this.#read(text)).link
  }

  /** It has just changed or gone: nobody may be sent where it led before. */
  forget(code: LinkCode): void {
    this.#changes++
    this.#cache.delete(code)
  }

  #counted({ link, opened }: Known, visitor: Visitor | null): OpenedLink {
    const { expiresAt, enabled } = link
    if (!enabled || (expiresAt !== null && expiresAt <= this.#clock.now())) return { ...opened, target: null }
    if (visitor) this.#counter.count(link.number, visitor)
    return opened
  }

  async #read(text: string): Promise<Known> {
    const code = readLinkCode(text)
    const known = code && this.#cache.get(code)
    if (known) return known
    const changes = this.#changes
    const link = code && (await this.#store.byCode(code))
    if (!link) throw new GatewayError('message-link-not-found', 'There is no such message link.')
    const read = { link, opened: { code: link.code, fallback: link.fallback, target: targetOf(link) } }
    // What was read before a change is not what holds after it.
    if (changes === this.#changes) this.#cache.set(link.code, read)
    return read
  }
}
