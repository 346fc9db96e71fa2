import { GatewayError } from '../core/errors/gateway-error.js'

/** Deeper than any request of any dialect, and far from what recursion elsewhere could not bear. */
const deepest = 64
const poisonous = new Set(['__proto__', 'constructor', 'prototype'])

/**
 * Stricter than `JSON.parse`: nothing that a database or another parser would read differently gets in. An empty body
 * is an absent one. Every refusal is `bad-request`.
 */
export function parseJson(bytes: Uint8Array): unknown {
  if (bytes.length === 0) return undefined
  const value = parse(decode(bytes))
  refusePoison(value)
  return value
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (cause) {
    throw new GatewayError('bad-request', 'The body is not UTF-8.', { cause })
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new GatewayError('bad-request', 'The body is not JSON.', { cause })
  }
}

/** Walks without recursion, so that depth costs memory that is bounded by the body and never the stack. */
function refusePoison(root: unknown): void {
  const open: { value: unknown; field: string; depth: number }[] = [{ value: root, field: '', depth: 0 }]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { value, field, depth } = next
    if (typeof value === 'string') refuseText(value, field)
    if (typeof value !== 'object' || value === null) continue
    if (depth === deepest) throw new GatewayError('bad-request', `The body is nested more than ${deepest} deep.`)
    for (const [key, inner] of Object.entries(value)) {
      const path = field === '' ? key : `${field}.${key}`
      refuseText(key, path)
      if (poisonous.has(key)) throw refused(path, 'has a name that is not accepted')
      open.push({ value: inner, field: path, depth: depth + 1 })
    }
  }
}

function refuseText(text: string, field: string): void {
  if (text.includes('\0')) throw refused(field, 'contains a NUL')
  if (/\p{Surrogate}/u.test(text)) throw refused(field, 'contains half a character (a lone surrogate)')
}

function refused(field: string, why: string): GatewayError {
  const name = field
    .slice(0, 100)
    .replaceAll('\0', '')
    .replaceAll(/\p{Surrogate}/gu, '')
  return new GatewayError('bad-request', `The field "${name}" ${why}.`, { field: name })
}
