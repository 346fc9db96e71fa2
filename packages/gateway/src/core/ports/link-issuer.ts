import type { LinkCode } from '../ids.js'
import type { LinkImageType } from '../message-links/message-link.js'

/** Somebody else who makes links for numbers that live there (Meta's Cloud API). Nothing here is repeated by itself. */
export interface LinkIssuer {
  /** Rejects, as all of these do, with `issuer-refused` in the issuer's own words, or with `issuer-unreachable`. */
  create(account: IssuerAccount, wish: { draft: string; imageType: LinkImageType }): Promise<LinkCode>
  /** The code that it has from then on. */
  update(account: IssuerAccount, code: LinkCode, draft: string): Promise<LinkCode>
  /** One that is gone there already is as good as removed. */
  remove(account: IssuerAccount, code: LinkCode): Promise<void>
}

export interface IssuerAccount {
  readonly phoneNumberId: string
  readonly token: string
}
