import type { FastifySchemaCompiler } from 'fastify'
import type { Static, TSchema } from 'typebox'
import { Compile } from 'typebox/compile'
import type { TLocalizedValidationError } from 'typebox/error'
import { Errors } from 'typebox/value'
import { GatewayError } from '../../core/errors/gateway-error.js'
import { narrowed } from './narrowed.js'

const where = { body: 'body', querystring: 'query', headers: 'headers', params: 'path' } as const

/** Strict where JSON has types; in a query string, where everything is text, whole numbers are read and nothing else. */
export const validatorCompiler: FastifySchemaCompiler<TSchema> = ({ schema, httpPart }) => {
  const compiled = Compile(schema)
  return (input: unknown) => {
    const value = httpPart === 'querystring' ? readQuery(schema, input) : input
    if (compiled.Check(value)) return { value }
    const part = where[(httpPart ?? 'body') as keyof typeof where]
    return { error: refusal(part, Errors(narrowed(schema, value), value)) }
  }
}

/** For a body that a handler reads itself, because it may come in several forms. */
export function bodyReader<Schema extends TSchema>(schema: Schema): (body: unknown) => Static<Schema> {
  const compiled = Compile(schema)
  return (body = {}) => {
    if (compiled.Check(body)) return body
    throw refusal('body', Errors(narrowed(schema, body), body))
  }
}

/** What was sent is refused for its first fault, and the answer names the field as the caller wrote it. */
export function refusal(part: string, faults: readonly TLocalizedValidationError[]): GatewayError {
  // `false` as a schema is how additional properties are refused; the fault that follows it says so properly.
  const fault = faults.find(({ keyword }) => keyword !== 'boolean')
  if (fault === undefined) return new GatewayError('bad-request', `The ${part} cannot be read.`)
  const at = fault.instancePath.split('/').slice(1)
  switch (fault.keyword) {
    case 'additionalProperties':
      return atField([...at, fault.params.additionalProperties[0] ?? ''], 'is not known here')
    case 'required':
      return atField([...at, fault.params.requiredProperties[0] ?? ''], 'is required')
    case 'enum':
      return atField(at, `must be one of ${fault.params.allowedValues.join(', ')}`)
    case 'const':
      return atField(at, `must be ${JSON.stringify(fault.params.allowedValue)}`)
    default:
      return at.length === 0
        ? new GatewayError('bad-request', `The ${part} ${fault.message}.`)
        : atField(at, fault.message)
  }
}

/** `path` as in a JSON pointer (RFC 6901); a field name from outside is cut before it is repeated. */
function atField(path: readonly string[], complaint: string): GatewayError {
  const names = path.map((name) => name.replaceAll('~1', '/').replaceAll('~0', '~'))
  const field = names.join('.').slice(0, 100)
  return new GatewayError('bad-request', `The field "${field}" ${complaint}.`, { field })
}

function readQuery(schema: TSchema, input: unknown): unknown {
  if (typeof input !== 'object' || input === null) return input
  const properties = 'properties' in schema ? (schema.properties as Record<string, { type?: string }>) : {}
  const read: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(input)) {
    const type = Object.hasOwn(properties, name) ? properties[name]?.type : undefined
    if (type === 'integer' && typeof value === 'string' && /^\d{1,15}$/.test(value)) read[name] = Number(value)
    else if (type === 'array' && typeof value === 'string') read[name] = value.split(',')
    else if (type !== undefined) read[name] = value
  }
  return read
}
