import type { DialectSettings } from '../../core/gateway.js'
import { Turns } from './turns.js'
import type { WitiCaller } from './auth.js'

/** What this vendor lets a client set of a connection. */
export interface WitiConfig {
  /** PostBack URL; empty for none. */
  readonly webhook: string
  readonly userAgent: string
  /** Whether several PostBack events may come in one body. */
  readonly bulk: boolean
  readonly apiVersion: ApiVersion
}

/** Decides how a bulk body is packed (1.1: compressed). */
export const apiVersions = ['1.0', '1.1'] as const
export type ApiVersion = (typeof apiVersions)[number]

const unset: WitiConfig = { webhook: '', userAgent: '', bulk: false, apiVersion: '1.0' }
const dialect = 'witi'

/** The settings of each connection, as the core keeps them for this dialect. */
export class Configs {
  readonly #settings: DialectSettings
  readonly #turns = new Turns()

  constructor(settings: DialectSettings) {
    this.#settings = settings
  }

  async read({ caller, instance }: WitiCaller): Promise<WitiConfig> {
    // Only `change` writes here, so what is stored are fields of this type; later ones may be missing.
    const stored = (await this.#settings.read(caller, instance, dialect)) as Partial<WitiConfig> | undefined
    return { ...unset, ...stored }
  }

  /** Changes of one instance take turns, so that of two at once neither undoes the other. */
  async change(who: WitiCaller, changes: Partial<WitiConfig>): Promise<WitiConfig> {
    return this.#turns.run(who.instance, async () => {
      const before = await this.read(who)
      const after = { ...before, ...changes }
      if (Object.keys(unset).some((key) => after[key as keyof WitiConfig] !== before[key as keyof WitiConfig])) {
        await this.#settings.write(who.caller, who.instance, dialect, after)
      }
      return after
    })
  }
}
