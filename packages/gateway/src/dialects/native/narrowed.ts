import type { TSchema } from 'typebox'
import { word } from './word.js'

type Json = Readonly<Record<string, unknown>>

/**
 * The schema with every union of kinds replaced by the kind that the value says it is of, so that its faults are told in
 * the words of that kind and not of all the others.
 */
export function narrowed(schema: TSchema, value: unknown): TSchema {
  return narrow({ ...schema }, value)
}

function narrow(schema: Json, value: unknown): Json {
  const members = schema.anyOf
  if (Array.isArray(members)) return narrowUnion(schema, members as Json[], value)
  if (Array.isArray(value) && isJson(schema.items)) {
    const items = schema.items
    return { ...schema, items: true, prefixItems: value.map((item: unknown) => narrow(items, item)) }
  }
  if (!isJson(value) || !isJson(schema.properties)) return schema
  const properties = Object.entries(schema.properties).map(([name, inner]) => [
    name,
    isJson(inner) && Object.hasOwn(value, name) ? narrow(inner, value[name]) : inner,
  ])
  return { ...schema, properties: Object.fromEntries(properties) as Json }
}

function narrowUnion(schema: Json, members: readonly Json[], value: unknown): Json {
  const ofKinds = members.filter((member) => kindsOf(member) !== undefined)
  if (ofKinds.length !== members.length || !isJson(value)) return ofKinds.length === members.length ? object : schema
  const { kind } = value
  const own = members.find((member) => kindsOf(member)?.includes(kind))
  if (own !== undefined) return narrow(own, value)
  const kinds = members.flatMap((member) => kindsOf(member) ?? []).map(String)
  return { ...object, required: ['kind'], properties: { kind: word(kinds) } }
}

const object: Json = { type: 'object' }

/** What `kind` may be there; undefined where the schema has none. */
function kindsOf({ properties }: Json): readonly unknown[] | undefined {
  const kind = isJson(properties) ? properties.kind : undefined
  if (!isJson(kind)) return undefined
  return 'const' in kind ? [kind.const] : Array.isArray(kind.enum) ? (kind.enum as unknown[]) : undefined
}

function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
