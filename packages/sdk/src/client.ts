import type { components, operations } from './api.js'
import { EventStream, type StreamOptions } from './event-stream.js'
import { readServerSentEvents } from './server-sent-events.js'
import { type ClientOptions, createTransport, path } from './transport.js'
import { bearerProtocol, platformWebSocket } from './web-socket.js'

type Schemas = components['schemas']
type Body<Name extends keyof operations> = operations[Name] extends {
  requestBody?: { content: { 'application/json': infer Json } }
}
  ? Json
  : never
type Query<Name extends keyof operations> = NonNullable<operations[Name]['parameters']['query']>

export type Key = Schemas['Key']
export type NewKey = Schemas['NewKey']
export type KeyPage = Schemas['KeyPage']
export type Instance = Schemas['Instance']
export type NewInstance = Schemas['NewInstance']
export type InstancePage = Schemas['InstancePage']
export type Link = Schemas['Link']
export type Message = Schemas['Message']
export type GatewayEvent = Schemas['Event']
export type EventPage = Schemas['EventPage']
export type Subscription = Schemas['Subscription']
export type NewSubscription = Schemas['NewSubscription']
export type SubscriptionPage = Schemas['SubscriptionPage']
export type DeliveryPage = Schemas['DeliveryPage']
export type TestDelivery = Schemas['TestDelivery']
export type SandboxPhone = Schemas['SandboxPhone']
export type SandboxPhoneDetail = Schemas['SandboxPhoneDetail']
export type SandboxPhonePage = Schemas['SandboxPhonePage']
export type SandboxDevice = Schemas['SandboxDevice']
export type SandboxMessage = Schemas['SandboxMessage']
export type SandboxMessagePage = Schemas['SandboxMessagePage']

export type Client = ReturnType<typeof createClient>

/** The native API of one gateway on behalf of one key. Rejects with `ApiError` when the gateway refuses. */
export function createClient(options: ClientOptions) {
  const send = createTransport(options)
  const json = async <Answer>(...call: Parameters<typeof send>): Promise<Answer> =>
    (await (await send(...call)).json()) as Answer
  const done = async (...call: Parameters<typeof send>): Promise<void> => {
    await (await send(...call)).body?.cancel()
  }
  async function* stream<Item>(...[at, call]: Parameters<typeof send>): AsyncGenerator<Item> {
    try {
      for await (const item of readServerSentEvents(await send(at, call))) yield item as Item
    } catch (error) {
      if (call?.signal?.aborted !== true) throw error
    }
  }

  return {
    keys: {
      create: (wish: Body<'createKey'>) => json<NewKey>('/keys', { method: 'POST', body: wish }),
      list: () => json<KeyPage>('/keys'),
      revoke: (id: string) => done(path`/keys/${id}`, { method: 'DELETE' }),
    },

    instances: {
      create: (wish: Body<'createInstance'>) => json<NewInstance>('/instances', { method: 'POST', body: wish }),
      list: (query: Query<'listInstances'> = {}) => json<InstancePage>('/instances', { query }),
      get: (id: string) => json<Instance>(path`/instances/${id}`),
      edit: (id: string, changes: Body<'editInstance'>) =>
        json<Instance>(path`/instances/${id}`, { method: 'PATCH', body: changes }),
      remove: (id: string) => done(path`/instances/${id}`, { method: 'DELETE' }),
      pause: (id: string) => json<Instance>(path`/instances/${id}/pause`, { method: 'POST' }),
      resume: (id: string) => json<Instance>(path`/instances/${id}/resume`, { method: 'POST' }),
      logout: (id: string) => json<Instance>(path`/instances/${id}/logout`, { method: 'POST' }),
    },

    links: {
      start: (id: string, how: Body<'startLink'>) =>
        json<Link>(path`/instances/${id}/link`, { method: 'POST', body: how }),
      /** Waits at most `wait` seconds for something to do. */
      current: (id: string, query: Query<'currentLink'> = {}) => json<Link>(path`/instances/${id}/link`, { query }),
      cancel: (id: string) => done(path`/instances/${id}/link`, { method: 'DELETE' }),
      /** Each step as it happens; ends after `linked` or `failed`, or when `signal` aborts. */
      watch: (id: string, signal?: AbortSignal) => stream<Link>(path`/instances/${id}/link/events`, { signal }),
    },

    messages: {
      /** With an idempotency key, a repeated call sends nothing and answers with the first message. */
      send: (id: string, message: Body<'sendMessage'>, { idempotencyKey }: { idempotencyKey?: string } = {}) =>
        json<Message>(path`/instances/${id}/messages`, {
          method: 'POST',
          body: message,
          ...(idempotencyKey === undefined ? {} : { headers: { 'idempotency-key': idempotencyKey } }),
        }),
      get: (id: string, message: string) => json<Message>(path`/instances/${id}/messages/${message}`),
    },

    linkPages: {
      create: (id: string, wish: Body<'createLinkPage'> = {}) =>
        json<Schemas['NewLinkPage']>(path`/instances/${id}/link-pages`, { method: 'POST', body: wish }),
      list: (id: string) => json<Schemas['LinkPagePage']>(path`/instances/${id}/link-pages`),
      revoke: (id: string, page: string) => done(path`/instances/${id}/link-pages/${page}`, { method: 'DELETE' }),
    },

    workspace: {
      get: () => json<Schemas['Workspace']>('/workspace'),
      edit: (changes: Body<'editWorkspace'>) =>
        json<Schemas['Workspace']>('/workspace', { method: 'PATCH', body: changes }),
    },

    events: {
      list: (id: string, query: Query<'listEvents'> = {}, signal?: AbortSignal) =>
        json<EventPage>(path`/instances/${id}/events`, { query, signal }),
      /**
       * Everything after `after`, or all that is kept, then each as it happens, until the connection ends or `signal`
       * aborts. Rejects with `EventsExpiredError` when what comes after `after` is no longer kept.
       */
      stream: (id: string, after?: number, signal?: AbortSignal) =>
        stream<GatewayEvent>(path`/instances/${id}/events/stream`, { query: { after }, signal }),
    },

    /**
     * The events of any number of instances over one WebSocket, which is made anew from where it was whenever it ends.
     * Rejects with `ApiError` when the gateway refuses for good, and with `EventsExpiredError` unless `onExpired` is given.
     */
    stream: (wish: StreamOptions) =>
      new EventStream(wish, {
        url: `${options.baseUrl.replace(/\/+$/, '').replace(/^http/, 'ws')}/api/v1/stream`,
        protocols: ['gangway', bearerProtocol(options.key)],
        WebSocket: options.WebSocket ?? platformWebSocket(),
        probe: () => done('/stream'),
      }),

    subscriptions: {
      /** `secret` is in this answer and nowhere else. */
      create: (wish: Body<'createSubscription'>) =>
        json<NewSubscription>('/subscriptions', { method: 'POST', body: wish }),
      list: (query: Query<'listSubscriptions'> = {}) => json<SubscriptionPage>('/subscriptions', { query }),
      get: (id: string) => json<Subscription>(path`/subscriptions/${id}`),
      edit: (id: string, changes: Body<'editSubscription'>) =>
        json<Subscription>(path`/subscriptions/${id}`, { method: 'PATCH', body: changes }),
      remove: (id: string) => done(path`/subscriptions/${id}`, { method: 'DELETE' }),
      /** `secret` is in this answer and nowhere else; the one before goes on signing for `overlap` seconds. */
      rotateSecret: (id: string, wish: NonNullable<Body<'rotateSecret'>> = {}) =>
        json<Schemas['RotatedSecret']>(path`/subscriptions/${id}/rotate-secret`, { method: 'POST', body: wish }),
      /** Sends one delivery now, and answers what the endpoint said. */
      test: (id: string) => json<TestDelivery>(path`/subscriptions/${id}/test`, { method: 'POST' }),
      deliveries: (id: string, query: Query<'listDeliveries'> = {}) =>
        json<DeliveryPage>(path`/subscriptions/${id}/deliveries`, { query }),
      replay: (id: string, wish: NonNullable<Body<'replay'>>) =>
        json<Schemas['Replay']>(path`/subscriptions/${id}/replay`, { method: 'POST', body: wish }),
    },

    phones: {
      create: (wish: Body<'createPhone'> = {}) => json<SandboxPhone>('/sandbox/phones', { method: 'POST', body: wish }),
      list: () => json<SandboxPhonePage>('/sandbox/phones'),
      get: (number: string) => json<SandboxPhoneDetail>(path`/sandbox/phones/${number}`),
      remove: (number: string) => done(path`/sandbox/phones/${number}`, { method: 'DELETE' }),
      scan: (number: string, seen: Body<'scanQr'>) =>
        json<SandboxDevice>(path`/sandbox/phones/${number}/scan`, { method: 'POST', body: seen }),
      enterCode: (number: string, code: string) =>
        json<SandboxDevice>(path`/sandbox/phones/${number}/enter-code`, { method: 'POST', body: { code } }),
      send: (number: string, message: Body<'sendFromPhone'>) =>
        json<SandboxMessage>(path`/sandbox/phones/${number}/messages`, { method: 'POST', body: message }),
      messages: (number: string) => json<SandboxMessagePage>(path`/sandbox/phones/${number}/messages`),
      read: (number: string, which: NonNullable<Body<'readOnPhone'>> = {}) =>
        done(path`/sandbox/phones/${number}/read`, { method: 'POST', body: which }),
      unlink: (number: string, which: NonNullable<Body<'unlinkDevice'>> = {}) =>
        done(path`/sandbox/phones/${number}/unlink`, { method: 'POST', body: which }),
      goOffline: (number: string) => done(path`/sandbox/phones/${number}/offline`, { method: 'POST' }),
      goOnline: (number: string) => done(path`/sandbox/phones/${number}/online`, { method: 'POST' }),
    },
  }
}
