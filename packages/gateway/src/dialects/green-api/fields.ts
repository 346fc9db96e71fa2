import { invalid, Refused } from './errors.js'

/** What a body, a form or a query string brings, by name and not looked at yet. */
export type Fields = Readonly<Record<string, unknown>>

export const badData = (): Refused => new Refused('bad-request', 'bad request data')

export function fieldsOf(body: unknown): Fields {
  if (body === undefined) return {}
  if (typeof body !== 'object' || body === null || Array.isArray(body) || Buffer.isBuffer(body)) throw badData()
  return body as Fields
}

/** `null` and an empty text are what the vendor's clients send for what is left out. */
export function given(fields: Fields, name: string): boolean {
  const value = fields[name]
  return value !== undefined && value !== null && value !== ''
}

export function text(fields: Fields, name: string, most = Infinity): string {
  const value = fields[name]
  if (value === undefined || value === null) throw invalid(`'${name}' is required`)
  if (typeof value !== 'string') throw invalid(`'${name}' must be a string`)
  if (value.trim() === '') throw invalid(`'${name}' is not allowed to be empty`)
  if (value.length > most) throw invalid(`'${name}' length must be less than or equal to ${most} characters long`)
  return value
}

export function textIfGiven(fields: Fields, name: string, most = Infinity): string | undefined {
  return given(fields, name) ? text(fields, name, most) : undefined
}

/** Numbers and flags may come as text, as they do in forms. */
export function number(fields: Fields, name: string, least = -Infinity, most = Infinity): number {
  if (!given(fields, name)) throw invalid(`'${name}' is required`)
  const value = fields[name]
  const read = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
  if (typeof read !== 'number' || !Number.isFinite(read)) throw invalid(`'${name}' must be a number`)
  if (read < least) throw invalid(`'${name}' must be greater than or equal to ${least}`)
  if (read > most) throw invalid(`'${name}' must be less than or equal to ${most}`)
  return read
}

export function integer(fields: Fields, name: string, least = -Infinity, most = Infinity): number {
  const read = number(fields, name, least, most)
  if (!Number.isSafeInteger(read)) throw invalid(`'${name}' must be an integer`)
  return read
}

export function flagIfGiven(fields: Fields, name: string): boolean | undefined {
  if (!given(fields, name)) return undefined
  const value = fields[name]
  if (value === true || value === 'true') return true
  if (value === false || value === 'false') return false
  throw invalid(`'${name}' must be a boolean`)
}

export function oneOfIfGiven<One extends string>(fields: Fields, name: string, all: readonly One[]): One | undefined {
  if (!given(fields, name)) return undefined
  const found = all.find((one) => one === fields[name])
  if (found === undefined) throw invalid(`'${name}' must be one of [${all.join(', ')}]`)
  return found
}

export function list(fields: Fields, name: string, least = 1, most = Infinity): readonly unknown[] {
  const value = fields[name]
  if (value === undefined || value === null) throw invalid(`'${name}' is required`)
  if (!Array.isArray(value)) throw invalid(`'${name}' must be an array`)
  if (value.length < least) throw invalid(`'${name}' must contain at least ${least} items`)
  if (value.length > most) throw invalid(`'${name}' must contain less than or equal to ${most} items`)
  return value
}

/** An object inside of a body. `path`: how the vendor's validator names what is in it. */
export function inner(value: unknown, path: string): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw invalid(`'${path}' must be of type object`)
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [`${path}.${name}`, one]))
}
