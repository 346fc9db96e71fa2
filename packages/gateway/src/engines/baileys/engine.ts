import { initAuthCreds } from 'baileys'
import type { Network } from '../../core/instances/instance.js'
import type { Clock } from '../../core/ports/clock.js'
import type { Credentials } from '../../core/ports/credentials.js'
import type { Engine } from '../../core/ports/engine.js'
import { BaileysConnection } from './connection.js'
import { weightOf } from './group-book.js'
import { generatePreKeys } from './pre-keys.js'
import { Pulse, type PulseLimits } from './pulse.js'
import { tryEachSessionAlone } from './session-trials.js'
import { trustRootKey } from './server-identity.js'
import { SharedCache } from './shared-cache.js'
import { Spare } from './spare.js'

export interface BaileysOptions {
  readonly network: Network
  /** WebSocket URL of the WhatsApp server. */
  readonly url: string
  /** Noise root key of that server (32 bytes); WhatsApp's own when left out. */
  readonly rootKey: Uint8Array | undefined
  readonly credentials: Credentials
  readonly clock: Clock
  readonly pulse?: PulseLimits
}

const minute = 60_000
/** What the library uploads at the first login (its INITIAL_PREKEY_COUNT). */
const preKeyCount = 812

/** WhatsApp through Baileys, for one network. One thread runs one of these at most (see `trustRootKey`). */
export function createBaileysEngine(options: BaileysOptions): Engine {
  trustRootKey(options.rootKey)
  tryEachSessionAlone()
  const open = new Set<BaileysConnection>()
  const parts = {
    url: options.url,
    credentials: options.credentials,
    pulse: new Pulse(options.clock, options.pulse),
    identities: new Spare(initAuthCreds),
    preKeys: new Spare(() => generatePreKeys(preKeyCount)),
    settling: new Map(),
    // The lifetimes are the library's own (DEFAULT_CACHE_TTLS), the sizes bound what they may cost together.
    caches: {
      retries: new SharedCache({ entries: 20_000, lifetime: 60 * minute }),
      devices: new SharedCache({ entries: 20_000, lifetime: 5 * minute }),
      calls: new SharedCache({ entries: 2_000, lifetime: 5 * minute }),
      placeholders: new SharedCache({ entries: 5_000, lifetime: 60 * minute }),
      numbers: new SharedCache({ entries: 20_000, lifetime: 15 * minute }),
      groups: new SharedCache({
        entries: 5_000,
        lifetime: 60 * minute,
        weight: { most: 200_000, of: weightOf },
      }),
      // A message can be edited for a quarter of an hour, and its edit may come late.
      secrets: new SharedCache({ entries: 20_000, lifetime: 60 * minute }),
      addresses: new SharedCache({ entries: 100_000, lifetime: 60 * minute }),
    },
  }
  return {
    network: options.network,
    open(instance, intent, inbox) {
      const connection = new BaileysConnection(parts, instance, intent, {
        accept: (step) => {
          if (step.report.kind === 'closed') open.delete(connection)
          return inbox.accept(step)
        },
      })
      open.add(connection)
      void connection.start()
      return connection
    },
    close: async () => {
      await Promise.all([...open].map((connection) => connection.close()))
    },
  }
}
