import { Counter, Gauge, Histogram, type Registry } from 'prom-client'
import type { Clock } from '../../core/ports/clock.js'
import type { SubscriptionStore } from '../../core/ports/subscription-store.js'
import { subscriptionStates } from '../../core/subscriptions/subscription.js'
import { toldAfter } from '../../delivery/circuit.js'
import type { DeliveryObserver } from '../../delivery/observer.js'

/** Seconds; an event that waits for an endpoint to come back may take days. */
const buckets = [0.005, 0.025, 0.1, 0.25, 0.5, 1, 2.5, 10, 60, 600, 3600, 86_400]

/** Counts by format and never by tenant: whoever reads the metrics may not be who reads the messages. */
export function measureDeliveries(
  registry: Registry,
  subscriptions: Pick<SubscriptionStore, 'figures'>,
  clock: Clock,
): DeliveryObserver {
  const registers = [registry]
  const attempts = new Counter({
    name: 'gangway_delivery_attempts_total',
    help: 'Attempts to deliver an event, by the format of the subscription and by how they ended.',
    labelNames: ['format', 'outcome'],
    registers,
  })
  const parked = new Counter({
    name: 'gangway_delivery_parked_total',
    help: 'Times that events were given up, by format and reason; the dead letters of a subscription show which.',
    labelNames: ['format', 'reason'],
    registers,
  })
  const wait = new Histogram({
    name: 'gangway_delivery_wait_seconds',
    help: 'From the commit of an event to the first attempt to deliver it.',
    buckets,
    registers,
  })
  const figures = () => subscriptions.figures(new Date(clock.now().getTime() - toldAfter))
  new Gauge({
    name: 'gangway_subscriptions',
    help: 'Subscriptions by state; `failing` counts those of any state whose every attempt has failed for a day.',
    labelNames: ['state'],
    registers,
    async collect() {
      const { states, failing } = await figures()
      for (const state of subscriptionStates) this.set({ state }, states.get(state) ?? 0)
      this.set({ state: 'failing' }, failing)
    },
  })
  new Gauge({
    name: 'gangway_delivery_waiting_events',
    help: 'Events that wait to be delivered, those that filters will pass over included.',
    registers,
    async collect() {
      this.set((await figures()).waiting)
    },
  })
  return {
    attempted: (format, outcome) => {
      attempts.inc({ format, outcome })
    },
    waited: (ms) => {
      wait.observe(Math.max(ms, 0) / 1000)
    },
    parked: (format, reason) => {
      parked.inc({ format, reason })
    },
  }
}
