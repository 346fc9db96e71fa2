import Type, { type Static } from 'typebox'
import type { ChatEdit } from '../../core/gateway.js'
import { entryKinds, type JournalQuery } from '../../core/journal/entry.js'
import { addressee } from './message-bodies.js'
import { closed } from './requests.js'
import { word } from './word.js'

export const usualPage = 100
const limit = Type.Optional(
  Type.Integer({ minimum: 1, maximum: 500, description: 'At most so many; 100 unless told.' }),
)

export const ChatsQuery = Type.Object({
  limit,
  before: Type.Optional(addressee('The `next` of the page before.')),
})

const entries = {
  direction: Type.Optional(
    word(['in', 'out'], { description: 'Only what came in, or only what went out, from here or from the phone.' }),
  ),
  kind: Type.Optional(
    Type.Array(word(entryKinds), {
      maxItems: entryKinds.length,
      description: 'Only these kinds; repeat the parameter or separate with commas.',
    }),
  ),
  from: Type.Optional(Type.String({ format: 'date-time', description: 'Only what was sent then or later.' })),
  to: Type.Optional(Type.String({ format: 'date-time', description: 'Only what was sent before then.' })),
  before: Type.Optional(Type.Integer({ minimum: 1, description: 'The `next` of the page before.' })),
  limit,
}
export const ChatHistoryQuery = Type.Object(entries)
export const HistoryQuery = Type.Object({
  chat: Type.Optional(addressee('Only of this chat: a phone number, chat id or JID.')),
  ...entries,
})

export const EditChatBody = Type.Object(
  {
    archived: Type.Optional(Type.Boolean()),
    pinned: Type.Optional(Type.Boolean()),
    markedUnread: Type.Optional(Type.Boolean()),
    mutedUntil: Type.Optional(
      Type.Union([Type.String({ format: 'date-time' }), Type.Literal('always'), Type.Null()], {
        description: 'A time, `always`, or null to hear it again.',
      }),
    ),
    expiresIn: Type.Optional(
      Type.Union([Type.Literal(0), Type.Literal(86_400), Type.Literal(604_800), Type.Literal(7_776_000)], {
        description: 'Seconds after which what is written from now on disappears: a day, a week, 90 days; 0: it stays.',
      }),
    ),
  },
  { ...closed, minProperties: 1, examples: [{ archived: true }] },
)

export const ReadChatBody = Type.Object(
  {
    upTo: Type.Optional(
      Type.String({
        pattern: '^[\\w.:-]{1,128}$',
        description: 'Id of the last message that is read; all unless told.',
      }),
    ),
  },
  closed,
)

export const ShowPresenceBody = Type.Object(
  {
    presence: word(['composing', 'recording', 'paused'], {
      description: 'Writing, recording a voice note, or neither any more.',
    }),
  },
  { ...closed, examples: [{ presence: 'composing' }] },
)

/** One more than asked for tells whether another page follows. */
export function readHistory(query: Static<typeof HistoryQuery>): { limit: number; wish: JournalQuery } {
  const { limit = usualPage, kind, from, to, chat, direction, before } = query
  return {
    limit,
    wish: {
      limit: limit + 1,
      ...(chat === undefined ? {} : { chat }),
      ...(direction === undefined ? {} : { direction }),
      ...(kind === undefined ? {} : { kinds: kind }),
      ...(from === undefined ? {} : { from: new Date(from) }),
      ...(to === undefined ? {} : { to: new Date(to) }),
      ...(before === undefined ? {} : { before }),
    },
  }
}

export function readChatEdit({ mutedUntil, ...changes }: Static<typeof EditChatBody>): ChatEdit {
  if (mutedUntil === undefined) return changes
  const until = mutedUntil === null || mutedUntil === 'always' ? mutedUntil : new Date(mutedUntil)
  return { ...changes, mutedUntil: until }
}
