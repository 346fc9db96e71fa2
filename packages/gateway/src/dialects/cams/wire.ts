import type { FastifyRequest } from 'fastify'
import { Refused } from './errors.js'
import { joined, readParameters, type Parameters } from './parameters.js'

/** A request as both signatures look at it. */
export interface Wire {
  readonly method: string
  /** Lower-case names. What came more than once is not here, so it cannot be signed. */
  readonly headers: ReadonlyMap<string, string>
  readonly query: Parameters
  /** Those of the query and of the form. */
  readonly parameters: Parameters
  /** As it came: what is signed is its bytes. */
  readonly body: Uint8Array
}

const nothing = new Uint8Array(0)

/** Throws for whatever could be read in more than one way. */
export function readWire({ raw, body }: Pick<FastifyRequest, 'raw' | 'body'>): Wire {
  const { method = '', url = '', rawHeaders } = raw
  const headers = readHeaders(rawHeaders)
  const bytes = body instanceof Uint8Array ? body : nothing
  if (bytes.length > 0) requireForm(headers.get('content-type'))
  const mark = url.indexOf('?')
  const query = readParameters(mark < 0 ? '' : url.slice(mark + 1))
  return { method, headers, query, parameters: joined(query, readParameters(textOf(bytes))), body: bytes }
}

/** Whether a header is part of the newer signature wherever it is sent. */
export const mustBeSigned = (name: string): boolean =>
  name === 'host' || name === 'content-type' || name.startsWith('x-acs-')

function readHeaders(raw: readonly string[]): Map<string, string> {
  const headers = new Map<string, string>()
  const twice = new Set<string>()
  for (let at = 0; at + 1 < raw.length; at += 2) {
    const name = (raw[at] ?? '').toLowerCase()
    if (headers.has(name)) twice.add(name)
    headers.set(name, (raw[at + 1] ?? '').trim())
  }
  // Node keeps the first of some and joins others; a client or a proxy may have signed or read another one.
  for (const name of twice) {
    if (mustBeSigned(name) || name === 'authorization') {
      throw new Refused('InvalidParameter', `The header ${name} is given more than once.`)
    }
    headers.delete(name)
  }
  return headers
}

function requireForm(type = ''): void {
  if (/^application\/x-www-form-urlencoded *(;|$)/i.test(type)) return
  throw new Refused('UnsupportedMediaType')
}

function textOf(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch (cause) {
    throw new Refused('InvalidParameter', 'The body is not UTF-8.', { cause })
  }
}
