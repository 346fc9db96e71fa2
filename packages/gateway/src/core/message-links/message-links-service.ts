import { requireScope } from '../access/access-service.js'
import type { Caller, Scope } from '../access/access.js'
import { GatewayError } from '../errors/gateway-error.js'
import { newLinkImportId } from '../identifiers.js'
import type { InstanceId, LinkImportId, MessageLinkId, PhoneNumber } from '../ids.js'
import type { Network } from '../instances/instance.js'
import type { Roster } from '../instances/roster.js'
import type { Clock } from '../ports/clock.js'
import type { LinkIssuer } from '../ports/link-issuer.js'
import type { Log } from '../ports/log.js'
import type { LogoImages } from '../ports/logo-images.js'
import type { MessageLinkStore, NewMessageLinkRecord } from '../ports/message-link-store.js'
import { Turns } from '../turns.js'
import { ImportRunner } from './import-runner.js'
import { imageUrls, linkUrl } from './link-addresses.js'
import { readLinkCode } from './link-code.js'
import type { LinkImport, LinkImportRow } from './link-import.js'
import { LinkMaker, usualSettings } from './link-maker.js'
import { LinkPictures } from './link-pictures.js'
import type { LinkImageType, MessageLink, MessageLinkRecord } from './message-link.js'
import type {
  LinkPicture,
  LinkStatistics,
  MessageLinkChanges,
  MessageLinkPage,
  MessageLinkQuery,
  MessageLinks,
  MessageLinkSettings,
  MetaNumber,
  NewMessageLink,
  NewMetaNumber,
  OpenedLink,
  PictureWish,
  StatisticsSpan,
  Visitor,
} from './message-links.js'
import { MetaNumbers } from './meta-numbers.js'
import { OpenedLinks } from './opened-links.js'
import { ScanCounter } from './scan-counter.js'

/** What links need from outside the core. */
export interface LinkSurroundings {
  /** Left out where no logos are drawn. */
  readonly logoImages?: LogoImages
  /** Left out where nobody else makes links. */
  readonly issuer?: LinkIssuer
}

export interface MessageLinksParts extends LinkSurroundings {
  /** Where the gateway is reached from outside. */
  readonly publicUrl: string
  readonly store: MessageLinkStore
  readonly roster: Pick<Roster, 'actors' | 'find'>
  readonly clock: Clock
  readonly log: Log
}

/** A year of hours, which is also as much as a chart shows. */
const mostCounts = 9_000

export class MessageLinksService implements MessageLinks {
  readonly #parts: MessageLinksParts
  readonly #base: string
  readonly #numbers: MetaNumbers
  readonly #maker: LinkMaker
  readonly #pictures: LinkPictures
  readonly #counter: ScanCounter
  readonly #opened: OpenedLinks
  readonly #imports: ImportRunner
  readonly #turns = new Turns()

  constructor(parts: MessageLinksParts) {
    const { store, clock, log, logoImages, issuer } = parts
    this.#parts = parts
    this.#base = parts.publicUrl.replace(/\/$/, '')
    this.#numbers = new MetaNumbers(store, issuer, clock)
    this.#maker = new LinkMaker(store, this.#numbers, logoImages, clock)
    this.#pictures = new LinkPictures(store, logoImages, this.#base)
    this.#counter = new ScanCounter(store, clock, log)
    this.#opened = new OpenedLinks(store, this.#counter, clock)
    this.#imports = new ImportRunner(store, this.#maker, clock, log)
  }

  async create(caller: Caller, wish: NewMessageLink): Promise<MessageLink> {
    requireLinks(caller, 'message-links:write')
    const network = networkFor(caller, wish.network)
    const link = await this.#maker.make(caller.workspace, network, wish)
    return this.#shown(caller)(await this.#add(link))
  }

  async get(caller: Caller, id: MessageLinkId): Promise<MessageLink> {
    return this.#shown(caller)(await this.#find(caller, 'message-links:read', id))
  }

  async byCode(caller: Caller, phone: PhoneNumber, text: string): Promise<MessageLink> {
    requireLinks(caller, 'message-links:read')
    const code = readLinkCode(text)
    const link = code && (await this.#parts.store.byCode(code))
    if (link?.phone !== phone || !isVisible(caller, link)) throw notFound()
    return this.#shown(caller)(link)
  }

  async list(caller: Caller, query: MessageLinkQuery): Promise<MessageLinkPage> {
    requireLinks(caller, 'message-links:read')
    const { phone, instance, limit, ...rest } = query
    const own = instance && this.#parts.roster.find(caller, 'message-links:read', instance).record
    const wanted = own ? [own.account?.phone].filter((one) => one !== undefined) : undefined
    const phones = phone === undefined ? wanted : (wanted ?? [phone]).filter((one) => one === phone)
    const network = own?.network ?? caller.network
    const found = await this.#parts.store.list(caller.workspace, {
      ...rest,
      ...(phones && { phones }),
      ...(network && { network }),
      limit: limit + 1,
    })
    const backwards = query.before !== undefined
    const more = found.length > limit
    const items = !more ? found : backwards ? found.slice(1) : found.slice(0, limit)
    return {
      items: items.map(this.#shown(caller)),
      hasOlder: backwards || more,
      hasNewer: backwards ? more : query.after !== undefined,
    }
  }

  edit(caller: Caller, id: MessageLinkId, changes: MessageLinkChanges): Promise<MessageLink> {
    return this.#turns.run(id, async () => {
      const link = await this.#find(caller, 'message-links:write', id)
      const stored = await this.#maker.change(link, changes)
      const changed = await this.#changing(link, () => this.#parts.store.change(caller.workspace, id, stored))
      if (!changed) throw notFound()
      return this.#shown(caller)(changed)
    })
  }

  remove(caller: Caller, id: MessageLinkId): Promise<void> {
    return this.#turns.run(id, async () => {
      const link = await this.#find(caller, 'message-links:write', id)
      if (link.issuer === 'meta') await this.#numbers.remove(link)
      await this.#changing(link, () => this.#parts.store.remove(caller.workspace, id))
    })
  }

  async statistics(caller: Caller, id: MessageLinkId, span: StatisticsSpan): Promise<LinkStatistics> {
    await this.#find(caller, 'message-links:read', id)
    const spans = (span.to.getTime() - span.from.getTime()) / (span.by === 'day' ? 86_400_000 : 3_600_000)
    if (!(spans > 0)) throw new GatewayError('bad-request', 'The end has to come after the beginning.', { field: 'to' })
    if (spans > mostCounts) {
      throw new GatewayError('bad-request', `At most ${mostCounts} hours or days are told at once.`, { field: 'from' })
    }
    const items = await this.#parts.store.counts(id, span)
    const sum = (of: 'scans' | 'conversations'): number => items.reduce((total, item) => total + item[of], 0)
    return { items, scans: sum('scans'), conversations: sum('conversations') }
  }

  async picture(caller: Caller, id: MessageLinkId, wish: PictureWish): Promise<LinkPicture> {
    return this.#pictures.draw(await this.#find(caller, 'message-links:read', id), wish)
  }

  async settings(caller: Caller): Promise<MessageLinkSettings> {
    requireLinks(caller, 'message-links:read')
    return { ...usualSettings, ...(await this.#parts.store.settings(caller.workspace)) }
  }

  async setSettings(caller: Caller, changes: Partial<MessageLinkSettings>): Promise<MessageLinkSettings> {
    requireLinks(caller, 'message-links:write')
    if (caller.network !== null)
      throw new GatewayError('forbidden', 'A test key does not change what holds for all links.')
    return this.#turns.run(`settings ${caller.workspace}`, async () => {
      const settings = { ...usualSettings, ...(await this.#parts.store.settings(caller.workspace)), ...changes }
      await this.#parts.store.setSettings(caller.workspace, settings)
      return settings
    })
  }

  async startImport(caller: Caller, rows: readonly LinkImportRow[]): Promise<LinkImport> {
    requireLinks(caller, 'message-links:write')
    const job = await this.#parts.store.addImport({
      id: newLinkImportId(),
      workspace: caller.workspace,
      network: networkFor(caller, undefined),
      rows,
      createdAt: this.#parts.clock.now(),
    })
    this.#imports.wake()
    return job
  }

  async getImport(caller: Caller, id: LinkImportId): Promise<LinkImport> {
    requireLinks(caller, 'message-links:read')
    const job = await this.#parts.store.findImport(caller.workspace, id, caller.network)
    if (job) return job
    throw new GatewayError('link-import-not-found', 'There is no such import.')
  }

  attachNumber(caller: Caller, wish: NewMetaNumber): Promise<MetaNumber> {
    return this.#numbers.attach(caller, wish)
  }

  listNumbers(caller: Caller): Promise<MetaNumber[]> {
    return this.#numbers.list(caller)
  }

  detachNumber(caller: Caller, phone: PhoneNumber): Promise<void> {
    return this.#numbers.detach(caller, phone)
  }

  async phoneOf(caller: Caller, phoneNumberId: string): Promise<PhoneNumber | undefined> {
    requireLinks(caller, caller.scopes.includes('message-links:write') ? 'message-links:write' : 'message-links:read')
    return this.#numbers.phoneOf(caller, phoneNumberId)
  }

  open(code: string, visitor: Visitor | null): Promise<OpenedLink> {
    return this.#opened.open(code, visitor)
  }

  reopen(code: string, visitor: Visitor | null): OpenedLink | undefined {
    return this.#opened.reopen(code, visitor)
  }

  async openPicture(code: string, type: LinkImageType): Promise<LinkPicture> {
    return this.#pictures.draw(await this.#opened.find(code), { type })
  }

  /** Goes on with the imports that the process before this one left. */
  wake(): void {
    this.#imports.wake()
  }

  async close(): Promise<void> {
    await Promise.all([this.#imports.close(), this.#counter.close()])
  }

  async #add(link: NewMessageLinkRecord): Promise<MessageLinkRecord> {
    try {
      for (let next = link; ; next = this.#maker.redraw(next)) {
        const [added] = (await this.#parts.store.add([next])) ?? []
        if (added) return added
      }
    } catch (error) {
      // Nobody would know of it any more.
      if (link.issuer === 'meta') await this.#numbers.remove({ ...link, ...unstored }).catch(() => undefined)
      throw error
    }
  }

  /** Nobody is sent where a link led before, from the moment that the change is stored. */
  async #changing<T>({ code }: MessageLinkRecord, change: () => Promise<T>): Promise<T> {
    try {
      return await change()
    } finally {
      this.#opened.forget(code)
    }
  }

  async #find(caller: Caller, scope: Scope, id: MessageLinkId): Promise<MessageLinkRecord> {
    requireLinks(caller, scope)
    const link = await this.#parts.store.find(caller.workspace, id)
    if (!link || !isVisible(caller, link)) throw notFound()
    return link
  }

  /** With what is known of them now. */
  #shown(caller: Caller): (link: MessageLinkRecord) => MessageLink {
    const linked = new Map<string, InstanceId>()
    for (const { record } of this.#parts.roster.actors()) {
      const { workspace, network, account, id } = record
      if (account && workspace === caller.workspace) linked.set(`${network} ${account.phone}`, id)
    }
    return (link) => ({
      ...link,
      instance: linked.get(`${link.network} ${link.phone}`) ?? null,
      url: linkUrl(link, this.#base),
      imageUrl: imageUrls(link, this.#base),
    })
  }
}

const unstored = { number: 0, hasLogo: false, version: 1, updatedAt: new Date(0), scans: 0, conversations: 0 }

function networkFor(caller: Caller, wish: Network | undefined): Network {
  if (caller.network !== null && wish !== undefined && wish !== caller.network) {
    throw new GatewayError('forbidden', 'A test key makes message links of the sandbox only.', { field: 'network' })
  }
  return wish ?? caller.network ?? 'whatsapp'
}

function requireLinks(caller: Caller, scope: Scope): void {
  if (caller.instance) throw new GatewayError('forbidden', "An instance's own token has no message links.")
  requireScope(caller, scope)
}

function isVisible(caller: Caller, { workspace, network }: MessageLinkRecord): boolean {
  return workspace === caller.workspace && (caller.network ?? network) === network
}

function notFound(): GatewayError {
  return new GatewayError('message-link-not-found', 'There is no such message link.')
}
