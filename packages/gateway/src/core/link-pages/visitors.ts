import type { Caller } from '../access/access.js'
import { GatewayError } from '../errors/gateway-error.js'
import type { Links } from '../gateway.js'
import type { AttemptId, InstanceId, LinkPageId } from '../ids.js'

/** Tabs that may have one page open at a time. */
export const mostVisitors = 12

/** Who has which page open in this process, and which attempt was begun on it. */
export class Visitors {
  readonly #links: Links
  readonly #here = new Map<LinkPageId, Set<AbortController>>()
  /** At most one per instance: an instance has one attempt. */
  readonly #begun = new Map<InstanceId, { readonly page: LinkPageId; readonly attempt: AttemptId | null }>()

  constructor(links: Links) {
    this.#links = links
  }

  /** Rejects with `rate-limited` when too many have the page open. */
  enter(page: LinkPageId): AbortController {
    const here = this.#here.get(page) ?? new Set()
    if (here.size >= mostVisitors) throw new GatewayError('rate-limited', 'This page is open too many times.')
    const visitor = new AbortController()
    this.#here.set(page, here.add(visitor))
    return visitor
  }

  leave(page: LinkPageId, visitor: AbortController): void {
    const here = this.#here.get(page)
    here?.delete(visitor)
    if (here?.size === 0) this.#here.delete(page)
  }

  began(instance: InstanceId, page: LinkPageId, attempt: AttemptId | null): void {
    this.#begun.set(instance, { page, attempt })
  }

  /** Ends the page for everybody who has it open, with the attempt that was begun on it. */
  async sendAway(caller: Caller, instance: InstanceId, page: LinkPageId): Promise<void> {
    for (const visitor of this.#here.get(page) ?? []) visitor.abort()
    const begun = this.#begun.get(instance)
    if (begun?.page !== page) return
    this.#begun.delete(instance)
    const alive = await this.#links.current(caller, instance).catch(() => undefined)
    if (alive?.attempt === begun.attempt) await this.#links.cancel(caller, instance)
  }
}
