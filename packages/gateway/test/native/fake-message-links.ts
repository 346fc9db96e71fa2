import type { Roster } from '#gateway/core/instances/roster.js'
import { GatewayError } from '#gateway/core/errors/gateway-error.js'
import type { LinkImport } from '#gateway/core/message-links/link-import.js'
import type { MessageLinkRecord } from '#gateway/core/message-links/message-link.js'
import { MessageLinksService } from '#gateway/core/message-links/message-links-service.js'
import type { MessageLinks, MetaNumber, NewMetaNumber } from '#gateway/core/message-links/message-links.js'
import { systemClock } from '#gateway/core/ports/clock.js'
import type { MessageLinkStore } from '#gateway/core/ports/message-link-store.js'
import { SharpLogoImages } from '#gateway/media/logo/logo-images.js'
import { newLinkCode } from '#gateway/core/message-links/link-code.js'

/** The real message links over a store in memory, for the tests of the wire. `check` is called before each question. */
export function fakeMessageLinks(check: () => void, publicUrl: string): MessageLinks {
  const nothing = (): undefined => undefined
  const roster: Pick<Roster, 'actors' | 'find'> = {
    actors: () => [][Symbol.iterator](),
    find: () => {
      throw new GatewayError('instance-not-found', 'no instance')
    },
  }
  const service = new MessageLinksService({
    store: memoryLinkStore(),
    roster,
    clock: systemClock,
    log: { debug: nothing, info: nothing, warn: nothing, error: nothing },
    publicUrl,
    logoImages: new SharpLogoImages(),
    issuer: {
      create: () => Promise.resolve(newLinkCode()),
      update: (_, code) => Promise.resolve(code),
      remove: () => Promise.resolve(),
    },
  })
  return new Proxy<MessageLinks>(service, {
    get(target, name: keyof MessageLinks) {
      return (...parts: never[]) => {
        check()
        return (target[name] as (...parts: never[]) => unknown)(...parts)
      }
    },
  })
}

function memoryLinkStore(): MessageLinkStore {
  const links = new Map<string, MessageLinkRecord>()
  const logos = new Map<string, Uint8Array>()
  const imports = new Map<string, LinkImport & { workspace: string }>()
  const numbers = new Map<string, MetaNumber & NewMetaNumber>()
  let number = 0
  const shown = ({ token: _, ...rest }: MetaNumber & NewMetaNumber): MetaNumber => rest
  return {
    add: async (added) =>
      added.map(({ logo, textKey: _, ...link }) => {
        const figures = { scans: 0, conversations: 0, version: 1, updatedAt: link.createdAt }
        const stored = { ...link, ...figures, number: ++number, hasLogo: logo !== null }
        if (logo) logos.set(link.id, logo)
        links.set(link.id, stored)
        return stored
      }),
    find: async (workspace, id) => {
      const link = links.get(id)
      return link?.workspace === workspace ? link : undefined
    },
    byCode: async (code) => [...links.values()].find((link) => link.code === code),
    list: async (workspace, { after = Infinity, limit }) =>
      [...links.values()]
        .filter((link) => link.workspace === workspace && link.number < after)
        .reverse()
        .slice(0, limit),
    change: async (workspace, id, { at, textKey: _, logo, ...changes }) => {
      const link = links.get(id)
      if (link?.workspace !== workspace) return undefined
      if (logo) logos.set(id, logo)
      const hasLogo = logo === undefined ? link.hasLogo : logo !== null
      const changed = { ...link, ...changes, hasLogo, version: link.version + 1, updatedAt: at }
      links.set(id, changed)
      return changed
    },
    remove: async (workspace, id) => links.get(id)?.workspace === workspace && links.delete(id),
    logo: async (id) => logos.get(id),
    recordScans: async () => undefined,
    counts: async () => [],
    saltOf: async (_, fresh) => fresh,
    settings: async () => ({}),
    setSettings: async () => undefined,
    addImport: async ({ id, workspace, rows, createdAt }) => {
      const job = { id, state: 'done' as const, total: rows.length, made: rows.length, failures: [], createdAt }
      imports.set(id, { ...job, workspace })
      return job
    },
    findImport: async (workspace, id) => {
      const job = imports.get(id)
      if (job?.workspace !== workspace) return undefined
      const { workspace: _, ...rest } = job
      return rest
    },
    openImports: async () => [],
    advanceImport: async () => undefined,
    putNumber: async (workspace, wish) => {
      numbers.set(`${workspace} ${wish.phone}`, wish)
      return shown(wish)
    },
    numbers: async (workspace) =>
      [...numbers].filter(([key]) => key.startsWith(`${workspace} `)).map(([, each]) => shown(each)),
    number: async (workspace, phone) => numbers.get(`${workspace} ${phone}`),
    removeNumber: async (workspace, phone) => numbers.delete(`${workspace} ${phone}`),
  }
}
