import type { LinkPageLocale } from '../../../core/link-pages/link-page.js'
import { en } from './en.js'
import { es } from './es.js'
import { id } from './id.js'
import { pt } from './pt.js'
import { ru } from './ru.js'
import type { Words } from './words.js'
import { zh } from './zh.js'

export type { Words } from './words.js'

export const wordsIn: Readonly<Record<LinkPageLocale, Words>> = { en, id, pt, ru, es, zh }

/** Puts values in the place of `{name}`. */
export function fill(text: string, values: Readonly<Record<string, string>>): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole)
}
