import type { MessageLink } from '../../core/message-links/message-link.js'
import type { Paging } from './paging.js'
import type { ImageWish } from './requests.js'

/** A message QR code as Meta tells it. */
export interface QrCodeReply {
  readonly code: string
  readonly prefilled_message: string
  readonly deep_link_url: string
  /** Only where it is asked for. */
  readonly qr_image_url?: string
}

export interface QrCodeListReply {
  readonly data: readonly QrCodeReply[]
  readonly paging?: Paging
}

export function qrCodeReply({ code, text, url, imageUrl, imageType }: MessageLink, image: ImageWish): QrCodeReply {
  return {
    code,
    prefilled_message: text,
    deep_link_url: url,
    ...(image !== undefined && { qr_image_url: imageUrl[image === 'own' ? imageType : image] }),
  }
}

export function listReply(links: readonly MessageLink[], image: ImageWish, paging?: Paging): QrCodeListReply {
  return { data: links.map((link) => qrCodeReply(link, image)), ...(paging && { paging }) }
}
