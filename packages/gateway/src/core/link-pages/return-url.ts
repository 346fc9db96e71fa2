import { GatewayError } from '../errors/gateway-error.js'
import { parsedUrl } from '../parsed-url.js'

const mostOrigins = 50
/** A name or an address. `*` is a host to the URL parser, and not what whoever writes it expects of it. */
const host = /^(?:[\da-z-]+(?:\.[\da-z-]+)*|\[[\da-f:.]+\])$/

/** The origin as it is stored: https, or http on this very machine for somebody who develops. Undefined for anything else. */
function safeOrigin(url: URL): string | undefined {
  const local = url.hostname === 'localhost' || url.hostname === '127.0.0.1' || url.hostname === '[::1]'
  const secure = url.protocol === 'https:' || (url.protocol === 'http:' && local)
  return secure && host.test(url.hostname) && url.username === '' && url.password === '' ? url.origin : undefined
}

/** Throws `bad-request` unless each is a bare origin that people may be sent to. */
export function readReturnOrigins(texts: readonly string[]): string[] {
  if (texts.length > mostOrigins) throw refused('returnOrigins', `A workspace has at most ${mostOrigins} of them.`)
  const origins = texts.map((text) => {
    const url = parsedUrl(text)
    const origin = url && safeOrigin(url)
    if (url === undefined || origin === undefined || url.href !== `${origin}/`) {
      throw refused('returnOrigins', 'An origin is https:// and a host, or http:// and localhost; no path or query.')
    }
    return origin
  })
  return [...new Set(origins)]
}

/** Throws `bad-request` unless the address is on one of the origins. */
export function readReturnUrl(text: string, origins: readonly string[]): string {
  const url = parsedUrl(text)
  const origin = url && safeOrigin(url)
  if (url === undefined || origin === undefined || !origins.includes(origin)) {
    throw new GatewayError('bad-request', 'People can be sent back only to an origin that the workspace has allowed.', {
      field: 'returnUrl',
      hint: 'Add its origin to the `returnOrigins` of the workspace first.',
    })
  }
  return url.href
}

/** Whether it may still be used: an origin can be taken off the list after the page was made. */
export function mayReturnTo(url: string, origins: readonly string[]): boolean {
  return origins.includes(new URL(url).origin)
}

function refused(field: string, message: string): GatewayError {
  return new GatewayError('bad-request', message, { field })
}
