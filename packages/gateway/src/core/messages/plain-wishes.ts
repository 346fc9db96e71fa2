import { GatewayError } from '../errors/gateway-error.js'
import type {
  Button,
  ButtonsContent,
  ContactCard,
  Content,
  ContactsContent,
  GroupInviteContent,
  LocationContent,
  PollContent,
} from './content.js'
import { longestText } from './message.js'
import { atMost, limitShort, requireShort, requireText, wrong } from './text-rules.js'
import type { WishContent } from './wish.js'

/** Wishes that refer to nothing: each is what will be said, once it is known to be sound. */
export type PlainWish = Extract<
  WishContent,
  { readonly kind: 'location' | 'contacts' | 'poll' | 'group-invite' | 'buttons' | 'list-reply' }
>
type WishOf<Kind extends PlainWish['kind']> = Extract<PlainWish, { readonly kind: Kind }>

/** As WhatsApp's own clients allow. */
const pollLimits = { options: [2, 12], question: 255, option: 100 } as const
const mostContacts = 100
const longestVcard = 32_768
const longestName = 1_000
const mostButtons = 10

export function plainContent(wish: PlainWish): Content {
  switch (wish.kind) {
    case 'location':
      return location(wish)
    case 'contacts':
      return contacts(wish)
    case 'poll':
      return poll(wish)
    case 'group-invite':
      return groupInvite(wish)
    case 'buttons':
      return buttons(wish)
    case 'list-reply':
      return {
        ...wish,
        id: requireShort(wish.id, 'id', longestName),
        title: requireShort(wish.title, 'title', longestName),
      }
  }
}

function location(wish: WishOf<'location'>): LocationContent {
  limitShort(wish.name, 'name', longestName)
  limitShort(wish.address, 'address', longestName)
  limitShort(wish.url, 'url', longestName)
  degrees(wish.latitude, 'latitude', 90)
  degrees(wish.longitude, 'longitude', 180)
  return wish
}

function degrees(value: number, field: string, most: number): void {
  if (Number.isFinite(value) && Math.abs(value) <= most) return
  throw wrong(field, `is a number of degrees from -${most} to ${most}`)
}

function contacts({ contacts }: WishOf<'contacts'>): ContactsContent {
  if (contacts.length === 0) throw wrong('contacts', 'names nobody')
  if (contacts.length > mostContacts) throw wrong('contacts', `has more than ${mostContacts} cards`)
  return { kind: 'contacts', contacts: contacts.map(card) }
}

function card({ name, vcard }: ContactCard): ContactCard {
  atMost(vcard, 'vcard', longestVcard)
  // RFC 2426 and RFC 6350: from BEGIN to END, a version, and a name in either form. A long line may go on in the next.
  const lines = vcard
    .trim()
    .replace(/\r?\n[ \t]/g, '')
    .split(/\r?\n/)
  const properties = lines.map((line) => /^(?:[\w-]+\.)?([\w-]+)[;:]/.exec(line)?.[1]?.toUpperCase())
  const isWhole = /^BEGIN:VCARD$/i.test(lines[0] ?? '') && /^END:VCARD$/i.test(lines.at(-1) ?? '')
  const isNamed = properties.includes('FN') || properties.includes('N')
  if (!isWhole || !isNamed || !properties.includes('VERSION') || properties.includes(undefined)) {
    throw wrong('vcard', 'is not a vCard', 'From BEGIN:VCARD to END:VCARD, with VERSION and FN, one property a line.')
  }
  return { name: requireShort(name, 'name', longestName), vcard }
}

function poll({ question, options, multiple }: WishOf<'poll'>): PollContent {
  const [fewest, most] = pollLimits.options
  if (options.length < fewest || options.length > most) throw wrong('options', `takes ${fewest} to ${most} options`)
  for (const option of options) requireShort(option, 'options', pollLimits.option)
  if (new Set(options).size < options.length) throw wrong('options', 'has an option twice')
  return { kind: 'poll', question: requireShort(question, 'question', pollLimits.question), options, multiple }
}

function groupInvite(wish: WishOf<'group-invite'>): GroupInviteContent {
  if (!/^\d{5,25}(-\d{5,15})?@g\.us$/.test(wish.group)) throw wrong('group', 'is not the id of a group')
  if (!/^[\w-]{8,64}$/.test(wish.code)) throw wrong('code', 'is not an invitation to a group')
  const { expiresAt } = wish
  if (expiresAt !== null && Number.isNaN(Date.parse(expiresAt))) throw wrong('expiresAt', 'is not a time')
  return {
    ...wish,
    name: requireShort(wish.name, 'name', longestName),
    ...(wish.caption !== undefined && { caption: atMost(wish.caption, 'caption', longestText) }),
  }
}

function buttons(wish: WishOf<'buttons'>): ButtonsContent {
  if (wish.buttons.length === 0) throw wrong('buttons', 'has no button')
  if (wish.buttons.length > mostButtons) throw wrong('buttons', `has more than ${mostButtons} buttons`)
  limitShort(wish.header, 'header', longestName)
  limitShort(wish.footer, 'footer', longestName)
  requireText(wish.text, 'text')
  for (const button of wish.buttons) requireButton(button)
  return { ...wish, style: 'interactive' }
}

function requireButton(button: Button): void {
  requireShort(button.text, 'buttons', longestName)
  if (button.kind === 'reply') requireShort(button.id, 'buttons', longestName)
  if (button.kind === 'url' && !/^https?:\/\/\S+$/i.test(button.url)) throw wrong('buttons', 'has a URL that is none')
  if (button.kind === 'call') requireShort(button.phone, 'buttons', longestName)
  if (button.kind === 'copy') requireShort(button.code, 'buttons', longestName)
}

/** Kinds that only ever come in. */
export function notSendable(kind: string): GatewayError {
  return new GatewayError('not-supported', `Content of kind '${kind}' cannot be sent.`, { field: 'content' })
}
