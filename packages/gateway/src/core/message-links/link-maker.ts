import type { LinkCode, WorkspaceId } from '../ids.js'
import { newMessageLinkId } from '../identifiers.js'
import type { Network } from '../instances/instance.js'
import { GatewayError } from '../errors/gateway-error.js'
import type { Clock } from '../ports/clock.js'
import type { LogoImages } from '../ports/logo-images.js'
import type { MessageLinkStore, NewMessageLinkRecord, StoredLinkChanges } from '../ports/message-link-store.js'
import { newLinkCode, newLinkMark } from './link-code.js'
import { readExpiry, readFallback, readLinkName, readLinkPhone, readStyle, readTags } from './link-fields.js'
import { readLinkText, textKey } from './link-text.js'
import type { MessageLinkRecord } from './message-link.js'
import type { MessageLinkChanges, MessageLinkSettings, NewMessageLink } from './message-links.js'
import type { MetaNumbers } from './meta-numbers.js'

export const usualSettings: MessageLinkSettings = { rotateOnUpdate: false, reference: 'marker' }

/** Makes of a wish what is stored, with a code of the gateway's own or of Meta's. */
export class LinkMaker {
  readonly #store: MessageLinkStore
  readonly #numbers: MetaNumbers
  readonly #images: LogoImages | undefined
  readonly #clock: Clock

  constructor(store: MessageLinkStore, numbers: MetaNumbers, images: LogoImages | undefined, clock: Clock) {
    this.#store = store
    this.#numbers = numbers
    this.#images = images
    this.#clock = clock
  }

  /** Rejects as `MessageLinks.create` does; what Meta has made by then has to be stored, or undone. */
  async make(workspace: WorkspaceId, network: Network, wish: NewMessageLink): Promise<NewMessageLinkRecord> {
    const phone = readLinkPhone(wish.phone)
    const text = readLinkText(wish.text, 'text')
    const account = network === 'whatsapp' ? await this.#numbers.accountOf(workspace, phone) : undefined
    const settings = await this.#settingsOf(workspace)
    const link = {
      id: newMessageLinkId(),
      workspace,
      network,
      phone,
      text,
      textKey: textKey(text),
      imageType: wish.imageType ?? 'PNG',
      name: readLinkName(wish.name ?? null),
      tags: readTags(wish.tags ?? []),
      enabled: wish.enabled ?? true,
      expiresAt: readExpiry(wish.expiresAt ?? null),
      fallback: readFallback(wish.fallback ?? null),
      // Meta keeps the draft, of so many characters, so that it is left as it is unless somebody asks.
      reference: wish.reference ?? (account ? 'text' : settings.reference),
      mark: newLinkMark(),
      style: readStyle(wish.style ?? {}),
      logo: await this.readLogo(wish.logo ?? null),
      createdAt: this.#clock.now(),
    } as const
    if (!account) return { ...link, issuer: 'gateway', code: newLinkCode() }
    return { ...link, issuer: 'meta', code: await this.#numbers.create(account, link) }
  }

  /** At Meta, too, where it was made there. Rejects as `MessageLinks.edit` does. */
  async change(link: MessageLinkRecord, changes: MessageLinkChanges): Promise<StoredLinkChanges> {
    const { imageType, name, tags, enabled, expiresAt, fallback, style, logo } = changes
    const text = changes.text === undefined ? link.text : readLinkText(changes.text, 'text')
    const reference = changes.reference ?? link.reference
    const stored = {
      at: this.#clock.now(),
      text,
      textKey: textKey(text),
      reference,
      ...(imageType !== undefined && { imageType }),
      ...(name !== undefined && { name: readLinkName(name) }),
      ...(tags !== undefined && { tags: readTags(tags) }),
      ...(enabled !== undefined && { enabled }),
      ...(expiresAt !== undefined && { expiresAt: readExpiry(expiresAt) }),
      ...(fallback !== undefined && { fallback: readFallback(fallback) }),
      ...(style !== undefined && { style: readStyle(style, link.style) }),
      ...(logo !== undefined && { logo: await this.readLogo(logo) }),
    }
    // Last, as Meta does not take back what a field after it would spoil.
    return { ...stored, code: await this.#codeAfter(link, { ...link, text, reference }, changes.rotateCode) }
  }

  async #codeAfter(link: MessageLinkRecord, changed: MessageLinkRecord, rotate?: boolean): Promise<LinkCode> {
    if (link.issuer === 'meta') {
      if (rotate !== true) return this.#numbers.update(link, changed)
      throw new GatewayError('not-supported', 'Meta gives a link one code and no other.', { field: 'rotateCode' })
    }
    const { rotateOnUpdate } = await this.#settingsOf(link.workspace)
    return (rotate ?? (rotateOnUpdate && changed.text !== link.text)) ? newLinkCode() : link.code
  }

  async #settingsOf(workspace: WorkspaceId): Promise<MessageLinkSettings> {
    return { ...usualSettings, ...(await this.#store.settings(workspace)) }
  }

  /** With another code and mark, after those before turned out to be taken. */
  redraw(link: NewMessageLinkRecord): NewMessageLinkRecord {
    return { ...link, mark: newLinkMark(), ...(link.issuer === 'gateway' && { code: newLinkCode() }) }
  }

  async readLogo(logo: Uint8Array | null): Promise<Uint8Array | null> {
    if (logo === null) return null
    if (this.#images) return this.#images.read(logo, 'logo')
    throw new GatewayError('not-supported', 'This gateway draws no logos.', { field: 'logo' })
  }
}
