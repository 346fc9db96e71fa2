import type { AttemptId, InstanceId, LinkPageId } from '../ids.js'

/** Languages that the page is written in; without one it speaks the browser's. */
export const linkPageLocales = ['en', 'id', 'pt', 'ru', 'es', 'zh'] as const
export type LinkPageLocale = (typeof linkPageLocales)[number]

/** A page for the person who holds the phone. Whoever has its token can link the instance with it, once. */
export interface LinkPage {
  readonly id: LinkPageId
  readonly instance: InstanceId
  readonly createdAt: Date
  readonly expiresAt: Date
  /** When the instance was linked, by this page or beside it: there is nothing left to do here then. */
  readonly usedAt: Date | null
  /** The attempt that linked. Who followed it may still read how it ended. */
  readonly usedBy: AttemptId | null
  readonly revokedAt: Date | null
  readonly returnUrl: string | null
  readonly brand: LinkPageBrand | null
  readonly locale: LinkPageLocale | null
}

/** Who asks for the link, in the words of the workspace. Plain text. */
export interface LinkPageBrand {
  readonly name: string
}

export const linkPageStatuses = ['open', 'used', 'expired', 'revoked'] as const
export type LinkPageStatus = (typeof linkPageStatuses)[number]

export function linkPageStatus(page: LinkPage, now: Date): LinkPageStatus {
  if (page.revokedAt !== null) return 'revoked'
  if (page.usedAt !== null) return 'used'
  return page.expiresAt <= now ? 'expired' : 'open'
}
