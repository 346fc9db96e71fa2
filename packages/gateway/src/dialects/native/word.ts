import Type, { type TEnum } from 'typebox'

/** A string out of a closed set of the core. */
export function word<Word extends string>(words: readonly Word[], options: object = {}): TEnum<Word[]> {
  return Type.Enum([...words], { type: 'string', ...options })
}
