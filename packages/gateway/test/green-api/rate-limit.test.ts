import fc from 'fast-check'
import { expect, test } from 'vitest'
import { GatewayError } from '#gateway/core/errors/gateway-error.js'
import { RateLimit } from '#gateway/dialects/green-api/rate-limit.js'
import { ManualClock } from '../manual-clock.js'
import { startWorld } from './world.js'

function allowed(limit: RateLimit, perSecond: number, instance = 'one', method = 'qr'): boolean {
  try {
    limit.take(instance, method, perSecond)
    return true
  } catch (error) {
    if (error instanceof GatewayError && error.code === 'rate-limited') return false
    throw error
  }
}

test('so many calls at once, and after a second as many again', () => {
  for (const perSecond of [1, 3, 10, 50]) {
    const clock = new ManualClock()
    const limit = new RateLimit(clock)
    for (let second = 0; second < 3; second++) {
      for (let call = 0; call < perSecond; call++) expect(allowed(limit, perSecond)).toBe(true)
      expect(allowed(limit, perSecond)).toBe(false)
      clock.advance(1000)
    }
  }
})

test('one call in ten seconds', () => {
  const clock = new ManualClock()
  const limit = new RateLimit(clock)
  expect(allowed(limit, 0.1)).toBe(true)
  clock.advance(9000)
  expect(allowed(limit, 0.1)).toBe(false)
  clock.advance(1000)
  expect(allowed(limit, 0.1)).toBe(true)
})

test('each instance and each method is counted by itself', () => {
  const limit = new RateLimit(new ManualClock())
  expect(allowed(limit, 1, 'one', 'reboot')).toBe(true)
  expect(allowed(limit, 1, 'one', 'logout')).toBe(true)
  expect(allowed(limit, 1, 'two', 'reboot')).toBe(true)
  expect(allowed(limit, 1, 'one', 'reboot')).toBe(false)
})

test('a poller at the documented pace is never refused, however its timer jitters', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -90, max: 90 }), { maxLength: 200 }), (jitters) => {
      const clock = new ManualClock()
      const limit = new RateLimit(clock)
      let at = 100
      let last = 0
      for (const jitter of [0, ...jitters]) {
        clock.advance(at + Math.trunc(jitter / 2) - last)
        last = at + Math.trunc(jitter / 2)
        expect(allowed(limit, 1)).toBe(true)
        expect(allowed(limit, 3, 'one', 'other')).toBe(true)
        at += 1000
      }
    }),
  )
})

test('never more than documented over any stretch of time, but for one call', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(0.1, 1, 3, 10),
      fc.array(fc.integer({ min: 0, max: 700 }), { maxLength: 300 }),
      (perSecond, pauses) => {
        const clock = new ManualClock()
        const limit = new RateLimit(clock)
        const taken: number[] = []
        for (const pause of pauses) {
          clock.advance(pause)
          if (allowed(limit, perSecond)) taken.push(clock.monotonic())
        }
        const together = Math.max(perSecond, 1)
        taken.forEach((at, i) => {
          const seconds = (at - (taken[0] ?? 0)) / 1000
          expect(i + 1).toBeLessThanOrEqual(together + seconds * perSecond + 1)
        })
      },
    ),
  )
})

test('past its limit a method answers 429 and when to come back; others go on', async () => {
  const { call, instance, clock } = await startWorld()
  const { path } = await instance()
  expect((await call('GET', path('getSettings'))).status).toBe(200)
  const refused = await call('GET', path('GetSettings'))
  expect([refused.status, refused.body.message, refused.headers.get('retry-after')]).toEqual([
    429,
    'Too Many Requests',
    '1',
  ])
  expect(refused.headers.get('access-control-allow-origin')).toBe('*')
  expect((await call('GET', path('getStateInstance'))).status).toBe(200)
  clock.advance(1000)
  expect((await call('GET', path('getSettings'))).status).toBe(200)
})

test('whoever does not know the token uses nothing up', async () => {
  const { call, instance } = await startWorld()
  const { path, idInstance } = await instance()
  for (let i = 0; i < 5; i++) await call('GET', `/waInstance${idInstance}/getSettings/wrong`)
  expect((await call('GET', path('getSettings'))).status).toBe(200)
})

test('three polls for the QR a second', async () => {
  const { call, instance, clock } = await startWorld()
  const { path } = await instance()
  const statuses = async (): Promise<number[]> => {
    const found = []
    for (let i = 0; i < 4; i++) found.push((await call('GET', path('qr'))).status)
    return found
  }
  expect(await statuses()).toEqual([200, 200, 200, 429])
  clock.advance(1000)
  expect(await statuses()).toEqual([200, 200, 200, 429])
})
