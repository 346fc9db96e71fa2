import { Refused } from './errors.js'

/** By name, in the order in which they came; each name once. */
export type Parameters = ReadonlyMap<string, string>

/** More than any action has, signature included. */
const most = 100

/** Of a query or a form. Throws for what is not encoded well, and for a name that comes twice: two could mean two things. */
export function readParameters(text: string): Parameters {
  const parameters = new Map<string, string>()
  for (const part of text.split('&')) {
    if (part === '') continue
    const [, name = '', value = ''] = /^([^=]*)=?(.*)$/s.exec(part) ?? []
    add(parameters, decoded(name), decoded(value))
  }
  return parameters
}

/** Those of the query and the form together. */
export function joined(query: Parameters, form: Parameters): Parameters {
  const all = new Map(query)
  for (const [name, value] of form) add(all, name, value)
  return all
}

function add(parameters: Map<string, string>, name: string, value: string): void {
  if (parameters.has(name)) throw new Refused('InvalidParameter', 'A parameter is given more than once.')
  parameters.set(name, value)
  if (parameters.size > most) throw new Refused('InvalidParameter', `A request has at most ${most} parameters.`)
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch (cause) {
    throw new Refused('InvalidParameter', 'The parameters are not encoded as UTF-8 and percent signs.', { cause })
  }
}

/** As both signatures have it, whatever of that a client leaves as it is in its URL: sorted, and encoded anew. */
export function canonical(parameters: Parameters): string {
  return [...parameters.keys()]
    .sort()
    .map((name) => `${encoded(name)}=${encoded(parameters.get(name) ?? '')}`)
    .join('&')
}

/** RFC 3986: everything but letters, digits, and `-._~`. */
export function encoded(text: string): string {
  return encodeURIComponent(text).replaceAll(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`)
}
