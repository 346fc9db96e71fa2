import type { Caller } from '../../core/access/access.js'
import type { DialectSettings } from '../../core/gateway.js'
import type { InstanceId } from '../../core/ids.js'
import type { Clock } from '../../core/ports/clock.js'
import { readStoredSettings, type Settings, type SwitchName, switchNames } from './settings.js'

/** What this dialect keeps of an instance. */
export interface Kept {
  readonly settings: Partial<Settings>
  /** Where it was made or replaced through this API: the core itself keeps a digest only. */
  readonly apiTokenInstance?: string
  /** Since when each switch is on (ISO 8601), where it was switched on after it had been off. */
  readonly switchedOn?: Readonly<Partial<Record<SwitchName, string>>>
}

export type KeptChanges = Pick<Kept, 'settings' | 'apiTokenInstance'>

export interface SettingsChange {
  readonly before: Kept
  readonly after: Kept
  readonly keep: (kept: Kept) => Promise<void>
}

const dialect = 'green-api'

export class SettingsShelf {
  readonly #store: DialectSettings
  readonly #clock: Clock
  readonly #writing = new Map<InstanceId, Promise<unknown>>()

  constructor(store: DialectSettings, clock: Clock) {
    this.#store = store
    this.#clock = clock
  }

  async read(caller: Caller, id: InstanceId): Promise<Kept> {
    return readKept(await this.#store.read(caller, id, dialect))
  }

  /**
   * One change after the other, so that two at the same time both stay.
   * @param act has `after` kept at the right moment among what else belongs to the change; at once unless told
   */
  async change(
    caller: Caller,
    id: InstanceId,
    changes: KeptChanges,
    act: (change: SettingsChange) => Promise<void> = ({ after, keep }) => keep(after),
  ): Promise<void> {
    const earlier = this.#writing.get(id) ?? Promise.resolve()
    const write = earlier.then(async () => {
      const before = await this.read(caller, id)
      const after = changed(before, changes, this.#clock.now())
      await act({ before, after, keep: (kept) => this.#store.write(caller, id, dialect, kept) })
    })
    const settled = write.catch(() => undefined)
    this.#writing.set(id, settled)
    try {
      await write
    } finally {
      if (this.#writing.get(id) === settled) this.#writing.delete(id)
    }
  }
}

function changed(kept: Kept, changes: KeptChanges, at: Date): Kept {
  const turnedOn = switchNames.filter((name) => changes.settings[name] === 'yes' && kept.settings[name] !== 'yes')
  const since = Object.fromEntries(turnedOn.map((name) => [name, at.toISOString()]))
  return {
    ...kept,
    ...changes,
    settings: { ...kept.settings, ...changes.settings },
    ...(turnedOn.length === 0 ? {} : { switchedOn: { ...kept.switchedOn, ...since } }),
  }
}

/** Total, whatever an older version wrote. */
export function readKept(value: unknown): Kept {
  if (typeof value !== 'object' || value === null) return { settings: {} }
  const { settings, apiTokenInstance, switchedOn } = value as Partial<Record<keyof Kept, unknown>>
  return {
    settings: readStoredSettings(typeof settings === 'object' && settings !== null ? settings : {}),
    ...(typeof apiTokenInstance === 'string' ? { apiTokenInstance } : {}),
    ...(typeof switchedOn === 'object' && switchedOn !== null ? { switchedOn } : {}),
  }
}
