import type { DialectSettings } from '../../core/gateway.js'
import { Turns } from '../../core/turns.js'
import type { WitiCaller } from './auth.js'

/** What this vendor lets a client set of a connection. */
export interface WitiConfig {
  /** The access key, which goes out with every PostBack: the core itself keeps a digest only. Empty until it is first shown. */
  readonly webId: string
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

const unset: WitiConfig = { webId: '', webhook: '', userAgent: '', bulk: false, apiVersion: '1.0' }
const dialect = 'witi'

export interface ConfigChange {
  readonly before: WitiConfig
  readonly after: WitiConfig
  readonly keep: (config: WitiConfig) => Promise<void>
}

/** Only `Configs` writes here, so what is stored are fields of this type; later ones may be missing. */
export function readConfig(stored: unknown): WitiConfig {
  return { ...unset, ...(stored as Partial<WitiConfig> | undefined) }
}

/** The settings of each connection, as the core keeps them for this dialect. */
export class Configs {
  readonly #settings: DialectSettings
  readonly #turns = new Turns()

  constructor(settings: DialectSettings) {
    this.#settings = settings
  }

  async read({ caller, instance }: WitiCaller): Promise<WitiConfig> {
    return readConfig(await this.#settings.read(caller, instance, dialect))
  }

  /**
   * Changes of one instance take turns, so that of two at once neither undoes the other.
   * @param act has `after` kept at the right moment among what else belongs to the change; at once unless told
   */
  async change(
    who: WitiCaller,
    changes: Partial<WitiConfig>,
    act: (change: ConfigChange) => Promise<void> = ({ after, keep }) => keep(after),
  ): Promise<WitiConfig> {
    return this.#turns.run(who.instance, async () => {
      const before = await this.read(who)
      const after = { ...before, ...changes, webId: who.webId }
      await act({ before, after, keep: (config) => this.#keep(who, config) })
      return after
    })
  }

  async #keep(who: WitiCaller, config: WitiConfig): Promise<void> {
    const kept = await this.read(who)
    if (!Object.keys(unset).some((key) => config[key as keyof WitiConfig] !== kept[key as keyof WitiConfig])) return
    await this.#settings.write(who.caller, who.instance, dialect, config)
  }
}
