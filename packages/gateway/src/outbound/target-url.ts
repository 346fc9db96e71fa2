import { isIP } from 'node:net'
import { isPublicAddress } from './public-address.js'
import { parsedUrl } from '../core/parsed-url.js'

export type Target = { readonly kind: 'target'; readonly url: URL } | { readonly kind: 'refused'; readonly why: string }

const lowestFreePort = 1024
/**
 * From 1024 up, what browsers refuse for the same reason: a request sent there may be read as something else than HTTP.
 * The "bad ports" of the Fetch standard, https://fetch.spec.whatwg.org/#port-blocking; below 1024 only 80 and 443 pass.
 */
const portsOfOthers: ReadonlySet<number> = new Set([
  1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080,
])

/**
 * What can be said of a URL without asking anybody. The URL parser has made one spelling of an address out of all
 * (decimal, octal, hexadecimal, short, full-width), so there is only one to judge.
 */
export function readTarget(text: string, allowPrivate: boolean): Target {
  const url = parsedUrl(text)
  if (url === undefined) return refused('This is not a URL.')
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    return refused('The URL must begin with https:// or http://.')
  if (url.username !== '' || url.password !== '') return refused('The URL must not contain a user name or password.')
  if (!isAllowedPort(portOf(url)))
    return refused('The port must be 80, 443, or one from 1024 up that is not another service.')
  const host = hostOf(url)
  if (host.endsWith('.')) return refused('The host must not end with a dot.')
  if (!allowPrivate && !isPublicHost(host)) return refused('The address is not a public one.')
  return { kind: 'target', url }
}

/** A name, or an address without the brackets that it has in a URL. */
export function hostOf(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, '')
}

export function portOf(url: URL): number {
  if (url.port !== '') return Number(url.port)
  return url.protocol === 'https:' ? 443 : 80
}

function isAllowedPort(port: number): boolean {
  return port === 80 || port === 443 || (port >= lowestFreePort && !portsOfOthers.has(port))
}

/** Of names, only that which is this machine by definition (RFC 6761 6.3) is told here; the others may change. */
function isPublicHost(host: string): boolean {
  if (isIP(host) !== 0) return isPublicAddress(host)
  return host !== 'localhost' && !host.endsWith('.localhost')
}

function refused(why: string): Target {
  return { kind: 'refused', why }
}
