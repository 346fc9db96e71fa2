import type { Caller } from '../access/access.js'
import { GatewayError } from '../errors/gateway-error.js'
import type { EventFeed } from '../events/event-feed.js'
import type { LinkPageMoment, Links, OpenLinkPage } from '../gateway.js'
import type { AttemptId, PhoneNumber } from '../ids.js'
import type { LinkMethod, LinkSnapshot } from '../linking/link-step.js'
import type { Clock } from '../ports/clock.js'
import type { EventStore } from '../ports/store.js'
import type { LinkPage } from './link-page.js'
import type { StartLimit } from './start-limit.js'
import type { Visitors } from './visitors.js'

/** WhatsApp accepts a pairing code for about two and a half minutes. */
const typingTime = 180_000

export interface VisitParts {
  readonly links: Links
  readonly feed: EventFeed
  readonly store: { readonly events: EventStore }
  readonly clock: Clock
  readonly limit: StartLimit
  readonly visitors: Visitors
}

export interface VisitedPage {
  readonly page: LinkPage
  readonly caller: Caller
  readonly returnUrl: string | null
  readonly expected: PhoneNumber | null
  /** It was used up, by an attempt that this visitor followed: only the outcome is left to read. */
  readonly over: boolean
}

export class PageVisit implements OpenLinkPage {
  readonly #about: VisitedPage
  readonly #parts: VisitParts

  constructor(about: VisitedPage, parts: VisitParts) {
    this.#about = about
    this.#parts = parts
  }

  get brand(): LinkPage['brand'] {
    return this.#about.page.brand
  }

  get locale(): LinkPage['locale'] {
    return this.#about.page.locale
  }

  get expected(): PhoneNumber | null {
    return this.#about.expected
  }

  async start(wish: { method: 'qr' } | { method: 'code'; phone?: PhoneNumber }): Promise<void> {
    const { page, caller, over } = this.#about
    const { links, limit, visitors } = this.#parts
    if (over) throw new GatewayError('already-linked', 'This page has done its work.')
    const how = this.#method(wish)
    if (limit.take(page.id) > 0) throw new GatewayError('rate-limited', 'This page was started too often.')
    const { attempt } = await links.start(caller, page.instance, how)
    visitors.began(page.instance, page.id, attempt)
    if (how.method === 'code') this.#keepWhileTyping()
  }

  async *watch(signal: AbortSignal): AsyncGenerator<LinkPageMoment> {
    const { page, caller, over } = this.#about
    const { visitors, clock } = this.#parts
    if (over) {
      yield await this.#outcome()
      return
    }
    const visitor = visitors.enter(page.id)
    let last: LinkPageMoment | undefined
    const stopExpiring = clock.after(page.expiresAt.getTime() - clock.now().getTime(), () => {
      // A phone that has scanned is let finish; its attempt ends by itself within moments.
      if (last?.step.kind !== 'starting') visitors.sendAway(caller, page.instance, page.id).catch(() => undefined)
    })
    try {
      for await (const moment of this.#moments(AbortSignal.any([signal, visitor.signal]))) {
        last = moment
        yield moment
      }
    } finally {
      stopExpiring()
      visitors.leave(page.id, visitor)
    }
  }

  /** One attempt after the other, whoever starts them. */
  async *#moments(signal: AbortSignal): AsyncGenerator<LinkPageMoment> {
    const { page, caller } = this.#about
    while (!signal.aborted) {
      let attempt: AttemptId | null = null
      try {
        for await (const snapshot of this.#parts.links.watch(caller, page.instance, signal)) {
          yield this.#moment(snapshot)
          if (snapshot.step.kind === 'linked') return
          attempt = snapshot.attempt
        }
      } catch (error) {
        if (!isAbsent(error)) throw error
        yield { attempt: null, step: { kind: 'idle' }, returnUrl: null }
      }
      await this.#nextAttempt(attempt, signal)
    }
  }

  /** Resolves when an attempt other than this one is there. */
  async #nextAttempt(ended: AttemptId | null, signal: AbortSignal): Promise<void> {
    const { page, caller } = this.#about
    const { links, feed, store } = this.#parts
    // The cursor is taken before looking, so that an attempt that begins in between is seen in one way or the other.
    let after = await store.events.last(page.instance)
    while (!signal.aborted) {
      const current = await links.current(caller, page.instance).catch((error: unknown) => {
        if (isAbsent(error)) return undefined
        throw error
      })
      if (current !== undefined && current.attempt !== ended) return
      if (current?.step.kind === 'linked') return
      const news = await feed.read(page.instance, { after, limit: 1, kinds: ['link.step'], wait: 60_000, signal })
      after = news.upTo
    }
  }

  #moment({ attempt, step }: LinkSnapshot): LinkPageMoment {
    return { attempt, step, returnUrl: step.kind === 'linked' ? this.#about.returnUrl : null }
  }

  async #outcome(): Promise<LinkPageMoment> {
    const { page, caller } = this.#about
    const { step } = await this.#parts.links.current(caller, page.instance)
    if (step.kind !== 'linked') throw new GatewayError('link-page-not-found', 'It was linked and is no longer.')
    return { attempt: page.usedBy, step, returnUrl: this.#about.returnUrl }
  }

  #method(wish: { method: 'qr' } | { method: 'code'; phone?: PhoneNumber }): LinkMethod {
    if (wish.method === 'qr') return wish
    const phone = this.#about.expected ?? wish.phone
    if (phone === undefined) {
      throw new GatewayError('bad-request', 'A code is made for one phone number.', { field: 'phone' })
    }
    return { method: 'code', phone }
  }

  /**
   * Whoever types the code has left the browser for WhatsApp on the same phone, and browsers cut what is in the
   * background: the attempt is looked at in their place.
   */
  #keepWhileTyping(): void {
    const { page, caller } = this.#about
    const stop = new AbortController()
    const cancel = this.#parts.clock.after(typingTime, () => {
      stop.abort()
    })
    const look = async (): Promise<void> => {
      for await (const _snapshot of this.#parts.links.watch(caller, page.instance, stop.signal)) continue
    }
    look()
      .catch(() => undefined)
      .finally(cancel)
  }
}

function isAbsent(error: unknown): boolean {
  return error instanceof GatewayError && error.code === 'attempt-not-found'
}
