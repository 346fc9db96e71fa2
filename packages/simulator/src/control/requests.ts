import type { RegisterPhone } from '../api.js'
import { Fields } from './fields.js'
import { Problem } from './problems.js'

export function readRegistration(body: unknown): RegisterPhone {
  return Fields.all(body, (fields) => {
    const number = fields.optionalText('number')
    const name = fields.optionalText('name')
    return { ...(number !== undefined && { number }), ...(name !== undefined && { name }) }
  })
}

/** What is held in front of the phone: the text of a QR code, or a picture of it. */
export type Shown = { readonly kind: 'qr' | 'image'; readonly value: string }

export function readScan(body: unknown): Shown {
  return Fields.all(body, (fields) => {
    const qr = fields.optionalText('qr')
    const image = fields.optionalText('image')
    if (qr !== undefined && image === undefined) return { kind: 'qr', value: qr }
    if (image !== undefined && qr === undefined) return { kind: 'image', value: image }
    throw new Problem('bad-request', "Either 'qr' or 'image' is required.")
  })
}

export function readCode(body: unknown): string {
  return Fields.all(body, (fields) => fields.text('code'))
}

/** Without a list, everything unread is meant. */
export function readReceipts(body: unknown): readonly string[] | undefined {
  return Fields.all(body, (fields) => fields.optionalTexts('ids'))
}

export function readPlayed(body: unknown): readonly string[] {
  return Fields.all(body, (fields) => fields.texts('ids'))
}

/** Without a device, all of them are meant. */
export function readUnlink(body: unknown): string | undefined {
  return Fields.all(body, (fields) => fields.optionalText('device'))
}

/** For requests that say everything with their path. */
export function readNothing(body: unknown): void {
  Fields.all(body, () => undefined)
}

/** How many entries of the history the caller already has. */
export function readAfter(query: URLSearchParams): number {
  const after = query.get('after') ?? '0'
  if (!/^\d{1,15}$/.test(after)) throw new Problem('bad-request', "'after' must be a whole number.")
  return Number(after)
}
