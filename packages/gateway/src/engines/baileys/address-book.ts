import type { PersonAddress } from '../../core/events/event.js'
import { addresses, canonical, phoneOf, userOf, type Addresses } from './addresses.js'
import type { CacheView } from './shared-cache.js'

/**
 * The library keeps which number and which LID are one person under this kind, a pair under two ids: `<number>` holds the
 * LID, `<LID>_reverse` the number, both without their servers (its `LIDMappingStore`).
 */
export const mappingKind = 'lid-mapping'

/** What was stored under these ids, where anything was. */
export type MappingLookUp = (ids: string[]) => Promise<Readonly<Record<string, unknown>>>

/**
 * Which number and which LID are one person, as far as this account has been told. Never asks WhatsApp: it stands in the
 * way of every message that is received.
 */
export class AddressBook {
  /** By id as it is stored; null for what is not. */
  readonly #remembered: CacheView
  readonly #lookUp: MappingLookUp

  constructor(remembered: CacheView, lookUp: MappingLookUp) {
    this.#remembered = remembered
    this.#lookUp = lookUp
  }

  /** Brings into memory what is stored about these people. */
  async prepare(jids: readonly string[]): Promise<void> {
    const ids = jids.flatMap((jid) => idOf(addresses(jid)) ?? [])
    const unread = ids.filter((id) => this.#remembered.get(id) === undefined)
    if (unread.length === 0) return
    const stored = await this.#lookUp([...new Set(unread)])
    for (const id of unread) this.#remember(id, stored[id])
  }

  /** Both addresses of a person, where the other one was given beside it or is in memory. */
  of(jid: string, alternative?: string | null): Addresses {
    const given = addresses(jid, alternative)
    const id = idOf(given)
    const other = id === undefined ? undefined : this.#remembered.get(id)
    if (typeof other !== 'string') return given
    return given.phone === null ? { ...given, phone: `${other}@s.whatsapp.net` } : { ...given, lid: `${other}@lid` }
  }

  /** The one JID by which a person is known here. */
  nameOf(jid: string): string {
    return canonical(this.of(jid))
  }

  person(jid: string, alternative?: string | null): PersonAddress {
    const who = this.of(jid, alternative)
    return { id: canonical(who), phone: phoneOf(who), lid: who.lid }
  }

  /** Somebody of whom both addresses were given at once; nothing where they are not a number and a LID. */
  introduce(jid: string | undefined, other: string | null | undefined): void {
    const { phone, lid } = addresses(jid ?? '', other)
    if (phone === null || lid === null) return
    const [number, user] = [userOf(phone), userOf(lid)]
    if (this.#remembered.get(number) !== user) this.learn({ [number]: user, [`${user}${reverse}`]: number })
  }

  /** From entries as the library stores them: those people of whom both addresses are known from now on. */
  learn(entries: Readonly<Record<string, unknown>>): Addresses[] {
    const learnt: Addresses[] = []
    for (const [id, other] of Object.entries(entries)) {
      const before = this.#remembered.get(id)
      this.#remember(id, other)
      if (typeof other !== 'string' || before === other || id.endsWith(reverse)) continue
      learnt.push(addresses(`${id}@s.whatsapp.net`, `${other}@lid`))
    }
    return learnt
  }

  #remember(id: string, other: unknown): void {
    this.#remembered.set(id, typeof other === 'string' ? other : null)
  }
}

const reverse = '_reverse'

/** Under which the missing address of somebody is stored; undefined when none is missing. */
function idOf({ phone, lid }: Addresses): string | undefined {
  if (phone !== null) return lid === null ? userOf(phone) : undefined
  return lid === null ? undefined : `${userOf(lid)}${reverse}`
}
