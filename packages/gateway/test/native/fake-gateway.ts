import { randomUUID } from 'node:crypto'
import { EventEmitter, on } from 'node:events'
import type { ApiKey, Caller } from '#gateway/core/access/access.js'
import { GatewayError } from '#gateway/core/errors/gateway-error.js'
import type { EventBody, GatewayEvent } from '#gateway/core/events/event.js'
import type { Gateway } from '#gateway/core/gateway.js'
import type { ApiKeyId, AttemptId, EventId, InstanceId, LinkPageId, WorkspaceId } from '#gateway/core/ids.js'
import type { Instance } from '#gateway/core/instances/instance.js'
import type { LinkPage } from '#gateway/core/link-pages/link-page.js'
import type { LinkMethod, LinkSnapshot, LinkStep } from '#gateway/core/linking/link-step.js'
import { qrCode } from '#gateway/core/linking/qr-image.js'
import { usualOptions } from '#gateway/core/instances/options.js'
import type { PhoneControl, SandboxDevice, SandboxMessage, SandboxPhone } from '#gateway/core/ports/sandbox.js'
import { fakeAccessKeys } from './fake-access-keys.js'
import { type FakeMedia, fakeMedia } from './fake-media.js'
import { fakeMessageLinks } from './fake-message-links.js'
import { type FakeMessages, fakeMessages } from './fake-messages.js'
import { type Asked, fakePeople } from './fake-people.js'
import { fakeSubscriptions } from './fake-subscriptions.js'

export const time = new Date('2026-01-02T03:04:05.678Z')

/** The core as the native API sees it, in memory, with the strings that a test pulls. */
export interface FakeGateway extends Gateway {
  readonly messages: FakeMessages
  readonly media: FakeMedia
  /** What was asked about chats, contacts and groups. */
  readonly asked: readonly Asked[]
  /** Moves the link attempt of an instance on. */
  step(id: string, step: LinkStep): void
  happened(id: string, body: EventBody): void
  /** Rejects the next call of any kind. */
  failNext(error: unknown): void
  readonly keys: Map<string, ApiKey>
  /** How many streams and watches are open. */
  readonly watching: () => number
}

export const scanStep = (text: string): LinkStep => ({ kind: 'scan', qr: qrCode(text), expiresAt: time })

export function fakeGateway(keys: Readonly<Record<string, Partial<ApiKey>>>): FakeGateway {
  const keyring = new Map<string, ApiKey>()
  for (const [key, more] of Object.entries(keys)) keyring.set(key, apiKey({ name: key, ...more }))
  const instances = new Map<string, Instance>()
  const attempts = new Map<string, LinkSnapshot>()
  const linkPages = new Map<string, LinkPage>()
  const returnOrigins = new Map<WorkspaceId, readonly string[]>()
  const media = fakeMedia(own)
  const messages = fakeMessages(own, media, time)
  const people = fakePeople(own, time)
  const logs = new Map<string, GatewayEvent[]>()
  const phones = new Map<string, { workspace: WorkspaceId; control: PhoneControl }>()
  const news = new EventEmitter()
  news.setMaxListeners(0)
  let failure: { error: unknown } | undefined

  function check(): void {
    const next = failure
    failure = undefined
    if (next !== undefined) throw next.error
  }

  function own(caller: Caller, id: string): Instance {
    check()
    const instance = instances.get(id)
    if (instance?.workspace !== caller.workspace)
      throw new GatewayError('instance-not-found', `no ${id} in ${caller.workspace}`)
    return instance
  }

  function change(caller: Caller, id: string, changes: Partial<Instance>): Instance {
    const changed = { ...own(caller, id), ...changes }
    instances.set(id, changed)
    return changed
  }

  function begin(id: InstanceId, how: LinkMethod): LinkSnapshot {
    const alive = attempts.get(id)
    if (alive !== undefined && alive.step.kind !== 'failed') return alive
    const step: LinkStep =
      how.method === 'qr' ? scanStep(`2@${id}`) : { kind: 'type-code', code: 'ABCDEFGH', expiresAt: time }
    const begun = { instance: id, attempt: randomUUID() as AttemptId, method: how.method, startedAt: time, step }
    attempts.set(id, begun)
    return begun
  }

  async function* follow<T>(event: string, signal: AbortSignal): AsyncGenerator<T> {
    try {
      for await (const [value] of on(news, event, { signal })) yield value as T
    } catch (error) {
      if (!signal.aborted) throw error
    }
  }

  function attemptOf(caller: Caller, id: InstanceId): LinkSnapshot {
    own(caller, id)
    const attempt = attempts.get(id)
    if (attempt === undefined) throw new GatewayError('attempt-not-found', 'No attempt to link is known.')
    return attempt
  }

  async function nextOf(event: string, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        news.off(event, done)
        signal?.removeEventListener('abort', done)
        resolve()
      }
      news.on(event, done)
      signal?.addEventListener('abort', done)
    })
  }

  return {
    keys: keyring,
    watching: () =>
      news
        .eventNames()
        .filter((name) => name !== 'error')
        .reduce((sum, name) => sum + news.listenerCount(name), 0),
    failNext(error) {
      failure = { error }
    },
    step(id, step) {
      const attempt = attempts.get(id)
      if (attempt === undefined) throw new Error(`no attempt of ${id}`)
      attempts.set(id, { ...attempt, step })
      news.emit(`link ${id}`, attempts.get(id))
    },
    happened(id, body) {
      const log = logs.get(id) ?? []
      logs.set(id, log)
      const event = {
        ...body,
        seq: log.length + 1,
        id: randomUUID() as EventId,
        instance: id as InstanceId,
        time,
      }
      log.push(event)
      news.emit(`event ${id}`, event)
    },
    access: {
      // No route of this API is reached with an instance's own token.
      byInstanceToken: () => Promise.reject(new GatewayError('unauthorized', 'no tokens here')),
      byWid: () => Promise.reject(new GatewayError('unauthorized', 'no keys here')),
      async authenticate(key) {
        const record = key === undefined ? undefined : keyring.get(key)
        if (record?.revokedAt !== null) throw new GatewayError('unauthorized', 'no such key')
        return { workspace: record.workspace, scopes: record.scopes, network: record.network }
      },
      async createKey(caller, { name, scopes = caller.scopes, network = null }) {
        check()
        if (!caller.scopes.includes('admin')) throw new GatewayError('forbidden', 'This key may not make keys.')
        const record = apiKey({ name, scopes, network, workspace: caller.workspace })
        const key = `gw_${randomUUID()}`
        keyring.set(key, record)
        return { key, record }
      },
      async listKeys(caller) {
        check()
        return [...keyring.values()].filter(({ workspace }) => workspace === caller.workspace)
      },
      async revokeKey(caller, id) {
        check()
        for (const [key, record] of keyring)
          if (record.id === id && record.workspace === caller.workspace) {
            keyring.set(key, { ...record, revokedAt: time })
            return
          }
        throw new GatewayError('key-not-found', `no ${id}`)
      },
    },
    accessKeys: fakeAccessKeys(check, time),
    instances: {
      async create(caller, { name, network = 'whatsapp', phone = null, options }) {
        check()
        const instance: Instance = {
          id: randomUUID() as InstanceId,
          workspace: caller.workspace,
          serial: 1101000000 + instances.size + 1,
          name,
          network,
          phone,
          desired: 'unlinked',
          state: 'unlinked',
          reason: 'created',
          stateAt: time,
          account: null,
          restrictedUntil: null,
          createdAt: time,
          activeAt: time,
          options: { ...usualOptions, ...options },
        }
        instances.set(instance.id, instance)
        return { instance, secrets: { instanceToken: 'a'.repeat(50), wid: randomUUID().toUpperCase() } }
      },
      async list(caller, { afterSerial = 0, limit }) {
        check()
        return [...instances.values()]
          .filter(({ workspace, serial }) => workspace === caller.workspace && serial > afterSerial)
          .slice(0, limit)
      },
      get: async (caller, id) => own(caller, id),
      async edit(caller, id, { options, ...changes }) {
        const { options: before } = own(caller, id)
        return change(caller, id, { ...changes, options: { ...before, ...options } })
      },
      async remove(caller, id) {
        own(caller, id)
        instances.delete(id)
      },
      pause: async (caller, id) =>
        change(caller, id, { state: 'paused', desired: 'paused', reason: 'pause-requested' }),
      resume: async (caller, id) => change(caller, id, { state: 'linked', desired: 'linked', reason: 'connected' }),
      logout: async (caller, id) =>
        change(caller, id, { state: 'unlinked', desired: 'unlinked', reason: 'logout-requested' }),
      restart: async (caller, id) => change(caller, id, { reason: 'restarting' }),
      isElsewhere: async () => false,
      byPhone: async (caller, phone) =>
        [...instances.values()].find((one) => one.workspace === caller.workspace && one.phone === phone),
      async newToken(caller, id) {
        own(caller, id)
        return 'b'.repeat(50)
      },
      async figures(caller, id) {
        own(caller, id)
        return { chats: 0, contacts: 0, sentBytes: 0, receivedBytes: 0 }
      },
    },
    messageLinks: fakeMessageLinks(check, 'http://gateway.test'),
    subscriptions: fakeSubscriptions(own, check, time),
    settings: {
      async read(caller, id) {
        own(caller, id)
        return undefined
      },
      async write(caller, id) {
        own(caller, id)
      },
    },
    links: {
      async start(caller, id, how) {
        own(caller, id)
        return begin(id, how)
      },
      async current(caller, id, { wait = 0 } = {}) {
        const { step } = attemptOf(caller, id)
        if (wait > 0 && (step.kind === 'opening' || step.kind === 'starting')) await nextOf(`link ${id}`)
        return attemptOf(caller, id)
      },
      async *watch(caller, id, signal) {
        const first = attemptOf(caller, id)
        yield first
        if (first.step.kind === 'linked') return
        for await (const snapshot of follow<LinkSnapshot>(`link ${id}`, signal)) {
          yield snapshot
          if (snapshot.step.kind === 'linked' || snapshot.step.kind === 'failed') return
        }
      },
      async cancel(caller, id) {
        own(caller, id)
        attempts.delete(id)
      },
    },
    linkPages: {
      async create(caller, id, { expiresIn = 3600, returnUrl = null, brand = null, locale = null }) {
        own(caller, id)
        const expiresAt = new Date(time.getTime() + expiresIn * 1000)
        const ends = { usedAt: null, usedBy: null, revokedAt: null }
        const made = { id: randomUUID() as LinkPageId, instance: id, createdAt: time, expiresAt, ...ends }
        const page = { ...made, returnUrl, brand, locale }
        linkPages.set(page.id, page)
        return { page, token: 'a-token' }
      },
      async list(caller, id) {
        own(caller, id)
        return [...linkPages.values()].filter(({ instance }) => instance === id)
      },
      async revoke(caller, id, page) {
        own(caller, id)
        const found = linkPages.get(page)
        if (found?.instance !== id) throw new GatewayError('link-page-not-found', `no ${page}`)
        linkPages.set(page, { ...found, revokedAt: time })
      },
      // The page itself has tests of its own, against the real core.
      open: () => Promise.reject(new GatewayError('link-page-not-found', 'no pages here')),
      async returnOrigins(caller) {
        check()
        return [...(returnOrigins.get(caller.workspace) ?? [])]
      },
      async setReturnOrigins(caller, origins) {
        check()
        returnOrigins.set(caller.workspace, origins)
        return [...origins]
      },
    },
    messages,
    media,
    ...people,
    events: {
      async read(caller, id, { after, limit, kinds, wait = 0, signal }) {
        own(caller, id)
        const found = () =>
          (logs.get(id) ?? [])
            .filter(({ seq, kind }) => seq > after && (kinds === undefined || kinds.includes(kind)))
            .slice(0, limit)
        if (wait > 0 && found().length === 0) await nextOf(`event ${id}`, signal)
        const [events, last] = [found(), logs.get(id)?.length ?? 0]
        return { events, upTo: events.length === limit ? (events.at(-1)?.seq ?? after) : last, last, expired: null }
      },
      async latest(caller, id, { kinds, limit, before = Infinity }) {
        own(caller, id)
        const found = (logs.get(id) ?? []).filter(({ seq, kind }) => seq < before && kinds.includes(kind))
        return found.reverse().slice(0, limit)
      },
      async *stream(caller, id, after, signal) {
        own(caller, id)
        const later = follow<GatewayEvent>(`event ${id}`, signal)
        const from = after === 'start' ? 0 : after
        for (const event of (logs.get(id) ?? []).filter(({ seq }) => seq > from)) yield { kind: 'event', event }
        for await (const event of later) yield { kind: 'event', event }
      },
      // What is followed has tests of its own, against the real core.
      follow: () => ({
        follow: async () => undefined,
        followAll: async () => undefined,
        stop: () => undefined,
        next: async () => [],
        recap: () => undefined,
        close: () => undefined,
      }),
    },
    sandbox: {
      async register(caller, { number = '15550000001', name = 'Phone' }) {
        check()
        if (phones.has(number)) throw new GatewayError('number-taken', `${number} is taken.`)
        const phone = { number, jid: `${number}@s.whatsapp.net`, lid: `9${number}@lid`, name, online: true }
        phones.set(number, { workspace: caller.workspace, control: fakePhone(phone, () => phones.delete(number)) })
        return phone
      },
      async list(caller) {
        check()
        return [...phones.values()].filter((p) => p.workspace === caller.workspace).map(({ control }) => control.info)
      },
      async phone(caller, number) {
        check()
        const phone = phones.get(number)
        if (phone?.workspace !== caller.workspace) throw new GatewayError('phone-not-found', `no ${number}`)
        return phone.control
      },
    },
  }
}

function fakePhone(phone: SandboxPhone, remove: () => void): PhoneControl {
  const devices: SandboxDevice[] = []
  const messages: SandboxMessage[] = []
  let online = true
  const link = (): SandboxDevice => {
    const device = { jid: `${phone.number}:1@s.whatsapp.net`, platform: 'CHROME', linkedAt: time, connected: true }
    devices.push(device)
    return device
  }
  const said = (to: string, text: string): SandboxMessage => {
    const nothing = { about: null, mentions: [], forwarded: 0, viewOnce: false, options: [], choices: [], file: null }
    const message = {
      id: 'AB12',
      from: phone.number,
      to,
      kind: 'text',
      text,
      ...nothing,
      receipts: [],
      timestamp: time,
    }
    messages.push({ ...message, status: 'sent' })
    return { ...message, status: 'sent' }
  }
  const absentGroup = (): Promise<never> => Promise.reject(new GatewayError('group-not-found', 'no groups here'))
  return {
    get info() {
      return { ...phone, online, devices }
    },
    async scan(qr) {
      if (!qr.startsWith('2@')) throw new GatewayError('sandbox-refused', 'This is no QR of WhatsApp.')
      return link()
    },
    scanImage: async () => link(),
    enterCode: async () => link(),
    // What a phone says and does has tests of its own, against the real sandbox.
    send: async (to, content) => said(to, content.kind === 'text' ? content.text : content.kind),
    act: async () => said('', ''),
    postStatus: async () => said('status@broadcast', ''),
    file: () => Promise.reject(new GatewayError('media-not-found', 'no files here')),
    play: async () => undefined,
    showPresence: async () => undefined,
    setAvailable: async () => undefined,
    groups: {
      list: async () => [],
      create: async (subject) => ({ id: '12345678901@g.us', subject, participants: [] }),
      change: absentGroup,
      rename: absentGroup,
      invite: absentGroup,
      join: absentGroup,
      leave: absentGroup,
    },
    messages: async () => messages,
    async read() {
      messages.splice(0, messages.length, ...messages.map((message) => ({ ...message, status: 'read' as const })))
    },
    async unlink() {
      devices.splice(0)
    },
    async goOffline() {
      online = false
    },
    async goOnline() {
      online = true
    },
    async remove() {
      remove()
    },
  }
}

function apiKey(more: Partial<ApiKey>): ApiKey {
  return {
    id: randomUUID() as ApiKeyId,
    workspace: 'ws-1' as WorkspaceId,
    name: 'key',
    scopes: ['admin'],
    network: null,
    createdAt: time,
    revokedAt: null,
    ...more,
  }
}
