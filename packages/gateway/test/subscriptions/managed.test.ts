import { describe, expect, test } from 'vitest'
import type { Caller } from '#gateway/core/access/access.js'
import type { EventBody } from '#gateway/core/events/event.js'
import type { EventFormat } from '#gateway/core/ports/event-format.js'
import { answered, day, down, gate, hour, manualWorld, until } from '../delivery/world.js'
import type { OutboundReply } from '#gateway/core/ports/outbound.js'
import { received } from '../store/sample.js'
import { rejects } from '../store/store-contract.js'

const url = 'https://shop.example/hook'

/** Silent about every third event, and about all of them where the settings say so. */
const format: EventFormat = {
  name: 'green-api',
  rules: { timeout: 180_000, retryEvery: 60_000, horizon: day, accepts: (status) => status === 200 },
  encode([event], { subscription, settings }) {
    if (event?.seq === 13) throw new Error('unlucky')
    if (event === undefined || event.seq % 3 === 0 || (settings as { off?: true } | undefined)?.off === true)
      return null
    const body = JSON.stringify({ seq: event.seq, instance: event.instance })
    return { count: 1, url: subscription.url ?? '', contentType: 'application/json', body, headers: {} }
  },
}

/** Tells messages, and what their chats are called. */
const naming: EventFormat = {
  ...format,
  names: true,
  encode([event], { subscription, names }) {
    if (event?.kind !== 'message.received') return null
    const told = `${event.data.id} in ${names?.chat}`
    const body = JSON.stringify({ seq: event.seq, instance: event.instance, told })
    return { count: 1, url: subscription.url ?? '', contentType: 'application/json', body, headers: {} }
  },
}
const toldIn = (body: unknown): string => (JSON.parse(String(body)) as { told: string }).told
const group = '120363000000000001@g.us'
const renamed = (subject: string): EventBody => ({
  kind: 'group.changed',
  data: { group, actor: null, change: { what: 'renamed', subject } },
})

async function world(of = format) {
  const started = await manualWorld({ formats: [of] })
  const { subscriptions, caller, endpoints } = started
  endpoints.answer = () => 200
  const id = await started.instance()
  const token: Caller = {
    workspace: caller.workspace,
    scopes: ['instances:read', 'instances:write', 'messages:read', 'messages:write'],
    network: null,
    instance: id,
  }
  const head = (options?: { wait?: number; signal?: AbortSignal }) =>
    subscriptions.head(token, id, 'green-api', options)
  return {
    ...started,
    id,
    token,
    head,
    headSeq: async (options?: { wait?: number; signal?: AbortSignal }) => (await head(options))?.seq ?? null,
    remove: (seq: number) => subscriptions.removeHead(token, id, 'green-api', seq),
    manage: (to: string | null) => subscriptions.manage(token, id, 'green-api', { url: to }),
  }
}

describe('a queue', () => {
  test('answers its head again and again until that is removed, in order and without what is silent', async () => {
    const { happened, id, headSeq, head, remove } = await world()
    const events = await happened(id, 6)
    // The first event of the log is there, too: nobody had fetched it.
    expect(await head()).toMatchObject({ seq: 1, delivery: { body: expect.stringContaining('"seq":1') as string } })
    expect(await headSeq()).toBe(1)
    expect(await remove(1)).toBe(true)
    expect(await head()).toMatchObject({ seq: 2, event: { id: events[0]?.id } })
    expect(await remove(2)).toBe(true)
    expect(await headSeq()).toBe(4)
    expect(await remove(4)).toBe(true)
    expect(await headSeq()).toBe(5)
  })

  test('has only its head removed, and that once', async () => {
    const { happened, id, headSeq, remove } = await world()
    expect(await remove(1)).toBe(false)
    await happened(id, 3)
    expect(await headSeq()).toBe(1)
    expect(await remove(2)).toBe(false)
    expect(await Promise.all([remove(1), remove(1), remove(1)])).toEqual([true, false, false])
    expect(await remove(1)).toBe(false)
    expect(await headSeq()).toBe(2)
  })

  test('waits for something to say', async () => {
    const { happened, id, headSeq, remove, settled } = await world()
    await headSeq()
    await remove(1)
    let answer: number | null | undefined
    const waiting = headSeq({ wait: 20_000 }).then((seq) => (answer = seq))
    await happened(id)
    expect(await waiting).toBe(2)
    await remove(2)
    answer = undefined
    const longer = headSeq({ wait: 20_000 }).then((seq) => (answer = seq))
    await happened(id)
    await settled()
    expect(answer).toBeUndefined()
    await happened(id)
    expect(await longer).toBe(4)
  })

  test('stops waiting when its reader leaves, and when it is pushed from now on', async () => {
    const { headSeq, remove, manage, happened, id } = await world()
    await headSeq()
    await remove(1)
    const leaving = new AbortController()
    const left = headSeq({ wait: 20_000, signal: leaving.signal })
    leaving.abort()
    expect(await left).toBeNull()
    const waiting = headSeq({ wait: 20_000 })
    await manage(url)
    await happened(id)
    expect(await waiting).toBeNull()
  })

  test('drops what is older than the vendor keeps it, and shows that', async () => {
    const { happened, id, headSeq, clock, subscriptions, caller, token } = await world()
    await happened(id, 3)
    clock.advance(20 * hour)
    await happened(id, 3)
    expect(await headSeq()).toBe(1)
    clock.advance(5 * hour)
    expect(await headSeq()).toBe(5)
    const managed = await subscriptions.managed(token, id, 'green-api')
    if (managed === undefined) throw new Error('the head made one')
    expect(await subscriptions.deadLetters(caller, managed.id, { limit: 10 })).toMatchObject([
      { seq: 1, through: 4, reason: 'expired' },
    ])
  })

  test('goes on behind an event that cannot be written', async () => {
    const { happened, id, headSeq, remove, log } = await world()
    await happened(id, 14)
    for (const seq of [1, 2, 4, 5, 7, 8, 10, 11, 14]) {
      expect(await headSeq()).toBe(seq)
      expect(await remove(seq)).toBe(true)
    }
    expect(log.filter(({ level }) => level === 'error')).toHaveLength(1)
    expect(await headSeq()).toBeNull()
  })

  test('does what the settings say now', async () => {
    const { happened, id, headSeq, core, token } = await world()
    await core.gateway.settings.write(token, id, 'green-api', { off: true })
    await happened(id, 3)
    expect(await headSeq()).toBeNull()
    await core.gateway.settings.write(token, id, 'green-api', {})
    await happened(id)
    expect(await headSeq()).toBe(5)
  })

  test('survives a restart where it was', async () => {
    const { happened, id, headSeq, remove, crash, token } = await world()
    await happened(id, 3)
    await headSeq()
    await remove(1)
    const again = await crash()
    expect((await again.subscriptions.head(token, id, 'green-api'))?.seq).toBe(2)
  })
})

describe('a dialect’s own subscription', () => {
  test('goes from pulled to pushed and back without losing its place', async () => {
    const { happened, id, headSeq, remove, manage, endpoints, seqs, settled } = await world()
    await happened(id, 6)
    await headSeq()
    await remove(1)
    await manage(url)
    await until(() => seqs().length === 4)
    expect(seqs()).toEqual([2, 4, 5, 7])
    expect(await headSeq()).toBeNull()
    endpoints.answer = () => down
    await happened(id, 2)
    await until(() => seqs().length === 5)
    await manage(null)
    await happened(id)
    await settled()
    expect(seqs()).toHaveLength(5)
    expect(await headSeq()).toBe(8)
  })

  test('is the same one however often it is set, and is not disturbed by what changes nothing', async () => {
    const { happened, id, manage, endpoints, subscriptions, caller } = await world()
    const [one, other] = await Promise.all([manage(url), manage(url)])
    expect(other.id).toBe(one.id)
    const late = gate<OutboundReply>()
    endpoints.answer = () => late.promise
    await happened(id)
    await until(() => endpoints.open() === 1)
    await manage(url)
    expect(endpoints.open()).toBe(1)
    late.open(answered(200))
    await until(() => endpoints.open() === 0)
    expect(await subscriptions.list(caller, { limit: 10 })).toMatchObject([
      { id: one.id, managedBy: 'green-api', instance: id, format: 'green-api', url },
    ])
  })

  test('is shown by the native API, and changed by its dialect only', async () => {
    const { id, manage, subscriptions, caller, token } = await world()
    const { id: subscription } = await manage(url)
    expect(await subscriptions.get(caller, subscription)).toMatchObject({ url })
    await rejects(subscriptions.edit(caller, subscription, { url: 'https://x.example' }), 'not-supported')
    await rejects(subscriptions.remove(caller, subscription), 'not-supported')
    await subscriptions.unmanage(token, id, 'green-api')
    await subscriptions.unmanage(token, id, 'green-api')
    expect(await subscriptions.managed(token, id, 'green-api')).toBeUndefined()
    await rejects(subscriptions.get(caller, subscription), 'subscription-not-found')
  })

  test('begins with what comes, unless it is asked for everything', async () => {
    const { happened, id, subscriptions, token, seqs, settled } = await world()
    await happened(id, 3)
    await subscriptions.manage(token, id, 'green-api', { url })
    await settled()
    expect(seqs()).toEqual([])
    await subscriptions.unmanage(token, id, 'green-api')
    await subscriptions.manage(token, id, 'green-api', { url, from: 'start' })
    await until(() => seqs().length === 3)
    expect(seqs()).toEqual([1, 2, 4])
  })

  test('of another instance is out of reach for an instance’s own token', async () => {
    const { instance, subscriptions, token } = await world()
    const other = await instance()
    await rejects(subscriptions.manage(token, other, 'green-api', { url }), 'instance-not-found')
    await rejects(subscriptions.unmanage(token, other, 'green-api'), 'instance-not-found')
    await rejects(subscriptions.managed(token, other, 'green-api'), 'instance-not-found')
    await rejects(subscriptions.head(token, other, 'green-api'), 'instance-not-found')
    await rejects(subscriptions.removeHead(token, other, 'green-api', 1), 'instance-not-found')
  })

  test('has nothing to test or replay while it is pulled', async () => {
    const { id, headSeq, subscriptions, caller, token } = await world()
    await headSeq()
    const managed = await subscriptions.managed(token, id, 'green-api')
    if (managed === undefined) throw new Error('the head made one')
    await rejects(subscriptions.test(caller, managed.id), 'not-supported')
    await rejects(subscriptions.replay(caller, managed.id, { instance: id, from: 1, to: 1 }), 'not-supported')
  })
})

describe('names that go with events', () => {
  test('stay those of the first look until the head of a queue is taken', async () => {
    const { happened, id, head, remove } = await world(naming)
    const body = async () => toldIn((await head())?.delivery.body)
    await happened(id, 1, renamed('Friends'))
    const [first] = await happened(id, 1, received('M1', { chat: group }))
    expect(await body()).toBe('M1 in Friends')
    await happened(id, 1, renamed('Club'))
    await happened(id, 1, received('M2', { chat: group }))
    expect(await body()).toBe('M1 in Friends')
    expect(await remove(first?.seq ?? 0)).toBe(true)
    expect(await body()).toBe('M2 in Club')
  })

  test('stay those of the first attempt when there is another', async () => {
    const { happened, id, manage, endpoints, pass } = await world(naming)
    const bodies = () => endpoints.seen.map(({ request }) => toldIn(request.body))
    await manage(url)
    endpoints.answer = () => down
    await happened(id, 1, renamed('Friends'))
    await happened(id, 1, received('M1', { chat: group }))
    await until(() => bodies().length === 1)
    await happened(id, 1, renamed('Club'))
    endpoints.answer = () => 200
    await happened(id, 1, received('M2', { chat: group }))
    await pass(hour)
    await until(() => bodies().length === 3)
    expect(bodies()).toEqual(['M1 in Friends', 'M1 in Friends', 'M2 in Club'])
  })

  test('are looked up for formats that tell them, and for no other', async () => {
    const without = await world({ ...naming, names: false })
    await without.happened(without.id, 1, renamed('Friends'))
    await without.happened(without.id, 1, received('M1', { chat: group }))
    expect(toldIn((await without.head())?.delivery.body)).toBe('M1 in undefined')
  })
})
