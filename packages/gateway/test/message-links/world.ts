import { onTestFinished } from 'vitest'
import type { Caller } from '#gateway/core/access/access.js'
import { createCore, type Core } from '#gateway/core/create-gateway.js'
import { GatewayError } from '#gateway/core/errors/gateway-error.js'
import type { LinkCode } from '#gateway/core/ids.js'
import { newLinkCode } from '#gateway/core/message-links/link-code.js'
import type { MessageLinks } from '#gateway/core/message-links/message-links.js'
import type { Clock } from '#gateway/core/ports/clock.js'
import type { LinkIssuer } from '#gateway/core/ports/link-issuer.js'
import { SharpLogoImages } from '#gateway/media/logo/logo-images.js'
import { ManualClock } from '../manual-clock.js'
import { openSqlite, type SqliteOpened } from '../store/sqlite-folder.js'

export const publicUrl = 'https://links.shop.example'

/** Meta as the core sees it, in memory. */
export class MemoryIssuer implements LinkIssuer {
  readonly links = new Map<LinkCode, string>()
  readonly tokens = new Set<string>()
  failNext: GatewayError | undefined

  async create({ token }: { token: string }, { draft }: { draft: string }): Promise<LinkCode> {
    this.#check(token)
    const code = newLinkCode()
    this.links.set(code, draft)
    return code
  }

  async update({ token }: { token: string }, code: LinkCode, draft: string): Promise<LinkCode> {
    this.#check(token)
    this.links.set(code, draft)
    return code
  }

  async remove({ token }: { token: string }, code: LinkCode): Promise<void> {
    this.#check(token)
    this.links.delete(code)
  }

  #check(token: string): void {
    this.tokens.add(token)
    const failure = this.failNext
    this.failNext = undefined
    if (failure) throw failure
  }
}

export interface LinksWorld<Time extends Clock = ManualClock> {
  readonly core: Core
  readonly links: MessageLinks
  readonly database: SqliteOpened
  readonly issuer: MemoryIssuer
  readonly clock: Time
  readonly log: string[]
  /** Of a workspace of this name; may do everything. */
  readonly callerOf: (workspace: string, more?: Partial<Caller>) => Promise<Caller>
  /** Ends this process's part and begins again over the same database. */
  readonly restart: () => Promise<LinksWorld<Time>>
}

/** The real core with its real store. */
export async function startLinks<Time extends Clock>(
  clock: Time,
  over?: { database: SqliteOpened; issuer: MemoryIssuer },
): Promise<LinksWorld<Time>> {
  const { database, issuer } = over ?? { database: await openSqlite(), issuer: new MemoryIssuer() }
  const log: string[] = []
  const note = (_: object, message: string): void => {
    log.push(message)
  }
  const core = createCore({
    store: database.store,
    engine: () => {
      throw new Error('nothing is linked here')
    },
    clock,
    log: { debug: note, info: note, warn: note, error: note },
    random: () => 0.5,
    publicUrl,
    links: { logoImages: new SharpLogoImages(), issuer },
  })
  let ended = false
  const close = async (): Promise<void> => {
    if (ended) return
    ended = true
    await core.close()
  }
  onTestFinished(async () => {
    await close()
    await database.store.close()
  })
  await core.claim()
  core.wake()
  return {
    core,
    links: core.gateway.messageLinks,
    database,
    issuer,
    clock,
    log,
    callerOf: async (name, more = {}) => ({
      workspace: await database.store.access.ensureWorkspace(name),
      scopes: ['admin'],
      network: null,
      ...more,
    }),
    restart: async () => {
      await close()
      return startLinks(clock, { database: await database.reopen(), issuer })
    },
  }
}

/** Noon of a day, so that an hour more or less is the same day. */
export function noonClock(): ManualClock {
  const clock = new ManualClock()
  clock.advance(new Date('2026-03-01T12:00:00Z').getTime())
  return clock
}
