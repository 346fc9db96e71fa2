import { Problem } from './problems.js'

/**
 * Reads the members of a JSON object one by one. `all` refuses an object with a member that nobody asked for, so that
 * a misspelt option is an error and not a silent default.
 */
export class Fields {
  readonly #members: Readonly<Record<string, unknown>>
  readonly #asked = new Set<string>()

  private constructor(members: Readonly<Record<string, unknown>>) {
    this.#members = members
  }

  /** What `read` makes of the object, which has to use up all its members. */
  static all<Value>(body: unknown, read: (fields: Fields) => Value): Value {
    if (typeof body !== 'object' || body === null || Array.isArray(body)) throw bad('The body must be a JSON object.')
    const fields = new Fields(body as Readonly<Record<string, unknown>>)
    const value = read(fields)
    const unknown = Object.keys(body).find((name) => !fields.#asked.has(name))
    if (unknown !== undefined) throw bad(`'${unknown}' is not known here.`)
    return value
  }

  text(name: string): string {
    return required(name, this.optionalText(name))
  }

  optionalText(name: string): string | undefined {
    const value = this.#member(name)
    if (value === undefined || (typeof value === 'string' && value !== '')) return value
    throw bad(`'${name}' must be a text that is not empty.`)
  }

  /** May be empty, but has to be there. */
  anyText(name: string): string {
    const value = this.#member(name)
    if (typeof value === 'string') return value
    throw bad(`'${name}' must be a text.`)
  }

  texts(name: string): readonly string[] {
    return required(name, this.optionalTexts(name))
  }

  optionalTexts(name: string): readonly string[] | undefined {
    const value = this.#member(name)
    if (value === undefined) return undefined
    if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value
    throw bad(`'${name}' must be a list of texts.`)
  }

  integer(name: string, min: number, max: number): number {
    return required(name, this.optionalInteger(name, min, max))
  }

  optionalInteger(name: string, min: number, max: number): number | undefined {
    const value = this.#member(name)
    if (value === undefined) return undefined
    if (typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max) return value
    throw bad(`'${name}' must be a whole number from ${min} to ${max}.`)
  }

  number(name: string, min: number, max: number): number {
    return required(name, this.optionalNumber(name, min, max))
  }

  optionalNumber(name: string, min: number, max: number): number | undefined {
    const value = this.#member(name)
    if (value === undefined || (typeof value === 'number' && value >= min && value <= max)) return value
    throw bad(`'${name}' must be a number from ${min} to ${max}.`)
  }

  flag(name: string): boolean {
    return required(name, this.optionalFlag(name))
  }

  optionalFlag(name: string): boolean | undefined {
    const value = this.#member(name)
    if (value === undefined || typeof value === 'boolean') return value
    throw bad(`'${name}' must be true or false.`)
  }

  /** An object in the object, whose members have to be used up as well. */
  optionalObject<Value>(name: string, read: (fields: Fields) => Value): Value | undefined {
    const value = this.#member(name)
    return value === undefined ? undefined : Fields.all(value, read)
  }

  /** A list of objects, at least one, whose members have to be used up as well. */
  objects<Value>(name: string, read: (fields: Fields) => Value): readonly Value[] {
    const value = required(name, this.#member(name))
    if (!Array.isArray(value) || value.length === 0) throw bad(`'${name}' must be a list that is not empty.`)
    return value.map((item) => Fields.all(item, read))
  }

  /** In base64. */
  optionalBytes(name: string): Buffer | undefined {
    const value = this.#member(name)
    if (value === undefined) return undefined
    if (typeof value === 'string' && /^[A-Za-z0-9+/]*={0,2}$/.test(value)) return Buffer.from(value, 'base64')
    throw bad(`'${name}' must be bytes in base64.`)
  }

  /** Whatever it is, for the caller to read. */
  any(name: string): unknown {
    return required(name, this.#member(name))
  }

  choice<Choice extends string>(name: string, choices: readonly Choice[]): Choice {
    const value = this.text(name)
    const chosen = choices.find((choice) => choice === value)
    if (chosen === undefined) throw bad(`'${name}' must be one of ${choices.join(', ')}.`)
    return chosen
  }

  #member(name: string): unknown {
    this.#asked.add(name)
    return Object.hasOwn(this.#members, name) ? this.#members[name] : undefined
  }
}

function required<Value>(name: string, value: Value | undefined): Value {
  if (value === undefined) throw bad(`'${name}' is required.`)
  return value
}

function bad(message: string): Problem {
  return new Problem('bad-request', message)
}
