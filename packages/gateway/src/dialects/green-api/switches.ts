import { initialSettings, type Settings, type SwitchName } from './settings.js'
import type { Kept } from './settings-shelf.js'

/** What of the settings decides whether and how something is told. */
export interface Switches {
  /**
   * Whether what happened at this time is told. The vendor queues what is switched on when it happens; here the log is read
   * later, and who switches on is not to be given what happened before.
   */
  on(name: SwitchName, time: Date): boolean
  /** People are named by LID where it is known. */
  readonly byLid: boolean
}

export function switchesOf({ settings, switchedOn }: Kept): Switches {
  const all: Settings = { ...initialSettings, ...settings }
  return {
    byLid: all.enableLidMode,
    on(name, time) {
      const since = switchedOn?.[name]
      return all[name] === 'yes' && !(since !== undefined && time < new Date(since))
    },
  }
}
