import { requireScope } from '../access/access-service.js'
import type { Caller } from '../access/access.js'
import { GatewayError } from '../errors/gateway-error.js'
import type { EventFeed } from '../events/event-feed.js'
import type { LinkPages, LinkPageWish, Links, OpenLinkPage } from '../gateway.js'
import { newLinkPageId, newLinkPageToken, secretDigest } from '../identifiers.js'
import type { InstanceId, LinkPageId } from '../ids.js'
import type { Roster } from '../instances/roster.js'
import type { Clock } from '../ports/clock.js'
import type { EventStore, LinkPageStore } from '../ports/store.js'
import { linkPageStatus, type LinkPage } from './link-page.js'
import { PageVisit } from './page-visit.js'
import { mayReturnTo, readReturnOrigins, readReturnUrl } from './return-url.js'
import { StartLimit } from './start-limit.js'
import { Visitors } from './visitors.js'

/** Seconds. */
const usualLife = 3600
/** How long those who were there when it was linked may still read that it was. */
const outcomeShown = 3_600_000

export interface LinkPagesParts {
  readonly roster: Roster
  readonly links: Links
  readonly feed: EventFeed
  readonly store: { readonly linkPages: LinkPageStore; readonly events: EventStore }
  readonly clock: Clock
}

export class LinkPagesService implements LinkPages {
  readonly #parts: LinkPagesParts
  readonly #limit: StartLimit
  readonly #visitors: Visitors

  constructor(parts: LinkPagesParts) {
    this.#parts = parts
    this.#limit = new StartLimit(parts.clock)
    this.#visitors = new Visitors(parts.links)
  }

  async create(caller: Caller, id: InstanceId, wish: LinkPageWish): Promise<{ page: LinkPage; token: string }> {
    const { roster, store, clock } = this.#parts
    const { account } = roster.find(caller, 'instances:write', id).record
    const origins = wish.returnUrl === undefined ? [] : await store.linkPages.returnOrigins(caller.workspace)
    const returnUrl = wish.returnUrl === undefined ? null : readReturnUrl(wish.returnUrl, origins)
    if (account !== null) {
      throw new GatewayError('already-linked', 'This instance is linked already.', {
        hint: 'Log it out first to link another account.',
      })
    }
    const token = newLinkPageToken()
    const createdAt = clock.now()
    const page = await store.linkPages.add({
      id: newLinkPageId(),
      instance: id,
      tokenHash: secretDigest(token),
      createdAt,
      expiresAt: new Date(createdAt.getTime() + (wish.expiresIn ?? usualLife) * 1000),
      returnUrl,
      brand: wish.brand ?? null,
      locale: wish.locale ?? null,
    })
    return { page, token }
  }

  async list(caller: Caller, id: InstanceId): Promise<LinkPage[]> {
    this.#parts.roster.find(caller, 'instances:read', id)
    return this.#parts.store.linkPages.list(id)
  }

  async revoke(caller: Caller, id: InstanceId, page: LinkPageId): Promise<void> {
    const { roster, store, clock } = this.#parts
    roster.find(caller, 'instances:write', id)
    if (!(await store.linkPages.revoke(id, page, clock.now()))) throw gone()
    await this.#visitors.sendAway(caller, id, page)
  }

  async open(token: string, followed?: string): Promise<OpenLinkPage> {
    const { store, clock, roster } = this.#parts
    // Looked up by digest: whoever guesses learns nothing from how long the comparison took.
    const found = await store.linkPages.byToken(secretDigest(token))
    if (!found) throw gone()
    const { page, workspace } = found
    const status = linkPageStatus(page, clock.now())
    const over = status === 'used' && this.#wasThere(page, followed)
    if (status !== 'open' && !over) throw gone()
    const caller: Caller = {
      workspace,
      scopes: ['instances:read', 'instances:write'],
      network: null,
      instance: page.instance,
    }
    const returnUrl = await this.#returnUrl(page, workspace)
    const { record } = roster.find(caller, 'instances:read', page.instance)
    const about = { page, caller, returnUrl, expected: record.phone, over }
    return new PageVisit(about, { ...this.#parts, limit: this.#limit, visitors: this.#visitors })
  }

  async returnOrigins(caller: Caller): Promise<string[]> {
    requireScope(caller, 'admin')
    return this.#parts.store.linkPages.returnOrigins(caller.workspace)
  }

  async setReturnOrigins(caller: Caller, texts: readonly string[]): Promise<string[]> {
    requireScope(caller, 'admin')
    if (caller.network !== null) {
      throw new GatewayError('forbidden', 'A test key does not change where people may be sent.')
    }
    const origins = readReturnOrigins(texts)
    await this.#parts.store.linkPages.setReturnOrigins(caller.workspace, origins)
    return origins
  }

  #wasThere({ usedAt, usedBy }: LinkPage, followed: string | undefined): boolean {
    const age = this.#parts.clock.now().getTime() - (usedAt?.getTime() ?? 0)
    return usedBy !== null && usedBy === followed && age < outcomeShown
  }

  async #returnUrl({ returnUrl }: LinkPage, workspace: Caller['workspace']): Promise<string | null> {
    if (returnUrl === null) return null
    return mayReturnTo(returnUrl, await this.#parts.store.linkPages.returnOrigins(workspace)) ? returnUrl : null
  }
}

function gone(): GatewayError {
  return new GatewayError('link-page-not-found', 'There is no such link page, or it has ended.')
}
