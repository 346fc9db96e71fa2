import { deflateSync } from 'node:zlib'
import type { GatewayEvent } from '../../core/events/event.js'
import type { EncodedDelivery, EventFormat, Recipient } from '../../core/ports/event-format.js'
import { readConfig, type WitiConfig } from './config.js'
import { postBackEvent } from './post-back.js'
import { withWebId } from './replies.js'

/** What goes into one request where events may be bundled. */
const mostEvents = 50
const mostBytes = 1024 * 1024

/**
 * WITI's PostBack. Tries again on our own schedule: the vendor's pages name none. A subscription that was not made by
 * `set_config.aspx` has the same form, and is set there too.
 */
export const witiEvents: EventFormat = {
  name: 'witi',
  encode(events, to): EncodedDelivery | null {
    const config = readConfig(to.settings)
    const { told, count } = jsonOf(events, to, config)
    const [first] = told
    if (first === undefined) return null
    const url = withWebId(to.subscription.url ?? '', config.webId)
    if (!config.bulk) return { count, url, contentType: 'application/json', body: first, headers: {} }
    return { count, url, contentType: 'text/plain; charset=utf-8', body: bundle(told, config), headers: {} }
  },
}

/** The events that are told, as JSON, from the first one on; nothing where that one is not. */
function jsonOf(
  events: readonly GatewayEvent[],
  to: Recipient,
  { bulk, webId }: WitiConfig,
): { told: string[]; count: number } {
  const told: string[] = []
  let [count, bytes] = [0, 0]
  for (const [i, event] of events.entries()) {
    const body = postBackEvent(event, to, webId)
    if (body === null && i === 0) break
    if (body === null) continue
    const json = JSON.stringify(body)
    bytes += Buffer.byteLength(json)
    if (told.length > 0 && bytes > mostBytes) break
    told.push(json)
    count = i + 1
    if (!bulk || told.length === mostEvents) break
  }
  return { told, count }
}

/** Both are told from JSON, and from each other, by what they begin with. */
function bundle(told: readonly string[], { apiVersion }: WitiConfig): string {
  const array = JSON.stringify(told.map((json) => Buffer.from(json).toString('base64')))
  switch (apiVersion) {
    case '1.0':
      return `BULK,${array}`
    case '1.1':
      return `BULKGZ,${deflateSync(array).toString('base64')}`
  }
}
