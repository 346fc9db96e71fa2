import type { MessageWish } from '../../core/gateway.js'
import { readPeople } from './addressees.js'
import { invalid } from './errors.js'
import { type Fields, given, oneOfIfGiven, text, textIfGiven } from './fields.js'
import { type FontName, fonts } from './status-fonts.js'

export const longestCaption = 1024
const longestText = 500
const usualBackground = '#000000'
const usualFont: FontName = 'SERIF'

/** Whom a status is for: everybody in the address book unless told. */
export type StatusEnvelope = Pick<MessageWish, 'to' | 'audience'>

export function readStatusEnvelope(fields: Fields): StatusEnvelope {
  const audience = given(fields, 'participants') ? readPeople(fields, 'participants', 0) : []
  return { to: 'status@broadcast', ...(audience.length > 0 && { audience }) }
}

export function readTextStatus(fields: Fields): MessageWish {
  const font = fonts[oneOfIfGiven(fields, 'font', Object.keys(fonts) as FontName[]) ?? usualFont]
  const background = readBackground(fields) ?? usualBackground
  return {
    ...readStatusEnvelope(fields),
    content: { kind: 'text', text: text(fields, 'message', longestText), style: { background, font } },
  }
}

/** The text of a status is white, and nobody could read it on white. */
export function readBackground(fields: Fields): string | undefined {
  const colour = textIfGiven(fields, 'backgroundColor')
  if (colour === undefined) return undefined
  if (!/^#[0-9a-f]{6}$/i.test(colour)) throw invalid("'backgroundColor' must be in the format '#RRGGBB'")
  if (/^#f{6}$/i.test(colour)) throw invalid("'backgroundColor' must not be white")
  return colour.toUpperCase()
}
