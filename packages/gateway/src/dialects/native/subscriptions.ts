import { callerOf } from './auth.js'
import { noContent, ref } from './replies.js'
import type { Routes } from './room.js'
import {
  deadLetterReply,
  DeliveryPage,
  NewSubscriptionReply,
  ReplayReply,
  RotatedSecretReply,
  streamReply,
  SubscriptionPage,
  SubscriptionReply,
  subscriptionReply,
  TestDeliveryReply,
  testDeliveryReply,
} from './subscription-replies.js'
import {
  DeliveriesQuery,
  EditSubscriptionBody,
  NewSubscriptionBody,
  readNewSubscription,
  readReplay,
  readSubscriptionId,
  ReplayBody,
  RotateSecretBody,
  SubscriptionParams,
  SubscriptionsQuery,
} from './subscription-requests.js'

const tags = ['Subscriptions']
const usualPage = 100
/** Seconds. */
const usualOverlap = 86_400

export const subscriptionRoutes: Routes = (scope, { gateway: { subscriptions } }) => {
  scope.post(
    '/subscriptions',
    {
      config: { problems: ['instance-not-found', 'not-supported', 'rate-limited'] },
      schema: {
        operationId: 'createSubscription',
        summary: 'Have events sent to an endpoint',
        description:
          'Each event is one POST, at least once and in order of `seq` within its instance, until a 2xx takes it. In the ' +
          'format `native` it is signed as Standard Webhooks says, with the `secret` in this answer and nowhere else: ' +
          'check the signature, and leave out what you have seen, by `webhook-id`. A workspace has at most 50.',
        tags,
        body: NewSubscriptionBody,
        response: { 201: ref(NewSubscriptionReply) },
      },
    },
    async (request, reply) => {
      const { subscription, secret } = await subscriptions.create(callerOf(request), readNewSubscription(request.body))
      return reply.code(201).send({ ...subscriptionReply(subscription), secret })
    },
  )

  scope.get(
    '/subscriptions',
    {
      schema: {
        operationId: 'listSubscriptions',
        summary: 'List the subscriptions',
        description: "Those that belong to the settings of a vendor's format are listed, too.",
        tags,
        querystring: SubscriptionsQuery,
        response: { 200: ref(SubscriptionPage) },
      },
    },
    async (request) => {
      const { limit = usualPage, after = 0 } = request.query
      const found = await subscriptions.list(callerOf(request), { after, limit: limit + 1 })
      return pageOf(found, limit, subscriptionReply, ({ number }) => number)
    },
  )

  scope.get(
    '/subscriptions/:id',
    {
      schema: {
        operationId: 'getSubscription',
        summary: 'Read a subscription',
        tags,
        params: SubscriptionParams,
        response: { 200: ref(SubscriptionReply) },
      },
    },
    async (request) =>
      subscriptionReply(await subscriptions.get(callerOf(request), readSubscriptionId(request.params.id))),
  )

  scope.patch(
    '/subscriptions/:id',
    {
      config: { problems: ['not-supported'] },
      schema: {
        operationId: 'editSubscription',
        summary: 'Change a subscription',
        description: 'How far it has come stays as it is. Another URL also sets one going that is `gone`.',
        tags,
        params: SubscriptionParams,
        body: EditSubscriptionBody,
        response: { 200: ref(SubscriptionReply) },
      },
    },
    async (request) =>
      subscriptionReply(
        await subscriptions.edit(callerOf(request), readSubscriptionId(request.params.id), request.body),
      ),
  )

  scope.delete(
    '/subscriptions/:id',
    {
      config: { problems: ['not-supported'] },
      schema: {
        operationId: 'removeSubscription',
        summary: 'Remove a subscription',
        description: 'What was not delivered is forgotten with it; the log keeps the events.',
        tags,
        params: SubscriptionParams,
        response: { 204: noContent },
      },
    },
    async (request, reply) => {
      await subscriptions.remove(callerOf(request), readSubscriptionId(request.params.id))
      return reply.code(204).send(null)
    },
  )

  scope.post(
    '/subscriptions/:id/rotate-secret',
    {
      config: { problems: ['not-supported', 'rate-limited'] },
      schema: {
        operationId: 'rotateSecret',
        summary: 'Replace the secret',
        description:
          'The new one is in this answer and nowhere else. While the overlap lasts each delivery carries a signature for ' +
          'each secret, so that no delivery is refused by a receiver that knows either.',
        tags,
        params: SubscriptionParams,
        body: RotateSecretBody,
        response: { 200: ref(RotatedSecretReply) },
      },
    },
    async (request) => {
      const { overlap = usualOverlap } = request.body
      const id = readSubscriptionId(request.params.id)
      const { secret, previousUntil } = await subscriptions.rotateSecret(callerOf(request), id, overlap)
      return { secret, previousUntil: previousUntil.toISOString() }
    },
  )

  scope.post(
    '/subscriptions/:id/test',
    {
      config: { problems: ['instance-not-found', 'not-supported', 'rate-limited'] },
      schema: {
        operationId: 'testSubscription',
        summary: 'Send a test delivery',
        description:
          'An `instance.state` event with `seq` 0, signed like any other, about an instance as it is. It is sent now, ' +
          'once, and is in no log; the answer is what the endpoint said.',
        tags,
        params: SubscriptionParams,
        response: { 200: ref(TestDeliveryReply) },
      },
    },
    async (request) =>
      testDeliveryReply(await subscriptions.test(callerOf(request), readSubscriptionId(request.params.id))),
  )

  scope.get(
    '/subscriptions/:id/deliveries',
    {
      schema: {
        operationId: 'listDeliveries',
        summary: 'See how far deliveries have come',
        description:
          'One item for each instance: where its stream is, how many events wait, and how the last attempt failed. With ' +
          '`state=parked`, what was given up in the last 30 days.',
        tags,
        params: SubscriptionParams,
        querystring: DeliveriesQuery,
        response: { 200: ref(DeliveryPage) },
      },
    },
    async (request) => {
      const { limit = usualPage, after = 0, state } = request.query
      const [caller, id] = [callerOf(request), readSubscriptionId(request.params.id)]
      if (state === 'parked') {
        const letters = await subscriptions.deadLetters(caller, id, { after, limit: limit + 1 })
        return pageOf(letters, limit, deadLetterReply, ({ number }) => number)
      }
      const states = state === undefined ? {} : { states: [state] }
      const streams = await subscriptions.streams(caller, id, { after, limit: limit + 1, ...states })
      return pageOf(streams, limit, streamReply, ({ serial }) => serial)
    },
  )

  scope.post(
    '/subscriptions/:id/replay',
    {
      config: { problems: ['instance-not-found', 'event-not-found', 'not-supported', 'rate-limited'] },
      schema: {
        operationId: 'replay',
        summary: 'Send events again',
        description:
          'They go out under the ids that they had, in order, as far as the filter lets them and the log still has them. ' +
          'New events go first and keep their order: a replay moves on while there are none to send, one event at a time.',
        tags,
        params: SubscriptionParams,
        body: ReplayBody,
        response: { 202: ref(ReplayReply) },
      },
    },
    async (request, reply) => {
      const id = readSubscriptionId(request.params.id)
      return reply.code(202).send(await subscriptions.replay(callerOf(request), id, readReplay(request.body)))
    },
  )
}

/** @param found one more than fits, where there are more */
function pageOf<Item, Reply>(
  found: readonly Item[],
  limit: number,
  reply: (item: Item) => Reply,
  place: (item: Item) => number,
): { items: Reply[]; next: number | null } {
  const items = found.slice(0, limit)
  const last = items.at(-1)
  return { items: items.map(reply), next: found.length > limit && last !== undefined ? place(last) : null }
}
