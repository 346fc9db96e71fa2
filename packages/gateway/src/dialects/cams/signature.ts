import { timingSafeEqual } from 'node:crypto'

/** Takes as long wherever they differ. The text and not the bytes that it stands for: base64 can write those in more ways. */
export function isSame(shown: string, expected: string): boolean {
  const [one, other] = [Buffer.from(shown), Buffer.from(expected)]
  const sized = one.length === other.length
  return timingSafeEqual(sized ? one : other, other) && sized
}

/** `2026-03-01T12:00:00Z`, in UTC and to the second; undefined for anything else, days that are not included. */
export function readTime(text: string): Date | undefined {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(text)) return undefined
  const time = new Date(text)
  if (Number.isNaN(time.getTime())) return undefined
  return time.toISOString() === text.replace('Z', '.000Z') ? time : undefined
}
