/** First ceiling and last, in milliseconds. The ceiling doubles with each failure in a row. */
export const backOffLimits = { first: 1_000, last: 300_000 } as const

/**
 * How long to wait before the attempt that follows `failures` failures in a row, in ms: anywhere between nothing and the
 * ceiling ("full jitter"), so that a thousand accounts cut off at once do not come back at once.
 * @param random a number from 0 (inclusive) to 1 (exclusive)
 */
export function backOff(failures: number, random: number): number {
  const ceiling = Math.min(backOffLimits.last, backOffLimits.first * 2 ** Math.min(failures, 20))
  return Math.floor(random * ceiling)
}
