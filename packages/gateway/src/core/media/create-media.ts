import type { EventFeed } from '../events/event-feed.js'
import type { MediaFiles, Messages } from '../gateway.js'
import type { MediaId } from '../ids.js'
import type { Roster } from '../instances/roster.js'
import type { FileResolver } from '../messages/file-resolver.js'
import type { Clock } from '../ports/clock.js'
import type { Log } from '../ports/log.js'
import type { MediaInspector } from '../ports/media-inspector.js'
import type { MediaStorage } from '../ports/media-storage.js'
import type { Outbound } from '../ports/outbound.js'
import type { Store } from '../ports/store.js'
import { Avatars } from '../profiles/avatars.js'
import { Downloads } from './downloads.js'
import { EagerDownloads } from './eager-downloads.js'
import { IncomingFiles } from './incoming-files.js'
import { LocalCopies } from './local-copies.js'
import { MediaRetention, usualMediaLimits, type MediaLimits } from './media-retention.js'
import { MediaService } from './media-service.js'
import { SendableFiles } from './sendable-files.js'

/** What files need from outside. */
export interface MediaParts {
  readonly storage: MediaStorage
  readonly inspector: MediaInspector
  readonly outbound: Outbound
  readonly limits?: MediaLimits
}

export interface MediaWorld {
  readonly roster: Roster
  readonly feed: EventFeed
  readonly store: Store
  readonly clock: Clock
  readonly log: Log
  readonly url: (id: MediaId) => string
  readonly entry: Messages['entry']
}

export interface Media {
  readonly files: MediaFiles
  readonly resolver: FileResolver
  readonly avatars: Pick<Avatars, 'jpeg'>
  /** Has files that are too old deleted from then on. */
  start(): void
  close(): Promise<void>
}

export function createMedia(
  { storage, inspector, outbound, limits = usualMediaLimits }: MediaParts,
  world: MediaWorld,
): Media {
  const { roster, feed, clock, log, url, entry } = world
  const store = world.store.media
  const downloads = new Downloads({ roster, store, storage, clock })
  const incoming = new IncomingFiles({ store, storage, inspector, clock })
  const copies = new LocalCopies(store, storage)
  const eager = new EagerDownloads({ feed, roster, store, downloads, clock, log })
  const retention = new MediaRetention({ store, storage, limits, clock, log })
  const sweep = (): Promise<void> => retention.sweep()
  const files = new MediaService({
    url,
    roster,
    store,
    storage,
    outbound,
    downloads,
    incoming,
    copies,
    inspector,
    entry,
    limits,
    sweep,
  })
  return {
    files,
    avatars: new Avatars(files, copies, inspector),
    resolver: new SendableFiles({ roster, store, inspector, downloads, incoming, copies }),
    start: () => {
      retention.start()
    },
    close: async () => {
      eager.close()
      await retention.close()
    },
  }
}
