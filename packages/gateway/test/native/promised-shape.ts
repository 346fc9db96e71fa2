import { Compile } from 'typebox/compile'

export interface Document {
  readonly paths: Record<
    string,
    Record<string, { responses: Record<string, { content?: Record<string, { schema: object }> }> }>
  >
  readonly components: { readonly schemas: Record<string, object> }
}

/** Tells where a value differs from a schema of the document; a field that the schema does not name is a difference too. */
export function shapes({ components }: Document): (schema: unknown) => (value: unknown) => unknown[] {
  const $defs = Object.fromEntries(Object.entries(components.schemas).map(([name, one]) => [name, closed(one)]))
  return (schema) => {
    const compiled = Compile({ ...(closed(schema) as object), $defs })
    return (value) => (compiled.Check(value) ? [] : [...compiled.Errors(value)])
  }
}

/** The schema without room for fields that it does not name; what it refers to is beside it. */
function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed)
  if (typeof schema !== 'object' || schema === null) return schema
  if ('$ref' in schema) return { $ref: `#/$defs/${String(schema.$ref).split('/').at(-1) ?? ''}` }
  const inner = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, closed(value)]))
  return 'properties' in schema ? { ...inner, additionalProperties: false } : inner
}
