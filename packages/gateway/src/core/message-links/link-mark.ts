import { letters } from './link-code.js'
import type { LinkReference } from './message-link.js'

/**
 * Invisible operators of Unicode, two bits each. They have no width, join nothing, turn no direction and are not white space,
 * so that they neither show nor get lost when a text is trimmed.
 */
const invisible = ['\u2061', '\u2062', '\u2063', '\u2064'] as const
const markLetters = 6
const markChars = (markLetters * 5) / 2
const invisibleMark = new RegExp(`[${invisible.join('')}]{${markChars}}`, 'u')
const visibleMark = /\(#([A-Z2-7]{6})\)/

/** What stands in the chat when somebody has opened a link and not yet pressed send. */
export function draftOf(text: string, reference: LinkReference, mark: string): string {
  if (reference === 'marker') return text + hidden(mark)
  if (reference === 'code') return `${text} (#${mark})`
  return text
}

/** The mark that a message carries, at any place: people write before and after it. */
export function markIn(text: string): string | undefined {
  const found = invisibleMark.exec(text)?.[0]
  return found === undefined ? visibleMark.exec(text)?.[1] : shown(found)
}

function hidden(mark: string): string {
  const bits = Array.from(mark, (letter) => letters.indexOf(letter).toString(2).padStart(5, '0')).join('')
  return (bits.match(/../g) ?? []).map((pair) => invisible[Number.parseInt(pair, 2)] ?? '').join('')
}

function shown(chars: string): string {
  const bits = Array.from(chars, (char) => (char.charCodeAt(0) - 0x2061).toString(2).padStart(2, '0')).join('')
  return (bits.match(/.{5}/g) ?? []).map((five) => letters[Number.parseInt(five, 2)] ?? '').join('')
}
