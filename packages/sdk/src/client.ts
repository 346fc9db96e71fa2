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
export type AccessKey = Schemas['AccessKey']
export type NewAccessKey = Schemas['NewAccessKey']
export type Instance = Schemas['Instance']
export type NewInstance = Schemas['NewInstance']
export type InstancePage = Schemas['InstancePage']
export type Link = Schemas['Link']
export type MessageLink = Schemas['MessageLink']
export type Message = Schemas['Message']
export type MessagePage = Schemas['MessagePage']
export type Content = Schemas['Content']
export type NewMessage = Body<'sendMessage'>
export type MediaFile = Schemas['File']
export type Chat = Schemas['Chat']
export type ChatPage = Schemas['ChatPage']
export type HistoryItem = Schemas['HistoryItem']
export type HistoryPage = Schemas['HistoryPage']
export type Contact = Schemas['Contact']
export type ContactPage = Schemas['ContactPage']
export type Profile = Schemas['Profile']
export type Group = Schemas['Group']
export type GroupPage = Schemas['GroupPage']
export type GatewayEvent = Schemas['Event']
export type EventPage = Schemas['EventPage']
export type Subscription = Schemas['Subscription']
export type NewSubscription = Schemas['NewSubscription']
export type SubscriptionPage = Schemas['SubscriptionPage']
export type DeliveryPage = Schemas['DeliveryPage']
export type TestDelivery = Schemas['TestDelivery']
export type SandboxPhone = Schemas['SandboxPhone']
export type SandboxPhoneDetail = Schemas['SandboxPhoneDetail']
export type SandboxGroup = Schemas['SandboxGroup']
export type SandboxPhonePage = Schemas['SandboxPhonePage']
export type SandboxDevice = Schemas['SandboxDevice']
export type SandboxMessage = Schemas['SandboxMessage']
export type SandboxMessagePage = Schemas['SandboxMessagePage']

export type Client = ReturnType<typeof createClient>

/** With an idempotency key, a repeated call sends nothing and answers with the first message. */
export type SendOptions = Query<'sendMessage'> & { readonly idempotencyKey?: string }

/** A file with what it is called, where its `name` does not say. */
export type NamedFile = Blob & { readonly name?: string }

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

  const sendBody = (id: string, body: unknown, { idempotencyKey, ...query }: SendOptions) =>
    json<Message>(path`/instances/${id}/messages`, {
      method: 'POST',
      query,
      body,
      ...(idempotencyKey === undefined ? {} : { headers: { 'idempotency-key': idempotencyKey } }),
    })

  return {
    keys: {
      create: (wish: Body<'createKey'>) => json<NewKey>('/keys', { method: 'POST', body: wish }),
      list: () => json<KeyPage>('/keys'),
      revoke: (id: string) => done(path`/keys/${id}`, { method: 'DELETE' }),
    },

    /** What clients of vendors' signed formats sign with. */
    accessKeys: {
      /** `accessKeySecret` is in this answer and nowhere else. */
      create: (wish: Body<'createAccessKey'>) => json<NewAccessKey>('/access-keys', { method: 'POST', body: wish }),
      list: () => json<Schemas['AccessKeyPage']>('/access-keys'),
      revoke: (id: string) => done(path`/access-keys/${id}`, { method: 'DELETE' }),
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
      send: (id: string, message: NewMessage, options: SendOptions = {}) => sendBody(id, message, options),
      /** Uploads a file and sends it in one call, as what it is unless `message.content` says otherwise. */
      sendFile: (id: string, message: NewMessage, file: NamedFile, options: SendOptions = {}) =>
        sendBody(id, form(file, { message: JSON.stringify(message) }), options),
      get: (id: string, message: string) => json<Message>(path`/instances/${id}/messages/${message}`),
      receipts: (id: string, message: string) =>
        json<Schemas['ReceiptPage']>(path`/instances/${id}/messages/${message}/receipts`),
      forward: (id: string, wish: Body<'forwardMessages'>) =>
        json<MessagePage>(path`/instances/${id}/forward`, { method: 'POST', body: wish }),
      /** What waits to be sent. */
      queue: (id: string, query: Query<'listQueue'> = {}) => json<MessagePage>(path`/instances/${id}/queue`, { query }),
      clearQueue: (id: string) => json<{ cancelled: number }>(path`/instances/${id}/queue`, { method: 'DELETE' }),
    },

    media: {
      upload: (id: string, file: NamedFile) =>
        json<MediaFile>(path`/instances/${id}/media`, { method: 'POST', body: form(file) }),
      /** The gateway fetches it. */
      fetch: (id: string, source: { readonly url: string; readonly name?: string; readonly mimetype?: string }) =>
        json<MediaFile>(path`/instances/${id}/media`, { method: 'POST', body: source }),
      get: (id: string, media: string) => json<MediaFile>(path`/instances/${id}/media/${media}`),
      /** Brings the file of a message here, and answers when it can be read at its `url`. */
      ofMessage: (id: string, chat: string, message: string) =>
        json<MediaFile>(path`/instances/${id}/chats/${chat}/messages/${message}/media`),
    },

    chats: {
      list: (id: string, query: Query<'listChats'> = {}) => json<ChatPage>(path`/instances/${id}/chats`, { query }),
      get: (id: string, chat: string) => json<Chat>(path`/instances/${id}/chats/${chat}`),
      edit: (id: string, chat: string, changes: Body<'editChat'>) =>
        json<Chat>(path`/instances/${id}/chats/${chat}`, { method: 'PATCH', body: changes }),
      read: (id: string, chat: string, which: NonNullable<Body<'readChat'>> = {}) =>
        done(path`/instances/${id}/chats/${chat}/read`, { method: 'POST', body: which }),
      showPresence: (id: string, chat: string, presence: Body<'showPresence'>['presence']) =>
        done(path`/instances/${id}/chats/${chat}/presence`, { method: 'POST', body: { presence } }),
      followPresence: (id: string, chat: string) =>
        done(path`/instances/${id}/chats/${chat}/follow-presence`, { method: 'POST' }),
      /** Its history, the newest first. */
      messages: (id: string, chat: string, query: Query<'listChatMessages'> = {}) =>
        json<HistoryPage>(path`/instances/${id}/chats/${chat}/messages`, { query }),
      message: (id: string, chat: string, message: string) =>
        json<HistoryItem>(path`/instances/${id}/chats/${chat}/messages/${message}`),
      /** The history of all of them. */
      history: (id: string, query: Query<'listHistory'> = {}) =>
        json<HistoryPage>(path`/instances/${id}/history`, { query }),
    },

    contacts: {
      list: (id: string, query: Query<'listContacts'> = {}) =>
        json<ContactPage>(path`/instances/${id}/contacts`, { query }),
      get: (id: string, contact: string) => json<Contact>(path`/instances/${id}/contacts/${contact}`),
      save: (id: string, contact: string, names: Body<'saveContact'>) =>
        json<Contact>(path`/instances/${id}/contacts/${contact}`, { method: 'PATCH', body: names }),
      remove: (id: string, contact: string) => done(path`/instances/${id}/contacts/${contact}`, { method: 'DELETE' }),
      block: (id: string, contact: string) =>
        done(path`/instances/${id}/contacts/${contact}/block`, { method: 'POST' }),
      unblock: (id: string, contact: string) =>
        done(path`/instances/${id}/contacts/${contact}/unblock`, { method: 'POST' }),
      /** Which numbers are on WhatsApp. */
      check: (id: string, phones: readonly string[]) =>
        json<Schemas['NumberPage']>(path`/instances/${id}/numbers/check`, { method: 'POST', body: { phones } }),
      /** Of a person or group, as WhatsApp shows it now. */
      profile: (id: string, of: string) => json<Profile>(path`/instances/${id}/profiles/${of}`),
    },

    /** How the account shows itself. */
    profile: {
      edit: (id: string, changes: Body<'editProfile'>) =>
        done(path`/instances/${id}/profile`, { method: 'PATCH', body: changes }),
      setPresence: (id: string, presence: Body<'setPresence'>['presence']) =>
        done(path`/instances/${id}/presence`, { method: 'POST', body: { presence } }),
    },

    groups: {
      list: (id: string) => json<GroupPage>(path`/instances/${id}/groups`),
      get: (id: string, group: string) => json<Group>(path`/instances/${id}/groups/${group}`),
      create: (id: string, wish: Body<'createGroup'>) =>
        json<Schemas['NewGroup']>(path`/instances/${id}/groups`, { method: 'POST', body: wish }),
      edit: (id: string, group: string, changes: Body<'editGroup'>) =>
        json<Group>(path`/instances/${id}/groups/${group}`, { method: 'PATCH', body: changes }),
      change: (id: string, group: string, wish: Body<'changeParticipants'>) =>
        json<Schemas['ParticipantOutcomePage']>(path`/instances/${id}/groups/${group}/participants`, {
          method: 'POST',
          body: wish,
        }),
      invite: (id: string, group: string) =>
        json<Schemas['GroupInviteLink']>(path`/instances/${id}/groups/${group}/invite`),
      revokeInvite: (id: string, group: string) =>
        json<Schemas['GroupInviteLink']>(path`/instances/${id}/groups/${group}/invite`, { method: 'DELETE' }),
      /** By the link of an invitation, or its code. */
      join: (id: string, invite: string) =>
        json<{ id: string }>(path`/instances/${id}/groups/join`, { method: 'POST', body: { invite } }),
      leave: (id: string, group: string) => done(path`/instances/${id}/groups/${group}/leave`, { method: 'POST' }),
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

    messageLinks: {
      create: (wish: Body<'createMessageLink'>) => json<MessageLink>('/message-links', { method: 'POST', body: wish }),
      list: (query: Query<'listMessageLinks'> = {}) => json<Schemas['MessageLinkPage']>('/message-links', { query }),
      get: (id: string) => json<MessageLink>(path`/message-links/${id}`),
      edit: (id: string, changes: Body<'editMessageLink'>) =>
        json<MessageLink>(path`/message-links/${id}`, { method: 'PATCH', body: changes }),
      remove: (id: string) => done(path`/message-links/${id}`, { method: 'DELETE' }),
      statistics: (id: string, query: Query<'getMessageLinkStatistics'> = {}) =>
        json<Schemas['LinkStatistics']>(path`/message-links/${id}/statistics`, { query }),
      /** The QR code; `pdf` is a page to hang up. */
      image: async (id: string, format: 'png' | 'svg' | 'pdf', query: Query<'messageLinkImagePng'> = {}) => {
        const response = await send(`${path`/message-links/${id}`}/image.${format}`, { query })
        return new Uint8Array(await response.arrayBuffer())
      },
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
      /** The file of a message, as the phone has it. */
      file: async (number: string, message: string) =>
        (await send(path`/sandbox/phones/${number}/messages/${message}/file`)).blob(),
      /** Reacts, edits, deletes, votes, pins, forwards or chooses. */
      act: (number: string, act: Body<'actOnPhone'>) =>
        json<SandboxMessage>(path`/sandbox/phones/${number}/acts`, { method: 'POST', body: act }),
      postStatus: (number: string, status: Body<'postStatusFromPhone'>) =>
        json<SandboxMessage>(path`/sandbox/phones/${number}/status`, { method: 'POST', body: status }),
      play: (number: string, ids: readonly string[]) =>
        done(path`/sandbox/phones/${number}/play`, { method: 'POST', body: { ids } }),
      showPresence: (number: string, shown: Body<'showPresenceOfPhone'>) =>
        done(path`/sandbox/phones/${number}/presence`, { method: 'POST', body: shown }),
      setAvailable: (number: string, available: boolean) =>
        done(path`/sandbox/phones/${number}/availability`, { method: 'POST', body: { available } }),
      read: (number: string, which: NonNullable<Body<'readOnPhone'>> = {}) =>
        done(path`/sandbox/phones/${number}/read`, { method: 'POST', body: which }),
      unlink: (number: string, which: NonNullable<Body<'unlinkDevice'>> = {}) =>
        done(path`/sandbox/phones/${number}/unlink`, { method: 'POST', body: which }),
      goOffline: (number: string) => done(path`/sandbox/phones/${number}/offline`, { method: 'POST' }),
      goOnline: (number: string) => done(path`/sandbox/phones/${number}/online`, { method: 'POST' }),
    },

    /** Groups of virtual phones. */
    phoneGroups: {
      list: (number: string) => json<Schemas['SandboxGroupPage']>(path`/sandbox/phones/${number}/groups`),
      create: (number: string, wish: Body<'createPhoneGroup'>) =>
        json<SandboxGroup>(path`/sandbox/phones/${number}/groups`, { method: 'POST', body: wish }),
      join: (number: string, code: string) =>
        json<SandboxGroup>(path`/sandbox/phones/${number}/groups/join`, { method: 'POST', body: { code } }),
      rename: (number: string, group: string, subject: string) =>
        json<SandboxGroup>(path`/sandbox/phones/${number}/groups/${group}`, { method: 'PATCH', body: { subject } }),
      change: (number: string, group: string, wish: Body<'changePhoneGroup'>) =>
        json<SandboxGroup>(path`/sandbox/phones/${number}/groups/${group}/participants`, {
          method: 'POST',
          body: wish,
        }),
      invite: (number: string, group: string) =>
        json<{ code: string }>(path`/sandbox/phones/${number}/groups/${group}/invite`),
      leave: (number: string, group: string) =>
        done(path`/sandbox/phones/${number}/groups/${group}/leave`, { method: 'POST' }),
    },
  }
}

function form(file: NamedFile, fields: Readonly<Record<string, string>> = {}): FormData {
  const body = new FormData()
  // What is small goes first, so that whoever reads the form as it comes knows early what it is.
  for (const [name, value] of Object.entries(fields)) body.append(name, value)
  if (file.name === undefined) body.append('file', file)
  else body.append('file', file, file.name)
  return body
}
