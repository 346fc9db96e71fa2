import { isIPv6 } from 'node:net'
import type { IncomingHttpHeaders } from 'node:http'
import { LRUCache } from 'lru-cache'
import type { Visitor } from '../../core/message-links/message-links.js'

/** What asks for a link and is no person with a phone: previews of messengers, search engines, scripts and monitors. */
const robot =
  /bot\b|bot[/;)]|crawl|spider|slurp|preview|whatsapp\/|facebookexternalhit|facebookcatalog|meta-external|skypeuripreview|embedly|vkshare|quora link|slack|telegram|discord|twitter|linkedin|pinterest\/|google-|googleother|lighthouse|headlesschrome|phantomjs|monitor|uptime|pingdom|curl\/|wget\/|python|httpx|aiohttp|okhttp\/|java\/|go-http|axios|node-fetch|undici|libwww|httpclient|postman|scrapy|validator|archive\.org/i
/** Browsers inside of other apps, which do not hand an address to the app that it belongs to. */
const insideApp =
  /\b(?:FBAN|FBAV|FB_IAB|Instagram|Line\/|MicroMessenger|TikTok|musical_ly|BytedanceWebview|Snapchat|KAKAOTALK|Twitter for)/i
const phone = /Android|iPhone|iPad/i
const longestAgent = 300

/** Null for whoever is not counted. */
export function visitorOf(
  agents: Agents,
  method: string,
  headers: IncomingHttpHeaders,
  address: string,
): Visitor | null {
  const agent = headers['user-agent'] ?? ''
  if (method !== 'GET' || agent === '' || isAhead(headers) || agents.of(headers).isRobot) return null
  return { address, agent: agent.length > longestAgent ? agent.slice(0, longestAgent) : agent }
}

interface Agent {
  readonly isRobot: boolean
  /** Where only a tap on the app's own address opens the chat. */
  readonly needsTap: boolean
}

/** What browsers are. They are few, and looking at one closely takes longer than all the rest of a redirect. */
export class Agents {
  readonly #known = new LRUCache<string, Agent>({ max: 2_000 })

  of({ 'user-agent': name = '' }: IncomingHttpHeaders): Agent {
    const known = this.#known.get(name)
    if (known) return known
    const isInside = insideApp.test(name)
    const agent = {
      // Twitter's own app says so too, and there is a person in it.
      isRobot: !isInside && robot.test(name.replace(/Twitter for \w+/i, '')),
      needsTap: isInside && phone.test(name),
    }
    this.#known.set(name, agent)
    return agent
  }
}

/** Fetched for the case that somebody asks for it. */
function isAhead(headers: IncomingHttpHeaders): boolean {
  const purpose = headers['sec-purpose'] ?? headers.purpose ?? headers['x-purpose'] ?? headers['x-moz']
  return purpose !== undefined && /prefetch|preview|prerender/i.test(String(purpose))
}

/**
 * Who asks. Behind a proxy on this machine or in its network that is the last address that the proxy has seen; from anywhere
 * else nobody is believed who names another.
 */
export function addressOf(peer: string, forwarded: string | string[] | undefined): string {
  if (forwarded === undefined || !isNear(peer)) return peer
  const all = typeof forwarded === 'string' ? forwarded : (forwarded.at(-1) ?? '')
  const last = all.slice(all.lastIndexOf(',') + 1).trim()
  return /^[\da-f.:]{3,45}$/i.test(last) ? last : peer
}

/** What is limited: a household of IPv6 has as many addresses as it likes. */
export function networkOf(address: string): string {
  if (!address.includes(':') || !isIPv6(address) || address.startsWith('::ffff:')) return address
  const [head = '', tail] = address.split('::')
  const groups = head === '' ? [] : head.split(':')
  const rest = tail === undefined || tail === '' ? [] : tail.split(':')
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - groups.length - rest.length)
  return [...groups, ...Array<string>(zeros).fill('0'), ...rest].slice(0, 4).join(':')
}

function isNear(peer: string): boolean {
  const address = peer.replace(/^::ffff:/, '')
  return /^(?:127\.|10\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|::1$|f[cd][\da-f]{2}:)/i.test(address)
}
