import type { Caller } from '../access/access.js'
import type { DialectSettings } from '../gateway.js'
import type { InstanceId } from '../ids.js'
import type { Roster } from '../instances/roster.js'
import type { SettingsStore } from '../ports/store.js'

export class SettingsService implements DialectSettings {
  readonly #roster: Roster
  readonly #store: SettingsStore
  readonly #onChange: (id: InstanceId) => void

  /** `onChange` is called once new settings are stored. */
  constructor(roster: Roster, store: SettingsStore, onChange: (id: InstanceId) => void) {
    this.#roster = roster
    this.#store = store
    this.#onChange = onChange
  }

  async read(caller: Caller, id: InstanceId, dialect: string): Promise<unknown> {
    this.#roster.find(caller, 'instances:read', id)
    return this.#store.read(id, dialect)
  }

  async write(caller: Caller, id: InstanceId, dialect: string, settings: object): Promise<void> {
    this.#roster.find(caller, 'instances:write', id)
    await this.#store.write(id, dialect, settings)
    this.#onChange(id)
  }
}
