import { requireScope } from '../access/access-service.js'
import type { Caller } from '../access/access.js'
import { GatewayError } from '../errors/gateway-error.js'
import type { LinkCode, PhoneNumber, WorkspaceId } from '../ids.js'
import type { Clock } from '../ports/clock.js'
import type { IssuerAccount, LinkIssuer } from '../ports/link-issuer.js'
import type { MessageLinkStore } from '../ports/message-link-store.js'
import { readLinkPhone } from './link-fields.js'
import { draftOf } from './link-mark.js'
import { vendorTextLimit, type MessageLinkRecord } from './message-link.js'
import type { MetaNumber, NewMetaNumber } from './message-links.js'

/** Numbers that live at Meta's Cloud API, and the links that are made there. */
export class MetaNumbers {
  readonly #store: MessageLinkStore
  readonly #issuer: LinkIssuer | undefined
  readonly #clock: Clock

  constructor(store: MessageLinkStore, issuer: LinkIssuer | undefined, clock: Clock) {
    this.#store = store
    this.#issuer = issuer
    this.#clock = clock
  }

  async attach(caller: Caller, { phone, phoneNumberId, token }: NewMetaNumber): Promise<MetaNumber> {
    requireNumbers(caller)
    if (!this.#issuer) throw new GatewayError('not-supported', 'This gateway makes no links at Meta.')
    // It becomes part of a path at Meta.
    if (!/^\d{5,20}$/.test(phoneNumberId)) throw badField('phoneNumberId', 'The id of a number at Meta is digits.')
    if (!/^[\x21-\x7e]{10,1024}$/.test(token)) throw badField('token', 'A token of Meta is letters, digits and signs.')
    const number = { phone: readLinkPhone(phone), phoneNumberId, token, attachedAt: this.#clock.now() }
    return this.#store.putNumber(caller.workspace, number)
  }

  async list(caller: Caller): Promise<MetaNumber[]> {
    requireNumbers(caller)
    return this.#store.numbers(caller.workspace)
  }

  async detach(caller: Caller, phone: PhoneNumber): Promise<void> {
    requireNumbers(caller)
    if (await this.#store.removeNumber(caller.workspace, phone)) return
    throw new GatewayError('meta-number-not-found', 'There is no such number here.')
  }

  /** Undefined for an id that is nobody's here. */
  async phoneOf({ workspace, network }: Caller, phoneNumberId: string): Promise<PhoneNumber | undefined> {
    if (network !== null) return undefined
    const numbers = await this.#store.numbers(workspace)
    return numbers.find((number) => number.phoneNumberId === phoneNumberId)?.phone
  }

  /** Undefined for a number that does not live there: then the gateway makes its links itself. */
  async accountOf(workspace: WorkspaceId, phone: PhoneNumber): Promise<IssuerAccount | undefined> {
    return this.#issuer && (await this.#store.number(workspace, phone))
  }

  async create(account: IssuerAccount, link: IssuedText & Pick<MessageLinkRecord, 'imageType'>): Promise<LinkCode> {
    return this.#at().create(account, { draft: issuedDraft(link), imageType: link.imageType })
  }

  /** What it says in the chat, where that changes. Rejects with `meta-number-not-found` when its number was detached. */
  async update(link: MessageLinkRecord, changed: IssuedText): Promise<LinkCode> {
    const draft = issuedDraft(changed)
    if (draft === issuedDraft(link)) return link.code
    const account = await this.accountOf(link.workspace, link.phone)
    if (!account) {
      throw new GatewayError('meta-number-not-found', 'The number of this link is not attached any more.', {
        hint: 'Attach it again to change what Meta keeps of the link.',
      })
    }
    return this.#at().update(account, link.code, draft)
  }

  /** At Meta, too, as long as its number is attached. */
  async remove({ workspace, phone, code }: MessageLinkRecord): Promise<void> {
    const account = await this.accountOf(workspace, phone)
    if (account) await this.#at().remove(account, code)
  }

  #at(): LinkIssuer {
    if (this.#issuer) return this.#issuer
    throw new GatewayError('not-supported', 'This gateway makes no links at Meta.')
  }
}

type IssuedText = Pick<MessageLinkRecord, 'text' | 'reference' | 'mark'>

function issuedDraft({ text, reference, mark }: IssuedText): string {
  const draft = draftOf(text, reference, mark)
  if (Array.from(draft).length <= vendorTextLimit) return draft
  throw badField('text', `Meta takes at most ${vendorTextLimit} characters, those of a reference included.`)
}

/** Whoever changes where links are made speaks for the workspace on WhatsApp itself. */
function requireNumbers(caller: Caller): void {
  requireScope(caller, 'admin')
  if (caller.network === null && !caller.instance) return
  throw new GatewayError('forbidden', 'A test key has no numbers at Meta.')
}

function badField(field: string, message: string): GatewayError {
  return new GatewayError('bad-request', message, { field })
}
