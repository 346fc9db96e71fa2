import Type, { type Static } from 'typebox'
import { eventKinds } from '../../core/events/event.js'
import { networks } from '../../core/instances/instance.js'
import {
  parkReasons,
  streamState,
  streamStates,
  subscriptionFormats,
  subscriptionStates,
  type DeadLetter,
  type Stream,
  type Subscription,
} from '../../core/subscriptions/subscription.js'
import type { TestDelivery } from '../../core/subscriptions/subscriptions.js'
import { named, nullable, page, ref, time } from './replies.js'
import { word } from './word.js'

const secret = Type.String({
  description: 'What deliveries are signed with (Standard Webhooks): `whsec_` and Base64. Shown this once.',
})
const instance = Type.String({ format: 'uuid' })
const lastError = nullable(Type.String(), 'How the last attempt failed, for people; null when it did not.')

export const SubscriptionReply = named(
  'Subscription',
  Type.Object({
    id: Type.String({ format: 'uuid' }),
    url: nullable(Type.String(), 'Null where a reader fetches the events.'),
    format: word(subscriptionFormats),
    instance: nullable(instance, 'Null for every instance of the workspace.'),
    network: nullable(word(networks), 'Null for both.'),
    kinds: nullable(Type.Array(word(eventKinds)), 'Null for all of them.'),
    managedBy: nullable(word(subscriptionFormats), 'The dialect whose settings it belongs to; it is changed there.'),
    state: word(subscriptionStates, {
      description:
        '`probing`: has failed for days, so that one delivery an hour tries whether it is back. `gone`: the endpoint ' +
        'answered 410, and nothing is sent until it is set to `active`.',
    }),
    failingSince: nullable(time('Since when every attempt has failed.'), 'Null while it works.'),
    createdAt: time('When it was made.'),
  }),
)
export const NewSubscriptionReply = named(
  'NewSubscription',
  Type.Object({
    ...SubscriptionReply.properties,
    secret: nullable(secret, 'Null for a format that does not sign.'),
  }),
)
export const SubscriptionPage = page('SubscriptionPage', ref(SubscriptionReply))

export const RotatedSecretReply = named(
  'RotatedSecret',
  Type.Object({ secret, previousUntil: time('Until then the secrets before go on signing, too.') }),
)

export const TestDeliveryReply = named(
  'TestDelivery',
  Type.Object({
    outcome: word(['accepted', 'refused', 'unreachable', 'silent'], {
      description: '`silent`: the format has no words for how an instance is, so nothing was sent.',
    }),
    status: nullable(Type.Integer(), 'What the endpoint answered; null where it did not.'),
    error: nullable(Type.String(), 'What went wrong, for people.'),
    took: Type.Integer({ description: 'Milliseconds from the request to the answer.' }),
  }),
)

export const StreamReply = named(
  'DeliveryStream',
  Type.Object({
    state: word(streamStates),
    instance,
    seq: Type.Integer({ description: 'The last event that was delivered, filtered out or given up.' }),
    behind: Type.Integer({ description: 'How many events there are after it.' }),
    attempts: Type.Integer({ description: 'Failed attempts at the next event.' }),
    nextAt: nullable(time('When it is tried again.'), 'Null for at once.'),
    lastError,
    parked: Type.Integer({ description: 'How many dead letters there are; `?state=parked` lists them.' }),
    replays: Type.Integer({ description: 'How many replays are under way.' }),
  }),
)
export const DeadLetterReply = named(
  'DeadLetter',
  Type.Object({
    state: Type.Literal('parked'),
    instance,
    seq: Type.Integer({ description: 'The first event that was given up.' }),
    through: Type.Integer({ description: 'The last one; the same where it is one.' }),
    event: nullable(Type.String(), 'Its id, where it is one that was in the log.'),
    kind: nullable(word(eventKinds), 'Its kind, likewise.'),
    reason: word(parkReasons, {
      description:
        '`refused`: the endpoint takes others and would not take this one. `expired`: nobody took it in 30 days. ' +
        '`deleted`: it was gone from the log before its turn came. `not-encodable`: its format failed on it.',
    }),
    attempts: Type.Integer(),
    lastError,
    parkedAt: time('When it was given up.'),
  }),
)
export const DeliveryPage = page('DeliveryPage', Type.Union([ref(StreamReply), ref(DeadLetterReply)]))

export const ReplayReply = named(
  'Replay',
  Type.Object({ replays: Type.Integer({ description: 'How many stretches of the log will go out again.' }) }),
)

export function subscriptionReply(subscription: Subscription): Static<typeof SubscriptionReply> {
  const { id, url, format, instance, network, kinds, managedBy, state, failingSince, createdAt } = subscription
  return {
    id,
    url,
    format,
    instance,
    network,
    kinds: kinds && [...kinds],
    managedBy,
    state,
    failingSince: failingSince?.toISOString() ?? null,
    createdAt: createdAt.toISOString(),
  }
}

export function testDeliveryReply({ outcome, status, error, took }: TestDelivery): Static<typeof TestDeliveryReply> {
  return { outcome, status, error, took }
}

export function streamReply(stream: Stream): Static<typeof StreamReply> {
  const { instance, seq, behind, attempts, nextAt, lastError, parked, replays } = stream
  return {
    state: streamState(stream),
    instance,
    seq,
    behind,
    attempts,
    nextAt: nextAt?.toISOString() ?? null,
    lastError,
    parked,
    replays,
  }
}

export function deadLetterReply(letter: DeadLetter): Static<typeof DeadLetterReply> {
  const { instance, seq, through, event, kind, reason, attempts, lastError, parkedAt } = letter
  return {
    state: 'parked',
    instance,
    seq,
    through,
    event,
    kind,
    reason,
    attempts,
    lastError,
    parkedAt: parkedAt.toISOString(),
  }
}
