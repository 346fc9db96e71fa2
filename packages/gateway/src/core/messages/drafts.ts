import type { Caller } from '../access/access.js'
import { kindOfChat } from '../chats/chat-address.js'
import { GatewayError } from '../errors/gateway-error.js'
import type { MessageWish } from '../gateway.js'
import type { ChatId } from '../ids.js'
import type { Instance } from '../instances/instance.js'
import type { Clock } from '../ports/clock.js'
import type { LinkPreviews } from '../ports/link-previews.js'
import type { Store } from '../ports/store.js'
import type { OutgoingContent } from './act.js'
import { actOn, isActWish, requireActable } from './act-wishes.js'
import { chatId, personJid } from './chat-id.js'
import type { Content, ContentContext, TextContent } from './content.js'
import type { FileResolver } from './file-resolver.js'
import { previewOf } from './link-preview.js'
import type { Typing } from './message.js'
import { asQuoted, type FoundMessage, type MessageFinder } from './message-finder.js'
import { notSendable, plainContent } from './plain-wishes.js'
import { atMost, requireShort, requireText, wrong } from './text-rules.js'
import { longestDelay, longestText } from './message.js'
import type { WishContent } from './wish.js'

export interface DraftParts {
  readonly store: Pick<Store, 'chats' | 'contacts'>
  readonly finder: MessageFinder
  readonly files: FileResolver
  readonly clock: Clock
  readonly linkPreviews?: LinkPreviews | undefined
}

/** A message that is sound and needs to be looked up no more. */
export interface Draft {
  readonly chat: ChatId
  readonly content: OutgoingContent
  readonly audience: readonly string[] | null
  readonly typing: Typing | null
  readonly notBefore: Date | null
}

const longestTyping = 60_000
const mostMentions = 1_024
const longestName = 1_000
/** What WhatsApp's clients post to everybody. */
const postable: readonly WishContent['kind'][] = ['text', 'image', 'video', 'voice', 'auto']

/** Makes of a wish what goes out, or says what is wrong with it. Changes nothing. */
export class Drafts {
  readonly #parts: DraftParts

  constructor(parts: DraftParts) {
    this.#parts = parts
  }

  async draft(caller: Caller, instance: Instance, wish: MessageWish): Promise<Draft> {
    const { chat, expiresIn } = await this.place(instance.id, wish.to)
    const audience = await this.#audience(instance, chat, wish)
    const how = { chat, audience, typing: typingOf(wish.typing), notBefore: this.#notBefore(wish.notBefore) }
    const { content } = wish
    if (isActWish(content)) {
      requireActable(chat, content)
      const target = await this.#parts.finder.find(instance.id, chat, content.target, 'target')
      return { ...how, content: actOn(target, chat, content, this.#parts.clock.now()) }
    }
    const answered =
      wish.replyTo === undefined ? undefined : await this.#parts.finder.find(instance.id, chat, wish.replyTo, 'replyTo')
    const said = await this.#said(caller, instance, chat, content, answered)
    const context: ContentContext = {
      ...(answered && { quoted: asQuoted(answered, ownJid(instance)) }),
      ...mentions(wish.mentions),
      ...(expiresIn > 0 && { expiresIn }),
    }
    return { ...how, content: { ...said, ...context } }
  }

  #notBefore(time: Date | undefined): Date | null {
    if (time === undefined) return null
    if (time.getTime() - this.#parts.clock.now().getTime() <= longestDelay) return time
    throw wrong('notBefore', 'is more than a day from now')
  }

  /** The chat that somebody means, under its one id, with how long messages last there. */
  async place(instance: Instance['id'], to: string, field = 'to'): Promise<{ chat: ChatId; expiresIn: number }> {
    const { chats } = this.#parts.store
    const { chat } = await chats.resolve(instance, chatId(to, field))
    const known = await chats.find(instance, chat)
    return { chat: chat as ChatId, expiresIn: known?.expiresIn ?? 0 }
  }

  async #audience({ id }: Instance, chat: ChatId, wish: MessageWish): Promise<readonly string[] | null> {
    if (kindOfChat(chat) !== 'status') {
      if (wish.audience !== undefined) throw wrong('audience', "is for 'status@broadcast' only")
      return null
    }
    if (!isActWish(wish.content) && !postable.includes(wish.content.kind)) {
      throw new GatewayError('not-supported', `'${wish.content.kind}' cannot be posted as a status.`, {
        field: 'content',
      })
    }
    const named = wish.audience?.map((one) => personJid(one, 'audience'))
    const audience = named ?? (await this.#parts.store.contacts.audience(id))
    if (audience.length === 0) throw wrong('audience', 'is nobody', 'Name who may see it: there are no contacts yet.')
    return [...new Set(audience)]
  }

  async #said(
    caller: Caller,
    instance: Instance,
    chat: ChatId,
    wish: Exclude<WishContent, { readonly target: string }>,
    answered: FoundMessage | undefined,
  ): Promise<Content> {
    if ('media' in wish) {
      if (wish.caption !== undefined) atMost(wish.caption, 'caption', longestText)
      return this.#parts.files.resolve(caller, instance.id, wish)
    }
    switch (wish.kind) {
      case 'text':
        return this.#text(instance, chat, wish)
      case 'button-reply':
        requireShort(wish.id, 'id', longestName)
        requireShort(wish.text, 'text', longestName)
        return { ...wish, style: answered?.content.kind === 'buttons' ? answered.content.style : 'plain' }
      case 'location':
      case 'contacts':
      case 'poll':
      case 'group-invite':
      case 'buttons':
      case 'list-reply':
        return plainContent(wish)
      default:
        throw notSendable((wish satisfies never as { readonly kind: string }).kind)
    }
  }

  async #text(
    { options }: Instance,
    chat: ChatId,
    wish: Extract<WishContent, { readonly kind: 'text' }>,
  ): Promise<TextContent> {
    const { preview = options.linkPreview, style } = wish
    const text = requireText(wish.text, 'text')
    if (style !== undefined && kindOfChat(chat) !== 'status') throw wrong('style', 'is for a status post only')
    if (style !== undefined && !/^#[\da-f]{6}$/i.test(style.background))
      throw wrong('style', 'has a background that is no colour')
    const { linkPreviews, clock } = this.#parts
    const shown = preview === true ? await previewOf(text, linkPreviews, clock) : preview
    return { kind: 'text', text, ...(style && { style }), ...(shown && { preview: shown }) }
  }
}

function ownJid({ account }: Instance): string | null {
  return account && `${account.phone}@s.whatsapp.net`
}

export function typingOf(typing: Typing | undefined): Typing | null {
  if (typing === undefined) return null
  const { ms } = typing
  if (!Number.isInteger(ms) || ms < 0 || ms > longestTyping)
    throw wrong('typing', `takes whole milliseconds up to ${longestTyping}`)
  return ms === 0 ? null : typing
}

function mentions(people: readonly string[] | undefined): Pick<ContentContext, 'mentions'> {
  if (people === undefined || people.length === 0) return {}
  if (people.length > mostMentions) throw wrong('mentions', `names more than ${mostMentions} people`)
  return { mentions: people.map((one) => personJid(one, 'mentions')) }
}

/** What is passed on of a message: what it says, without whom it answered and mentioned there. */
export function passedOn(content: Content, expiresIn: number): Content {
  if (content.kind === 'unsupported' || content.kind === 'live-location') throw notSendable(content.kind)
  if ('viewOnce' in content) throw wrong('messages', 'has one that is to be seen once')
  const { quoted: _quoted, mentions: _mentions, expiresIn: _expiresIn, forwarded, ...said } = content
  return {
    ...said,
    forwarded: { score: (forwarded?.score ?? 0) + 1 },
    ...(expiresIn > 0 && { expiresIn }),
  }
}
