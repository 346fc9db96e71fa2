import type { BusinessProfile, RegisterPhone, ReportOptions, Restriction } from '../api.js'
import { Fields } from './fields.js'
import { Problem } from './problems.js'

export function readRegistration(body: unknown): RegisterPhone {
  return Fields.all(body, (fields) => {
    const number = fields.optionalText('number')
    const name = fields.optionalText('name')
    const hideNumber = fields.optionalFlag('hideNumber')
    const business = fields.optionalObject('business', readBusiness)
    return {
      ...(number !== undefined && { number }),
      ...(name !== undefined && { name }),
      ...(hideNumber !== undefined && { hideNumber }),
      ...(business !== undefined && { business }),
    }
  })
}

function readBusiness(fields: Fields): BusinessProfile {
  const names = ['description', 'category', 'email', 'website', 'address'] as const
  const given = names.flatMap((name) => {
    const text = fields.optionalText(name)
    return text === undefined ? [] : [[name, text] as const]
  })
  return Object.fromEntries(given)
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
export function readReceipts(body: unknown): { ids: readonly string[] | undefined; more: ReportOptions } {
  return Fields.all(body, (fields) => ({ ids: fields.optionalTexts('ids'), more: readPrivately(fields) }))
}

export function readPlayed(body: unknown): { ids: readonly string[]; more: ReportOptions } {
  return Fields.all(body, (fields) => ({ ids: fields.texts('ids'), more: readPrivately(fields) }))
}

function readPrivately(fields: Fields): ReportOptions {
  const privately = fields.optionalFlag('privately')
  return privately === undefined ? {} : { privately }
}

/** Until when, and why, an account may begin no new chats. */
export function readRestriction(body: unknown): Partial<Restriction> {
  return Fields.all(body, (fields) => {
    const [until, reason] = [fields.optionalText('until'), fields.optionalText('reason')]
    const date = until === undefined ? undefined : new Date(until)
    if (date && Number.isNaN(date.getTime())) throw new Problem('bad-request', "'until' must be a time in ISO 8601.")
    return { ...(date && { until: date }), ...(reason !== undefined && { reason }) }
  })
}

/** Without a device, all of them are meant. */
export function readUnlink(body: unknown): string | undefined {
  return Fields.all(body, (fields) => fields.optionalText('device'))
}

/** On or off. */
export function readSwitch(body: unknown): boolean {
  return Fields.all(body, (fields) => fields.flag('on'))
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
