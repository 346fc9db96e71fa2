import Type, { type Static } from 'typebox'
import { GatewayError } from '../../core/errors/gateway-error.js'
import { eventKinds } from '../../core/events/event.js'
import type { SubscriptionId } from '../../core/ids.js'
import { networks } from '../../core/instances/instance.js'
import { streamStates, subscriptionFormats } from '../../core/subscriptions/subscription.js'
import type { NewSubscription, ReplayWish } from '../../core/subscriptions/subscriptions.js'
import { readInstanceId } from './requests.js'
import { word } from './word.js'

const closed = { additionalProperties: false }
const urlSchema = Type.String({
  minLength: 1,
  maxLength: 2048,
  description: 'An http or https URL that is reached from the internet. Kept as it is given, and never logged.',
})
const kindsSchema = Type.Union(
  [Type.Array(word(eventKinds), { minItems: 1, maxItems: eventKinds.length }), Type.Null()],
  {
    description: 'Only these kinds; null for all of them.',
  },
)
const seqSchema = (description: string) => Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER, description })

export const NewSubscriptionBody = Type.Object(
  {
    url: urlSchema,
    format: Type.Optional(word(subscriptionFormats, { description: 'Whose wire format; `native` unless told.' })),
    instance: Type.Optional(
      Type.String({
        description: 'UUID of the one instance to be told of; all of them, new ones included, unless told.',
      }),
    ),
    network: Type.Optional(word(networks, { description: 'Only instances of this network; of both unless told.' })),
    kinds: Type.Optional(kindsSchema),
    from: Type.Optional(
      word(['now', 'start'], { description: '`start`: with everything that the log has kept. `now` unless told.' }),
    ),
  },
  {
    ...closed,
    examples: [{ url: 'https://shop.example/hooks/gangway', kinds: ['message.received', 'message.status'] }],
  },
)

export const EditSubscriptionBody = Type.Object(
  {
    url: Type.Optional(urlSchema),
    kinds: Type.Optional(kindsSchema),
    state: Type.Optional(
      word(['active', 'paused'], { description: '`active` also tries at once whatever waits for its next attempt.' }),
    ),
  },
  { ...closed, minProperties: 1, examples: [{ state: 'paused' }] },
)

export const RotateSecretBody = Type.Object(
  {
    overlap: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 604_800,
        description: 'Seconds for which the secrets before go on signing beside the new one; a day unless told.',
      }),
    ),
  },
  { ...closed, examples: [{ overlap: 86_400 }] },
)

export const ReplayBody = Type.Object(
  {
    instance: Type.Optional(Type.String({ description: 'UUID of the instance, with `seq`, or with `from` and `to`.' })),
    seq: Type.Optional(seqSchema('The one event to send again.')),
    from: Type.Optional(seqSchema('The first event to send again.')),
    to: Type.Optional(seqSchema('The last event to send again, or what is the newest now.')),
    deadLetters: Type.Optional(Type.Literal(true, { description: 'Everything that was given up.' })),
  },
  {
    ...closed,
    description: 'Either `instance` and `seq`, or `instance`, `from` and `to`, or `deadLetters`.',
    examples: [{ deadLetters: true }],
  },
)

export const SubscriptionParams = Type.Object({ id: Type.String({ description: 'UUID of the subscription.' }) })
const pageQuery = {
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500, description: 'At most so many; 100 unless told.' })),
  after: Type.Optional(Type.Integer({ minimum: 0, description: 'The `next` of the page before.' })),
}
export const SubscriptionsQuery = Type.Object(pageQuery)
export const DeliveriesQuery = Type.Object({
  ...pageQuery,
  state: Type.Optional(
    word([...streamStates, 'parked'], {
      description: '`parked`: what was given up. The others are states of the streams, one for each instance.',
    }),
  ),
})

/** A path that cannot name anything is answered like one that names nothing. */
export function readSubscriptionId(text: string): SubscriptionId {
  if (/^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i.test(text)) return text.toLowerCase() as SubscriptionId
  throw new GatewayError('subscription-not-found', 'no such subscription')
}

export function readNewSubscription({ instance, ...wish }: Static<typeof NewSubscriptionBody>): NewSubscription {
  return { ...wish, ...(instance === undefined ? {} : { instance: readInstanceId(instance) }) }
}

/** Exactly one of three wishes of which the schema can only say that each field may be there. */
export function readReplay({ instance, seq, from, to, deadLetters }: Static<typeof ReplayBody>): ReplayWish {
  const stretch = seq === undefined ? { from, to } : { from: seq, to: seq }
  const both = seq !== undefined && (from !== undefined || to !== undefined)
  if (deadLetters === true) {
    if ((instance ?? seq ?? from ?? to) === undefined) return { deadLetters }
    throw wrongReplay('deadLetters', 'Send "deadLetters" alone.')
  }
  if (instance === undefined) throw wrongReplay('instance', 'The field "instance" is required, or "deadLetters".')
  if (both) throw wrongReplay('seq', 'Send either "seq", or "from" and "to".')
  if (stretch.from === undefined) throw wrongReplay('from', 'Send either "seq", or "from" and "to".')
  if (stretch.to === undefined) throw wrongReplay('to', 'The field "to" is required beside "from".')
  if (stretch.from > stretch.to) throw wrongReplay('to', 'The field "to" must not be less than "from".')
  return { instance: readInstanceId(instance), from: stretch.from, to: stretch.to }
}

function wrongReplay(field: string, message: string): GatewayError {
  return new GatewayError('bad-request', message, { field })
}
