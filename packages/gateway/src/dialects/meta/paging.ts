import type { MessageLink } from '../../core/message-links/message-link.js'
import type { MessageLinkPage, MessageLinkQuery } from '../../core/message-links/message-links.js'
import { invalid } from './errors.js'
import { type Given, textOf } from './requests.js'

export interface Paging {
  readonly cursors: { readonly before: string; readonly after: string }
  readonly previous?: string
  readonly next?: string
}

/** What of a list's address is said again in those of the pages around it. The token is not. */
const repeated = ['fields', 'code']

/** Older than the one cursor, or newer than the other. */
export function readCursors(from: Given): Pick<MessageLinkQuery, 'after' | 'before'> {
  const [after, before] = [readCursor(from, 'after'), readCursor(from, 'before')]
  if (after !== undefined && before !== undefined) throw invalid('before', 'It cannot be there together with after')
  return { ...(after !== undefined && { after }), ...(before !== undefined && { before }) }
}

/**
 * Undefined for an empty page. A cursor is the place of a link among all, not the link itself: it is good for going on after
 * that one is deleted.
 * @param edge where the list is asked for, from outside
 */
export function pagingOf(page: MessageLinkPage, from: Given, limit: number, edge: string): Paging | undefined {
  const [first, last] = [page.items[0], page.items.at(-1)]
  if (!first || !last) return undefined
  const cursors = { before: cursorOf(first), after: cursorOf(last) }
  const url = (direction: 'before' | 'after'): string => {
    const query = new URLSearchParams()
    for (const name of repeated) {
      const value = textOf(from, name)
      if (value !== undefined) query.set(name, value)
    }
    query.set('limit', String(limit))
    query.set(direction, cursors[direction])
    return `${edge}?${query.toString()}`
  }
  return {
    cursors,
    ...(page.hasNewer && { previous: url('before') }),
    ...(page.hasOlder && { next: url('after') }),
  }
}

function cursorOf({ number }: MessageLink): string {
  return Buffer.from(`link ${number}`).toString('base64url')
}

function readCursor(from: Given, name: 'after' | 'before'): number | undefined {
  const text = textOf(from, name)
  if (text === undefined) return undefined
  const [, number] = /^link (\d{1,15})$/.exec(Buffer.from(text, 'base64url').toString()) ?? []
  if (number !== undefined) return Number(number)
  throw invalid(name, 'It must be a cursor of an earlier answer')
}
