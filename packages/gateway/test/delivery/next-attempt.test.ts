import { describe, expect, test } from 'vitest'
import type { VendorRules } from '#gateway/core/ports/event-format.js'
import {
  type Circumstances,
  type Decision,
  horizon,
  nextAttempt,
  type Outcome,
} from '#gateway/delivery/next-attempt.js'
import { retryAfter } from '#gateway/delivery/retry-after.js'

const second = 1000
const hour = 3_600_000
const day = 24 * hour
const start = new Date('2026-03-01T12:00:00Z')
const fresh = { attempts: 0, refusals: 0, barren: false }
const after = (ms: number): Date => new Date(start.getTime() + ms)
const at = (now: Date, more: Partial<Circumstances> = {}): Circumstances => ({
  now,
  deadline: after(horizon),
  random: 0.5,
  ...more,
})
const unreachable: Outcome = { kind: 'unreachable' }
const answered = (status: number, retryAfterHeader?: string): Outcome => ({
  kind: 'refused',
  status,
  retryAfter: retryAfterHeader,
})

/** Lives through one event whose every attempt ends the same, and tells when each was made and how it ended. */
function story(
  outcome: Outcome,
  { barren = false, random = 0.5, rules }: { barren?: boolean; random?: number; rules?: VendorRules } = {},
) {
  const made: number[] = []
  let past = { ...fresh, barren }
  let now = start
  for (;;) {
    made.push(now.getTime() - start.getTime())
    const deadline = after(rules?.horizon ?? horizon)
    const decision: Decision = nextAttempt(past, outcome, { now, deadline, random, rules })
    if (decision.do !== 'retry') return { made, end: decision }
    past = { ...past, attempts: decision.attempts, refusals: decision.refusals }
    now = decision.at
  }
}

describe('an event that nobody takes', () => {
  test('is tried as Standard Webhooks says, then daily for 30 days', () => {
    const { made, end } = story(unreachable)
    const minutes = [0, 5 / 60, 5 + 5 / 60, 35 + 5 / 60, 155 + 5 / 60]
    expect(made.slice(0, 5)).toEqual(minutes.map((each) => Math.round(each * 60) * second))
    const table = [7, 17, 31, 51, 75].map((hours) => hours * hour + 35 * 60 * second + 5 * second)
    expect(made.slice(5, 10)).toEqual(table)
    const daily = made.slice(9, -1).map((time, index) => time - (table.at(-1) ?? 0) - index * day)
    expect(new Set(daily)).toEqual(new Set([0]))
    expect(made.at(-1)).toBe(30 * day)
    expect(end).toEqual({ do: 'park', reason: 'expired' })
  })

  test('never waits more than a fifth longer or shorter than planned', () => {
    for (const [random, factor] of [
      [0, 0.8],
      [0.999_999, 1.2],
    ] as const) {
      const { made } = story(unreachable, { random })
      expect((made[1] ?? 0) / (5 * second)).toBeCloseTo(factor, 2)
      expect(((made[10] ?? 0) - (made[9] ?? 0)) / day).toBeCloseTo(factor, 2)
    }
  })

  test('is tried at least once, however old it is', () => {
    expect(nextAttempt(fresh, unreachable, at(start, { deadline: after(-1) }))).toEqual({
      do: 'park',
      reason: 'expired',
    })
    expect(nextAttempt(fresh, { kind: 'accepted' }, at(start, { deadline: after(-1) }))).toEqual({ do: 'go-on' })
  })
})

describe('F22: what an answer leads to', () => {
  const first = (outcome: Outcome): Decision => nextAttempt(fresh, outcome, at(start))
  const retried = { do: 'retry', at: after(5 * second), attempts: 1 } as const

  for (const status of [301, 302, 303, 307, 308, 304, 408, 425, 429, 500, 502, 503, 504, 599])
    test(`${status}: tried again, no word on the event`, () => {
      expect(first(answered(status))).toEqual({ ...retried, refusals: 0 })
      expect(story(answered(status)).end).toEqual({ do: 'park', reason: 'expired' })
    })

  for (const status of [400, 402, 406, 409, 413, 415, 422, 451])
    test(`${status}: tried four times within an hour, then parked`, () => {
      expect(first(answered(status))).toEqual({ ...retried, refusals: 1 })
      const { made, end } = story(answered(status))
      expect(made).toEqual([0, 5, 305, 2105].map((seconds) => seconds * second))
      expect(end).toEqual({ do: 'park', reason: 'refused' })
    })

  for (const status of [401, 403, 404, 405, 407])
    test(`${status}: the endpoint's trouble rather than the event's, so parked after seven times within a day`, () => {
      const { made, end } = story(answered(status))
      expect(made).toHaveLength(7)
      expect(made.at(-1)).toBeLessThan(day)
      expect(end).toEqual({ do: 'park', reason: 'refused' })
    })

  test('410: nothing more is sent', () => {
    expect(first(answered(410))).toEqual({ do: 'stop' })
  })
})

describe('F24: an event that is refused after one that was parked for the same', () => {
  test('takes longer to be given up', () => {
    const { made, end } = story(answered(422), { barren: true })
    expect(made).toHaveLength(7)
    expect(end).toEqual({ do: 'park', reason: 'refused' })
  })

  test('is held until the horizon where the status speaks of the endpoint', () => {
    const { made, end } = story(answered(401), { barren: true })
    expect(made.at(-1)).toBe(30 * day)
    expect(end).toEqual({ do: 'park', reason: 'expired' })
  })
})

test('refusals are counted apart, so that an outage before them does not make them rare', () => {
  const past = { attempts: 9, refusals: 0, barren: false }
  expect(nextAttempt(past, answered(422), at(after(day)))).toEqual({
    do: 'retry',
    at: after(day + 5 * second),
    attempts: 10,
    refusals: 1,
  })
  expect(nextAttempt({ ...past, refusals: 3 }, unreachable, at(after(day)))).toMatchObject({ do: 'retry', refusals: 3 })
})

describe('F22: Retry-After', () => {
  const wednesday = new Date('2026-03-04T10:00:00Z')
  const table: readonly (readonly [header: string | undefined, wait: number | undefined])[] = [
    ['120', 120 * second],
    ['  7 ', 7 * second],
    ['+7', 7 * second],
    ['0', second],
    ['-5', second],
    ['-99999999999999999999', second],
    ['86401', day],
    ['99999999999999999999999', day],
    ['Wed, 04 Mar 2026 10:05:00 GMT', 300 * second],
    ['Wednesday, 04-Mar-26 10:05:00 GMT', 300 * second],
    ['Wed Mar  4 10:05:00 2026', 300 * second],
    ['Wed, 04 Mar 2026 09:00:00 GMT', second],
    ['Wed, 04 Mar 2099 10:00:00 GMT', day],
    ['Sun, 06 Nov 1994 08:49:37 GMT', second],
    ['soon', undefined],
    ['1.5', undefined],
    ['5 minutes', undefined],
    ['2026-03-04T10:05:00Z', undefined],
    ['Infinity', undefined],
    ['', undefined],
    [undefined, undefined],
  ]
  for (const [header, wait] of table)
    test(`'${String(header)}' is ${wait === undefined ? 'nothing' : `${wait} ms`}`, () => {
      expect(retryAfter(header, wednesday)).toBe(wait)
    })

  test('takes the place of the schedule, without jitter and within the horizon', () => {
    const wanted = nextAttempt(fresh, answered(429, '3600'), at(start, { random: 0 }))
    expect(wanted).toMatchObject({ do: 'retry', at: after(hour) })
    const far = nextAttempt({ ...fresh, attempts: 8 }, answered(503, '1'), at(start))
    expect(far).toMatchObject({ do: 'retry', at: after(second) })
    const late = nextAttempt(fresh, answered(503, '86400'), at(start, { deadline: after(hour) }))
    expect(late).toMatchObject({ do: 'retry', at: after(hour) })
    expect(nextAttempt(fresh, answered(503, 'later'), at(start))).toMatchObject({ at: after(5 * second) })
  })
})

test('the rules of a vendor take the place of all of it', () => {
  const rules = {
    timeout: 180 * second,
    retryEvery: 60 * second,
    horizon: day,
    accepts: (status: number) => status === 200,
  }
  for (const outcome of [unreachable, answered(204), answered(410), answered(422, '5')]) {
    const { made, end } = story(outcome, { rules, random: 0.9 })
    expect(made).toEqual(Array.from({ length: 1441 }, (_, minute) => minute * 60 * second))
    expect(end).toEqual({ do: 'park', reason: 'expired' })
  }
})
