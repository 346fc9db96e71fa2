import { createHmac, hash } from 'node:crypto'
import type { SignedRequest } from '../../core/access/signed-request.js'
import { Refused } from './errors.js'
import { canonical } from './parameters.js'
import { isSame, readTime } from './signature.js'
import { mustBeSigned, type Wire } from './wire.js'

export const algorithm = 'ACS3-HMAC-SHA256'

interface Authorization {
  readonly accessKeyId: string
  /** As they were written, and hashed. */
  readonly signedHeaders: string
  readonly signature: string
}

/** Of a request whose `Authorization` says that it is signed in this way. Throws where something is left out. */
export function readAcs3(wire: Wire): SignedRequest {
  const { accessKeyId, signedHeaders, signature } = readAuthorization(wire.headers.get('authorization') ?? '')
  const names = namesOf(signedHeaders, wire)
  const claimed = requiredHeader(wire, 'x-acs-content-sha256')
  const payload = hash('sha256', wire.body, 'hex')
  const text = acs3StringToSign(wire, names, signedHeaders, payload)
  return {
    accessKeyId,
    signedAt: readTime(requiredHeader(wire, 'x-acs-date')),
    nonce: requiredHeader(wire, 'x-acs-signature-nonce'),
    isSignedWith(secret) {
      const signed = isSame(signature, createHmac('sha256', secret).update(text).digest('hex'))
      return isSame(claimed, payload) && signed
    },
  }
}

/** What is signed: the algorithm, and a digest of the request in its one canonical form. */
export function acs3StringToSign(
  { method, headers, query }: Pick<Wire, 'method' | 'headers' | 'query'>,
  names: readonly string[],
  signedHeaders: string,
  payload: string,
): string {
  const lines = [...names].sort().map((name) => `${name}:${headers.get(name) ?? ''}\n`)
  const request = [method, '/', canonical(query), lines.join(''), signedHeaders, payload].join('\n')
  return `${algorithm}\n${hash('sha256', request, 'hex')}`
}

function readAuthorization(header: string): Authorization {
  const fields = new Map<string, string>()
  const [scheme = '', rest = ''] = header.split(/ +(.*)/s)
  if (scheme !== algorithm) throw new Refused('IncompleteSignature', `Requests are signed with ${algorithm}.`)
  for (const part of rest.split(',')) {
    const [, name = '', value = ''] = /^ *(Credential|SignedHeaders|Signature)=(\S+) *$/.exec(part) ?? []
    if (name === '' || fields.has(name)) throw new Refused('IncompleteSignature')
    fields.set(name, value)
  }
  const field = (name: string): string => {
    const value = fields.get(name)
    if (value === undefined) throw new Refused('IncompleteSignature', `The Authorization has no ${name}.`)
    return value
  }
  return { accessKeyId: field('Credential'), signedHeaders: field('SignedHeaders'), signature: field('Signature') }
}

/** What is not signed could be changed on the way: everything that says something has to be. */
function namesOf(signedHeaders: string, { headers }: Wire): readonly string[] {
  const names = signedHeaders.split(';')
  const unsigned = [...headers.keys(), 'host'].find((name) => mustBeSigned(name) && !names.includes(name))
  if (unsigned !== undefined) throw new Refused('IncompleteSignature', `The header ${unsigned} is not signed.`)
  if (new Set(names).size === names.length && names.every((name) => headers.has(name))) return names
  throw new Refused('IncompleteSignature', 'The signed headers are not those of the request.')
}

function requiredHeader({ headers }: Wire, name: string): string {
  const value = headers.get(name) ?? ''
  if (value === '') throw new Refused('MissingParameter', `${name} is mandatory for this action.`)
  return value
}
