import type { Fields } from './fields.js'

/** Those of the texts that are there. */
export function given<Name extends string>(fields: Fields, ...names: readonly Name[]): Partial<Record<Name, string>> {
  const found: Partial<Record<Name, string>> = {}
  for (const name of names) {
    const value = fields.optionalText(name)
    if (value !== undefined) found[name] = value
  }
  return found
}
