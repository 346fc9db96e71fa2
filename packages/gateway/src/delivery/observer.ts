import type { SubscriptionFormat } from '../core/subscriptions/subscription.js'

/** How an attempt is counted. `not-made` and whatever was broken off are not. */
export const attemptOutcomes = ['accepted', 'refused', 'unreachable'] as const
export type AttemptOutcome = (typeof attemptOutcomes)[number]

/** What the person who operates the gateway can see of deliveries. */
export interface DeliveryObserver {
  attempted(format: SubscriptionFormat, outcome: AttemptOutcome): void
  /** An event was sent for the first time, so many ms after it was committed. */
  waited(ms: number): void
  parked(format: SubscriptionFormat, reason: string): void
}
