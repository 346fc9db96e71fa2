import type { GatewayEvent } from '../../core/events/event.js'
import type { EncodedDelivery, EventFormat, Recipient } from '../../core/ports/event-format.js'
import { callbackOf } from './callbacks.js'
import { webhookBody } from './webhook.js'

/** Wavave's webhook, one event to a request. Tries again on our own schedule: the vendor's pages name none. */
export const wavaveEvents: EventFormat = {
  name: 'wavave',
  encode([event], to): EncodedDelivery | null {
    if (event === undefined) return null
    const [url, body] = [urlFor(event, to), webhookBody(event, to)]
    if (url === undefined || body === null) return null
    return {
      count: 1,
      url,
      contentType: 'application/json',
      body: JSON.stringify(body),
      // The vendor describes neither a signature nor a key.
      headers: {},
    }
  },
}

/** The subscription that `callbackStatus` makes tells of a message to whom its own call named; undefined for nobody. */
function urlFor(event: GatewayEvent, { subscription, settings }: Recipient): string | undefined {
  if (subscription.managedBy !== 'wavave') return subscription.url ?? ''
  return event.kind === 'message.status' ? callbackOf(settings, event.data.id) : undefined
}
