import type { EncodedDelivery, EventFormat } from '../../core/ports/event-format.js'
import { webhookBody } from './webhook.js'

/** Wavave's webhook, one event to a request. Tries again on our own schedule: the vendor's pages name none. */
export const wavaveEvents: EventFormat = {
  name: 'wavave',
  encode([event], { instance, subscription }): EncodedDelivery | null {
    const body = event && webhookBody(event, instance)
    if (!body) return null
    return {
      count: 1,
      url: subscription.url ?? '',
      contentType: 'application/json',
      body: JSON.stringify(body),
      // The vendor describes neither a signature nor a key.
      headers: {},
    }
  },
}
