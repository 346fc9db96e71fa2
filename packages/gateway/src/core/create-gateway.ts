import { AccessKeysService } from './access/access-keys-service.js'
import { AccessService } from './access/access-service.js'
import { ChatsService } from './chats/chats-service.js'
import { Names } from './chats/event-names.js'
import { ConnectionGate } from './connection/connection-gate.js'
import { ContactsService } from './contacts/contacts-service.js'
import { EventFeed } from './events/event-feed.js'
import { EventsService } from './events/events-service.js'
import { Retention, type RetentionLimits, usualRetention } from './events/retention.js'
import type { Gateway } from './gateway.js'
import { GroupsService } from './groups/groups-service.js'
import { InstancesService } from './instances/instances-service.js'
import type { MediaId } from './ids.js'
import { createMedia, type Media, type MediaParts } from './media/create-media.js'
import { LocalCopies } from './media/local-copies.js'
import { noCopies, noMedia } from './media/no-media.js'
import { networks, type Network } from './instances/instance.js'
import { Roster } from './instances/roster.js'
import { LinkPagesService } from './link-pages/link-pages-service.js'
import { LinksService } from './linking/links-service.js'
import { MessageLinksService, type LinkSurroundings } from './message-links/message-links-service.js'
import { MessagesService } from './messages/messages-service.js'
import type { Clock } from './ports/clock.js'
import { nobody, type Courier, type CourierWorld } from './ports/courier.js'
import type { Engine } from './ports/engine.js'
import type { EventFormat } from './ports/event-format.js'
import type { LinkPreviews } from './ports/link-previews.js'
import type { Log } from './ports/log.js'
import type { Sandbox } from './ports/sandbox.js'
import type { Store } from './ports/store.js'
import { SandboxService } from './sandbox/sandbox-service.js'
import { SettingsService } from './settings/settings-service.js'
import { SubscriptionsService } from './subscriptions/subscriptions-service.js'

/** Connections of one network that may be in the making at a time, over all instances. */
const gateWidth = 16

/** What the core is given from outside. */
export interface CoreParts {
  readonly store: Store
  readonly engine: (network: Network) => Engine
  /** Starts the simulated network when it is first needed; left out where there is none. */
  readonly sandbox?: () => Promise<Sandbox>
  readonly clock: Clock
  readonly log: Log
  /** From 0 (inclusive) to 1 (exclusive). */
  readonly random: () => number
  readonly retention?: RetentionLimits
  /** Base of what is given to others, without a slash at the end. */
  readonly publicUrl: string
  /** Where files are kept, and from where they are fetched; none unless told. */
  readonly media?: MediaParts
  /** What is shown of links in texts that go out; nothing unless told. */
  readonly linkPreviews?: LinkPreviews
  /** What subscribers may read; none unless told. */
  readonly formats?: readonly EventFormat[]
  /** Without it, message links have no logos, and nobody else makes any. */
  readonly links?: LinkSurroundings
  /** What access keys may be permitted; nothing unless told. */
  readonly permissions?: readonly string[]
  /** Who carries events to them; nobody unless told. */
  readonly courier?: (world: CourierWorld) => Courier
}

export interface Core {
  readonly gateway: Gateway
  readonly access: AccessService
  readonly roster: Roster
  readonly feed: EventFeed
  /** Takes over what is stored; from then on every instance answers truly. */
  claim(): Promise<void>
  /** Sets the accounts and the deliveries going again, in the background. */
  wake(): void
  close(): Promise<void>
}

export function createCore(parts: CoreParts): Core {
  const { store, clock, log, random } = parts
  const gates = new Map<Network, ConnectionGate>(networks.map((network) => [network, new ConnectionGate(gateWidth)]))
  const gate = (network: Network): ConnectionGate => {
    const found = gates.get(network)
    if (!found) throw new Error(`no gate for network ${network}`)
    return found
  }
  const feed = new EventFeed(store.events)
  const files = parts.media ? new LocalCopies(store.media, parts.media.storage) : noCopies
  const roster = new Roster({ store, feed, clock, log, random, engine: parts.engine, gate, files })
  const links = new LinksService(roster)
  const access = new AccessService(store.access, store.instances, clock)
  const retention = new Retention({ store: store.expiry, limits: parts.retention ?? usualRetention, clock, log })
  const formats = new Map((parts.formats ?? []).map((format) => [format.name, format]))
  const mediaUrl = (id: MediaId): string => `${parts.publicUrl}/media/${id}`
  const names = new Names({ store, actors: roster, clock })
  const courier =
    parts.courier?.({ store, feed, instances: roster, formats, names, mediaUrl, clock, log, random }) ?? nobody
  const media: Media = parts.media
    ? createMedia(parts.media, {
        roster,
        feed,
        store,
        clock,
        log,
        url: mediaUrl,
        entry: (...of) => messages.entry(...of),
      })
    : noMedia(mediaUrl)
  const messages: MessagesService = new MessagesService({
    roster,
    feed,
    store,
    clock,
    files: media.resolver,
    linkPreviews: parts.linkPreviews,
  })
  const messageLinks = new MessageLinksService({
    ...parts.links,
    store: store.messageLinks,
    roster,
    clock,
    log,
    publicUrl: parts.publicUrl,
  })
  return {
    access,
    roster,
    feed,
    gateway: {
      access,
      accessKeys: new AccessKeysService(store.accessKeys, clock, parts.permissions ?? []),
      instances: new InstancesService(roster, store, clock, () => {
        access.forgetTokens()
      }),
      links,
      linkPages: new LinkPagesService({ roster, links, feed, store, clock }),
      messages,
      media: media.files,
      chats: new ChatsService(roster, store, clock),
      contacts: new ContactsService(roster, store, media.avatars),
      groups: new GroupsService(roster, store.chats, media.avatars),
      events: new EventsService(roster, feed, store.events),
      subscriptions: new SubscriptionsService({ roster, feed, store, courier, formats, names, mediaUrl, clock, log }),
      messageLinks,
      settings: new SettingsService(roster, store.settings, (id) => {
        courier.settingsChanged(id)
      }),
      sandbox: new SandboxService(parts.sandbox),
    },
    claim: () => roster.claim(),
    wake: () => {
      roster.wake()
      retention.start()
      media.start()
      messageLinks.wake()
      courier.start().catch((err: unknown) => {
        log.error({ err }, 'deliveries could not be taken up')
      })
    },
    close: async () => {
      await Promise.all([courier.close(), roster.close(), retention.close(), media.close(), messageLinks.close()])
    },
  }
}
