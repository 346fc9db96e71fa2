import { noNames } from '../../core/chats/event-names.js'
import type { EncodedDelivery, EventFormat } from '../../core/ports/event-format.js'
import { notificationOf } from './notifications.js'
import { readKept } from './settings-shelf.js'
import { switchesOf } from './switches.js'

const seconds = 1000
const hours = 3_600 * seconds

/** Notifications in GREEN-API's format, one to a request. The same object is what `receiveNotification` gives as `body`. */
export const greenApiEvents: EventFormat = {
  name: 'green-api',
  names: true,
  rules: {
    timeout: 180 * seconds,
    // The same notification every minute, and none behind it, for a day.
    retryEvery: 60 * seconds,
    horizon: 24 * hours,
    // Any other answer, 204 too, is none for this vendor.
    accepts: (status) => status === 200,
  },
  encode([event], { instance, subscription, settings, mediaUrl, names = noNames }): EncodedDelivery | null {
    const kept = readKept(settings)
    const notification = event && notificationOf(event, { instance, switches: switchesOf(kept), mediaUrl, names })
    if (!notification) return null
    return {
      count: 1,
      url: subscription.url ?? '',
      contentType: 'application/json',
      body: JSON.stringify(notification),
      headers: authorization(kept.settings.webhookUrlToken ?? ''),
    }
  },
}

/** A bare token is a Bearer token; the vendor takes a value that names one of its two schemes as it is. */
function authorization(token: string): Readonly<Record<string, string>> {
  const value = token.trim()
  if (value === '') return {}
  return { authorization: /^(?:bearer|basic) /i.test(value) ? value : `Bearer ${value}` }
}
