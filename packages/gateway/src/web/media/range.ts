import type { ByteRange } from '../../core/gateway.js'

/** One range of bytes (RFC 9110 14.1.2). What is none, of another unit, or more than one is as if nobody had asked. */
export function readRange(header: string | undefined): ByteRange | undefined {
  const [, first, last] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header?.replace(/\s/g, '') ?? '') ?? []
  if (first === undefined || last === undefined) return undefined
  if (first === '') return last === '' ? undefined : { from: -Number(last) }
  const from = Number(first)
  if (last === '') return { from }
  const to = Number(last)
  return to < from ? undefined : { from, to }
}
