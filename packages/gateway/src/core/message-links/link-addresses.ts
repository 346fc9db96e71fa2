import { draftOf } from './link-mark.js'
import type { LinkImageType, MessageLinkRecord } from './message-link.js'
import type { ChatTarget } from './message-links.js'

/** The only host that a link ever leads to. */
const chatHost = 'https://wa.me/'

/** What is shared and printed. `base`: where the gateway is reached, without a slash at the end. */
export function linkUrl({ issuer, code }: Pick<MessageLinkRecord, 'issuer' | 'code'>, base: string): string {
  return issuer === 'meta' ? `${chatHost}message/${code}` : `${base}/l/${code}`
}

export function imageUrls({ code, version }: MessageLinkRecord, base: string): Record<LinkImageType, string> {
  const of = (ending: string): string => `${base}/l/${code}.${ending}?v=${version}`
  return { PNG: of('png'), SVG: of('svg') }
}

/**
 * Put together from the number, the text and the code that are stored, each of which can hold nothing that ends the part of
 * the address where it stands. Whatever somebody sends who opens a link is no part of it.
 */
export function targetOf(link: MessageLinkRecord): ChatTarget {
  if (link.issuer === 'meta') return { web: `${chatHost}message/${encodeURIComponent(link.code)}`, app: null }
  const text = encodeURIComponent(draftOf(link.text, link.reference, link.mark))
  const phone = encodeURIComponent(link.phone)
  return { web: `${chatHost}${phone}?text=${text}`, app: `whatsapp://send?phone=${phone}&text=${text}` }
}
