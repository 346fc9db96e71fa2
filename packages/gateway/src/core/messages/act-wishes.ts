import { kindOfChat } from '../chats/chat-address.js'
import { GatewayError } from '../errors/gateway-error.js'
import type { MessageAct, MessageRef } from './act.js'
import { isFile } from './content.js'
import type { FoundMessage } from './message-finder.js'
import { requireText, wrong } from './text-rules.js'
import type { WishContent } from './wish.js'

/** Wishes to do something to a message that is there. */
export type ActWish = Extract<WishContent, { readonly target: string }>

/** For so long WhatsApp lets its clients say something else instead, in ms. */
const editableFor = 900_000
/** What WhatsApp's clients offer: a day, a week, 30 days. */
const pinTimes: readonly (number | null)[] = [86_400, 604_800, 2_592_000, null]
const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' })

export function isActWish(wish: WishContent): wish is ActWish {
  return 'target' in wish
}

/** The act upon the message that its wish names, or an error that says why it cannot be. */
export function actOn(target: FoundMessage, chat: string, wish: ActWish, now: Date): MessageAct {
  const ref: MessageRef = { id: target.id, sender: target.sender }
  switch (wish.kind) {
    case 'reaction':
      return { kind: 'reaction', target: ref, emoji: reaction(wish.emoji) }
    case 'edit':
      requireEditable(target, now)
      return { kind: 'edit', target: ref, content: { kind: 'text', text: requireText(wish.text, 'text') } }
    case 'delete':
      if (target.sender !== null && kindOfChat(chat) !== 'group') {
        throw wrong('target', 'was written by somebody else, and only in a group can that be deleted for everyone')
      }
      return { kind: 'delete', target: ref }
    case 'poll-vote':
      return { kind: 'poll-vote', target: ref, options: vote(target, wish.options) }
    case 'pin':
      if (!pinTimes.includes(wish.seconds))
        throw wrong('seconds', 'is 86400, 604800 or 2592000, or null to take it down')
      return { kind: 'pin', target: ref, seconds: wish.seconds }
  }
}

/** One character as people see it, of however many code points. */
function reaction(emoji: string | null): string | null {
  if (emoji === null) return null
  const [first, ...more] = graphemes.segment(emoji)
  if (first === undefined || first.segment.trim() === '' || more.length > 0) throw wrong('emoji', 'is not one emoji')
  return emoji
}

function requireEditable({ sender, content, sentAt }: FoundMessage, now: Date): void {
  if (sender !== null) throw wrong('target', 'was written by somebody else')
  const hasCaption = isFile(content) && ['image', 'video', 'document'].includes(content.kind)
  if (content.kind !== 'text' && !hasCaption) throw wrong('target', 'has neither a text nor a caption')
  if (now.getTime() - sentAt.getTime() > editableFor) {
    throw wrong('target', 'was sent more than 15 minutes ago, and WhatsApp changes no message after that')
  }
}

function vote({ content }: FoundMessage, options: readonly string[]): readonly string[] {
  if (content.kind !== 'poll') throw wrong('target', 'is not a poll')
  const unknown = options.find((option) => !content.options.includes(option))
  if (unknown !== undefined) throw wrong('options', 'has an option that the poll has not')
  if (new Set(options).size < options.length) throw wrong('options', 'has an option twice')
  if (!content.multiple && options.length > 1) throw wrong('options', 'has more than the one that may be chosen')
  return options
}

/** For acts that a post to everybody, or to a channel, does not know. */
export function requireActable(chat: string, wish: ActWish): void {
  const kind = kindOfChat(chat)
  if (kind === 'person' || kind === 'group') return
  if (kind === 'status' && (wish.kind === 'delete' || wish.kind === 'reaction')) return
  throw new GatewayError('not-supported', `'${wish.kind}' cannot be done in this chat.`, { field: 'to' })
}
