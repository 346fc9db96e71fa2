import { Registry } from 'prom-client'
import { expect, test } from 'vitest'
import { measureDeliveries } from '#gateway/app/http/delivery-metrics.js'
import { ManualClock } from '../manual-clock.js'

test('deliveries are counted by format and outcome, and what waits is asked for when somebody looks', async () => {
  const registry = new Registry()
  const asked: Date[] = []
  const store = {
    figures: async (failingBefore: Date) => {
      asked.push(failingBefore)
      return { states: new Map([['active', 3] as const, ['gone', 1] as const]), failing: 2, waiting: 41 }
    },
  }
  const clock = new ManualClock()
  clock.advance(86_400_000)
  const observer = measureDeliveries(registry, store, clock)
  observer.attempted('native', 'accepted')
  observer.attempted('native', 'accepted')
  observer.attempted('witi', 'unreachable')
  observer.waited(80)
  observer.waited(-5)
  observer.parked('green-api', 'expired')
  expect(asked).toEqual([])
  const lines = (await registry.metrics()).split('\n')
  expect(lines).toEqual(
    expect.arrayContaining([
      'gangway_delivery_attempts_total{format="native",outcome="accepted"} 2',
      'gangway_delivery_attempts_total{format="witi",outcome="unreachable"} 1',
      'gangway_delivery_parked_total{format="green-api",reason="expired"} 1',
      'gangway_delivery_wait_seconds_bucket{le="0.1"} 2',
      'gangway_delivery_wait_seconds_sum 0.08',
      'gangway_subscriptions{state="active"} 3',
      'gangway_subscriptions{state="probing"} 0',
      'gangway_subscriptions{state="gone"} 1',
      'gangway_subscriptions{state="failing"} 2',
      'gangway_delivery_waiting_events 41',
    ]),
  )
  expect(asked[0]).toEqual(new Date(0))
})
