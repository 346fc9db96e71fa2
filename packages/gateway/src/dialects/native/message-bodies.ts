import Type, { type Static } from 'typebox'
import { GatewayError } from '../../core/errors/gateway-error.js'
import type { ForwardWish } from '../../core/gateway.js'
import type { MessageId } from '../../core/ids.js'
import { ContentBody } from './content-bodies.js'
import { closed } from './requests.js'
import { word } from './word.js'

/** JSON with a file in Base64 may be so large; what is larger is uploaded first. */
export const largestMessageBody = 8 * 1024 * 1024

export const addressee = (description: string) => Type.String({ minLength: 1, maxLength: 128, description })
const messageId = (description: string) => Type.String({ pattern: '^[\\w.:-]{1,128}$', description })

const typing = Type.Optional(
  Type.Object(
    {
      as: word(['composing', 'recording'], { description: 'Writing, or recording a voice note.' }),
      ms: Type.Integer({ minimum: 0, maximum: 60_000 }),
    },
    { ...closed, description: 'The other side is shown for so long that somebody is writing; 0 shows nothing.' },
  ),
)

export const SendMessageBody = Type.Object(
  {
    to: addressee('A phone number, chat id or JID; `status@broadcast` for a status post.'),
    text: Type.Optional(Type.String({ minLength: 1, description: 'Short for a `content` of kind `text`.' })),
    content: Type.Optional(ContentBody),
    replyTo: Type.Optional(messageId('Id of the message of that chat that it answers.')),
    mentions: Type.Optional(
      Type.Array(addressee('A phone number or JID.'), { maxItems: 1024, description: 'Those who are mentioned.' }),
    ),
    typing,
    audience: Type.Optional(
      Type.Array(addressee('A phone number or JID.'), {
        minItems: 1,
        maxItems: 5000,
        description: 'Of a status post: those who may see it; all contacts unless told.',
      }),
    ),
  },
  {
    ...closed,
    description: 'Either `text` or `content`.',
    examples: [
      { to: '4915112345678', text: 'Your order is ready.' },
      { to: '4915112345678', content: { kind: 'image', url: 'https://shop.example/menu.png', caption: 'Today' } },
      { to: '4915112345678', content: { kind: 'poll', question: 'When?', options: ['At noon', 'Later'] } },
      { to: '4915112345678', content: { kind: 'reaction', target: '3EB0C0FFEE', emoji: '👍' } },
    ],
  },
)
export type SendMessageBody = Static<typeof SendMessageBody>

/** What a form says besides its file; for the OpenAPI document. */
export const SendFileForm = Type.Object({
  message: Type.String({
    contentMediaType: 'application/json',
    description: 'The message as JSON. Its `content` may be left out: the file is then sent as what it is.',
  }),
  file: Type.String({ contentMediaType: 'application/octet-stream', description: 'The file.' }),
})

export const SendMessageHeaders = Type.Object({
  'idempotency-key': Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 255,
      pattern: '^[\\x21-\\x7e]+$',
      description: 'A second request with the same key answers with the first message and sends nothing.',
    }),
  ),
})

export const SendMessageQuery = Type.Object({
  wait: Type.Optional(
    word(['server-ack'], {
      description: 'Answers when WhatsApp has taken the message or it has failed, or when `timeout` is over.',
    }),
  ),
  timeout: Type.Optional(
    Type.Integer({ minimum: 1, maximum: 60, description: 'Seconds to wait at the most; 30 unless told.' }),
  ),
})
export const usualTimeout = 30

export const ForwardBody = Type.Object(
  {
    from: addressee('The chat that they are in: a phone number, chat id or JID.'),
    to: addressee('A phone number, chat id or JID.'),
    messages: Type.Array(messageId('Id of a message.'), { minItems: 1, maxItems: 100 }),
    typing,
  },
  { ...closed, examples: [{ from: '4915112345678', to: '4915187654321', messages: ['3EB0C0FFEE'] }] },
)

export const QueueQuery = Type.Object({
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, description: 'At most so many; 100 unless told.' })),
})

export const MessageParams = Type.Object({
  id: Type.String({ description: 'UUID of the instance.' }),
  messageId: Type.String({ description: "WhatsApp's id of the message." }),
})

/** A path that cannot name anything is answered like one that names nothing. */
export function readMessageId(text: string): MessageId {
  if (!/^[\w.:-]{1,128}$/.test(text)) throw new GatewayError('message-not-found', 'no such message')
  return text as MessageId
}

export function readForward({ typing, ...wish }: Static<typeof ForwardBody>): ForwardWish {
  return { ...wish, ...(typing === undefined ? {} : { typing }) }
}
