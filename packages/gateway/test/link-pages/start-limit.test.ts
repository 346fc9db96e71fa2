import { expect, test } from 'vitest'
import type { LinkPageId } from '#gateway/core/ids.js'
import { StartLimit, startsPerMinute } from '#gateway/core/link-pages/start-limit.js'
import { ManualClock } from '../manual-clock.js'

const [one, other] = ['one', 'other'] as LinkPageId[]
if (one === undefined || other === undefined) throw new Error('two ids were written')

test('a page may be started a few times a minute, each page for itself', () => {
  const clock = new ManualClock()
  const limit = new StartLimit(clock)
  for (let start = 0; start < startsPerMinute; start++) {
    expect(limit.take(one)).toBe(0)
    clock.advance(1_000)
  }
  expect(limit.take(one)).toBe(60_000 - startsPerMinute * 1_000)
  expect(limit.take(other)).toBe(0)
  clock.advance(60_000 - startsPerMinute * 1_000)
  expect(limit.take(one)).toBe(0)
  expect(limit.take(one)).toBe(1_000)
})
