import { randomBytes } from 'node:crypto'
import type { GatewayEvent } from '../core/events/event.js'
import type { EventId } from '../core/ids.js'
import type { Instance } from '../core/instances/instance.js'
import type { CourierWorld } from '../core/ports/courier.js'
import type { EventFormat } from '../core/ports/event-format.js'
import type { Outbound } from '../core/ports/outbound.js'
import type { SubscriptionRecord } from '../core/ports/subscription-store.js'
import { validSecrets } from '../core/subscriptions/signing-secrets.js'
import type { TestDelivery } from '../core/subscriptions/subscriptions.js'
import { attempt } from './attempt.js'

/** Tells an endpoint how an instance is, as if that had just changed. `seq` is 0, which no event of a log has. */
export async function sendTest(
  world: Pick<CourierWorld, 'clock' | 'store' | 'mediaUrl'> & {
    readonly outbound: Outbound
    readonly format: EventFormat
  },
  { subscription, secrets }: SubscriptionRecord,
  instance: Instance,
): Promise<TestDelivery> {
  const { clock, store, outbound, format, mediaUrl } = world
  const at = clock.now()
  const settings = await store.settings.read(instance.id, format.name)
  const recipient = { instance, subscription, settings, secrets: validSecrets(secrets, at), at, mediaUrl }
  const delivery = format.encode([howItIs(instance, at)], recipient)
  if (delivery === null) return { outcome: 'silent', status: null, error: null, took: 0 }
  const begun = clock.monotonic()
  const { outcome, error, why } = await attempt(outbound, delivery, { lane: subscription.id, rules: format.rules })
  const took = Math.round(clock.monotonic() - begun)
  const status = typeof why === 'number' ? why : null
  return { outcome: outcome.kind === 'not-made' ? 'unreachable' : outcome.kind, status, error, took }
}

function howItIs({ id, state, reason }: Instance, time: Date): GatewayEvent {
  const event = `ev_test_${randomBytes(16).toString('base64url')}` as EventId
  return { seq: 0, id: event, instance: id, time, kind: 'instance.state', data: { state, previous: state, reason } }
}
