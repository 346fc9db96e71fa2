/** What an endpoint may ask for, in ms: not at once, which would be a loop, and not longer than a day. */
const shortest = 1_000
const longest = 86_400_000

/**
 * Milliseconds until an endpoint wants to be asked again: seconds or an HTTP date (RFC 9110, 10.2.3). What lies in the past or
 * is negative is as soon as may be, what is far away is a day. Undefined for nothing, and for what is neither.
 */
export function retryAfter(header: string | undefined, now: Date): number | undefined {
  const text = header?.trim() ?? ''
  const wanted = /^[+-]?\d+$/.test(text) ? Number(text) * 1000 : dateOf(text) - now.getTime()
  return Number.isNaN(wanted) ? undefined : Math.min(Math.max(wanted, shortest), longest)
}

/** NaN for what is no HTTP date. The oldest of the three forms names no zone and means GMT like the others. */
function dateOf(text: string): number {
  if (!/^(mon|tue|wed|thu|fri|sat|sun)/i.test(text)) return NaN
  return Date.parse(/gmt$/i.test(text) ? text : `${text} GMT`)
}
