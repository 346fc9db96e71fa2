import { randomUUID } from 'node:crypto'
import type { LinkImageType, MessageLink } from '../../core/message-links/message-link.js'

/** The vendor's name is short for "QR code and deep link". */
export interface Qrdl {
  readonly PhoneNumber: string
  readonly QrdlCode: string
  readonly GenerateQrImage: LinkImageType
  readonly PrefilledMessage: string
  readonly DeepLinkUrl: string
  readonly QrImageUrl: string
}

/** `Data` is what a create and an update made, the array of a list, and left out of a deletion. */
export interface Reply {
  readonly RequestId: string
  readonly Code: 'OK'
  /** The vendor's samples say `None` where there is nothing to say. */
  readonly Message: 'None'
  readonly AccessDeniedDetail: 'None'
  readonly Data?: Qrdl | readonly Qrdl[]
}

/** `type`: of the image that was asked for, each link having both. */
export function qrdl({ phone, code, text, url, imageUrl, imageType }: MessageLink, type = imageType): Qrdl {
  return {
    PhoneNumber: phone,
    QrdlCode: code,
    GenerateQrImage: type,
    PrefilledMessage: text,
    DeepLinkUrl: url,
    QrImageUrl: imageUrl[type],
  }
}

export function succeeded(Data?: Qrdl | readonly Qrdl[]): Reply {
  const said = { RequestId: newRequestId(), Code: 'OK', Message: 'None', AccessDeniedDetail: 'None' } as const
  return Data === undefined ? said : { ...said, Data }
}

export const newRequestId = (): string => randomUUID().toUpperCase()
