import type { ContactData } from '../../core/events/event.js'
import type { ChatRows, PersonRow } from '../write.js'

/** A person, as far as somebody has named them. */
export interface Named {
  readonly phone: string | null
  readonly lid: string | null
}

/** The people of one instance within one step. What they were before it tells what is news. */
export class StepPeople {
  readonly #rows: ChatRows
  readonly #serial: number
  readonly #at: number
  /** By id; null for those who were met in this step. */
  readonly #before = new Map<string, PersonRow | null>()
  /** What was looked up, as one message names the same person several times. */
  readonly #found = new Map<string, PersonRow | undefined>()
  /** Two that turned out to be one: whose chat goes into whose. */
  readonly merged: { readonly from: PersonRow; readonly into: string }[] = []

  constructor(rows: ChatRows, serial: number, at: number) {
    this.#rows = rows
    this.#serial = serial
    this.#at = at
  }

  /** Whose chat has this id. */
  ofChat(id: string): PersonRow | undefined {
    return this.#person('id', id)
  }

  /** A LID is one person's for ever; a number may go over to somebody else. */
  find({ phone, lid }: Named): PersonRow | undefined {
    const byLid = lid === null ? undefined : this.#person('lid', lid)
    if (byLid !== undefined || phone === null) return byLid
    const byPhone = this.#person('phone', phone)
    const passedOn = lid !== null && byPhone !== undefined && byPhone.lid !== null
    return passedOn ? undefined : byPhone
  }

  /** The same, and from then on known; undefined for nobody. */
  meet(named: Named): PersonRow | undefined {
    return this.find(named) ?? this.#add(named)
  }

  /** From now on both are one person. True when somebody was known by one of them, and it is news. */
  resolve({ phone, lid }: { readonly phone: string; readonly lid: string }): boolean {
    const byLid = this.#person('lid', lid)
    const byPhone = this.#person('phone', phone)
    if (byLid !== undefined && byLid.id === byPhone?.id) return false
    if (byPhone !== undefined && byPhone.lid !== null) this.#put({ ...byPhone, phone: null })
    const same = byPhone?.lid === null ? byPhone : undefined
    const known = byLid ?? same
    if (byLid && same) this.#merge(byLid, same, { phone, lid })
    else if (known) this.#put({ ...known, phone, lid })
    else this.#add({ phone, lid })
    return byLid !== undefined || byPhone !== undefined
  }

  /** Whether something about them is new. */
  change({ phone, lid, name, savedName }: ContactData): boolean {
    if (phone !== null && lid !== null) this.resolve({ phone, lid })
    const known = this.meet({ phone, lid })
    if (known === undefined) return false
    const saved = savedName === '' ? null : (savedName ?? known.saved_name)
    const person = { ...known, name: name ?? known.name, saved_name: saved }
    if (person.name !== known.name || person.saved_name !== known.saved_name) this.#put(person)
    const before = this.#before.get(known.id)
    if (before === undefined) return false
    const fields = ['phone', 'lid', 'name', 'saved_name'] as const
    return before === null || fields.some((field) => before[field] !== person[field])
  }

  /** Whether that is new. */
  block(named: Named, on: boolean): boolean {
    const known = this.meet(named)
    const blocked = on ? 1 : 0
    if (known === undefined || known.blocked === blocked) return false
    this.#put({ ...known, blocked })
    return true
  }

  #merge(one: PersonRow, other: PersonRow, named: Named): void {
    const [kept, given] = one.met_at < other.met_at ? [one, other] : [other, one]
    this.#put({ ...given, phone: null, lid: null })
    this.#put({
      ...kept,
      ...named,
      name: kept.name ?? given.name,
      saved_name: kept.saved_name ?? given.saved_name,
      blocked: Math.max(kept.blocked, given.blocked),
    })
    this.merged.push({ from: given, into: kept.id })
  }

  #add({ phone, lid }: Named): PersonRow | undefined {
    const byNumber = phone === null ? null : `${phone}@s.whatsapp.net`
    // The chat of whoever had the number before keeps its id.
    const free = byNumber !== null && this.ofChat(byNumber) === undefined
    const id = free ? byNumber : lid
    if (id === null) return undefined
    const person = { id, phone, lid, name: null, saved_name: null, blocked: 0, met_at: this.#at }
    this.#put(person)
    return person
  }

  #person(by: 'id' | 'phone' | 'lid', value: string): PersonRow | undefined {
    const name = `${by} ${value}`
    if (this.#found.has(name)) return this.#found.get(name)
    const person = this.#rows.person(this.#serial, by, value)
    this.#found.set(name, person)
    return person
  }

  #put(person: PersonRow): void {
    if (!this.#before.has(person.id)) this.#before.set(person.id, this.ofChat(person.id) ?? null)
    this.#rows.putPerson(this.#serial, person)
    this.#found.clear()
  }
}
