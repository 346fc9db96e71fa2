import { createHmac } from 'node:crypto'
import type { EncodedDelivery, EventFormat } from '../../core/ports/event-format.js'
import { eventReply } from './event-replies.js'

/**
 * The event as the API shows it, under the headers of Standard Webhooks 1.0. Its id stays the same from attempt to
 * attempt; the timestamp is that of the attempt, and there is a signature for each secret that is valid then.
 */
export const nativeEvents: EventFormat = {
  name: 'native',
  signs: true,
  encode([event], { subscription, secrets, at, mediaUrl }): EncodedDelivery | null {
    if (event === undefined) return null
    const body = JSON.stringify(eventReply(event, mediaUrl))
    const timestamp = Math.floor(at.getTime() / 1000)
    return {
      count: 1,
      url: subscription.url ?? '',
      contentType: 'application/json',
      body,
      headers: {
        'webhook-id': event.id,
        'webhook-timestamp': String(timestamp),
        'webhook-signature': secrets.map((secret) => signature(secret, `${event.id}.${timestamp}.${body}`)).join(' '),
      },
    }
  },
}

/** `secret` as its owner has it: the key is the Base64 behind `whsec_`. */
function signature(secret: string, signed: string): string {
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64')
  return `v1,${createHmac('sha256', key).update(signed).digest('base64')}`
}
