import { describe, expect, test } from 'vitest'
import type { Caller } from '#gateway/core/access/access.js'
import type { InstanceId, SubscriptionId } from '#gateway/core/ids.js'
import type { Subscriptions } from '#gateway/core/subscriptions/subscriptions.js'
import { manualWorld, until } from '../delivery/world.js'
import { rejects } from '../store/store-contract.js'

const url = 'https://shop.example/hook'

/** Everything that can be asked about one subscription. */
const questions: Readonly<
  Record<string, (of: Subscriptions, caller: Caller, id: SubscriptionId, instance: InstanceId) => Promise<unknown>>
> = {
  get: (of, caller, id) => of.get(caller, id),
  edit: (of, caller, id) => of.edit(caller, id, { state: 'paused' }),
  remove: (of, caller, id) => of.remove(caller, id),
  rotateSecret: (of, caller, id) => of.rotateSecret(caller, id, 0),
  test: (of, caller, id) => of.test(caller, id),
  streams: (of, caller, id) => of.streams(caller, id, { limit: 10 }),
  deadLetters: (of, caller, id) => of.deadLetters(caller, id, { limit: 10 }),
  replay: (of, caller, id, instance) => of.replay(caller, id, { instance, from: 1, to: 1 }),
}

async function world() {
  const started = await manualWorld()
  const theirs = await started.database.store.access.ensureWorkspace('theirs')
  const stranger: Caller = { workspace: theirs, scopes: ['admin'], network: null }
  const tester: Caller = { ...started.caller, network: 'sandbox' }
  return { ...started, stranger, tester }
}

describe('a subscription of another workspace', () => {
  for (const [name, ask] of Object.entries(questions))
    test(`is not there: ${name}`, async () => {
      const { subscribe, instance, subscriptions, stranger } = await world()
      const id = await instance()
      const { id: subscription } = await subscribe(url)
      const error = await rejects(ask(subscriptions, stranger, subscription, id), 'subscription-not-found')
      const absent = await rejects(
        ask(subscriptions, stranger, '00000000-0000-4000-8000-000000000000' as SubscriptionId, id),
        'subscription-not-found',
      )
      expect(error.message).toBe(absent.message)
    })

  test('is not listed, cannot be bound to an instance that is not its own, and is told of none', async () => {
    const { subscribe, instance, happened, subscriptions, stranger, endpoints, settled } = await world()
    const id = await instance()
    await subscribe(url)
    await rejects(subscriptions.create(stranger, { url, instance: id }), 'instance-not-found')
    await subscriptions.create(stranger, { url: 'https://stranger.example/', from: 'start' })
    await happened(id, 3)
    await until(() => endpoints.seen.length === 3)
    await settled()
    expect(endpoints.seen.every((one) => one.url === url)).toBe(true)
    expect(await subscriptions.list(stranger, { limit: 10 })).toMatchObject([{ url: 'https://stranger.example/' }])
  })
})

describe('a test key', () => {
  test('makes subscriptions of the sandbox only, which are told of nothing else', async () => {
    const { instance, happened, subscriptions, tester, endpoints, settled } = await world()
    const [sandbox, real] = [await instance(), await instance('whatsapp')]
    const { subscription } = await subscriptions.create(tester, { url, from: 'start' })
    expect(subscription.network).toBe('sandbox')
    await rejects(subscriptions.create(tester, { url, network: 'whatsapp' }), 'forbidden')
    await rejects(subscriptions.create(tester, { url, instance: real }), 'instance-not-found')
    const bound = await subscriptions.create(tester, { url, instance: sandbox })
    expect(bound.subscription.network).toBe('sandbox')
    await happened(real, 2)
    await happened(sandbox, 2)
    await until(() => endpoints.seen.length === 5)
    await settled()
    expect(new Set(endpoints.seen.map((one) => one.instance))).toEqual(new Set([sandbox]))
  })

  for (const [name, ask] of Object.entries(questions))
    test(`finds no other: ${name}`, async () => {
      const { subscribe, instance, subscriptions, tester, caller } = await world()
      const id = await instance()
      const { id: both } = await subscribe(url)
      const { subscription: real } = await subscriptions.create(caller, { url, network: 'whatsapp' })
      for (const subscription of [both, real.id])
        await rejects(ask(subscriptions, tester, subscription, id), 'subscription-not-found')
      expect(await subscriptions.list(tester, { limit: 10 })).toEqual([])
    })
})

describe('scopes', () => {
  test('reading and writing are apart', async () => {
    const { subscribe, instance, subscriptions, caller } = await world()
    const id = await instance()
    const { id: subscription } = await subscribe(url)
    const reader: Caller = { ...caller, scopes: ['subscriptions:read'] }
    const nobody: Caller = { ...caller, scopes: ['instances:write', 'messages:read', 'messages:write', 'sandbox'] }
    const reads = new Set(['get', 'streams', 'deadLetters'])
    for (const [name, ask] of Object.entries(questions)) {
      if (!reads.has(name)) await rejects(ask(subscriptions, reader, subscription, id), 'forbidden')
      await rejects(ask(subscriptions, nobody, subscription, id), 'forbidden')
    }
    await rejects(subscriptions.create(reader, { url }), 'forbidden')
    await rejects(subscriptions.list(nobody, { limit: 1 }), 'forbidden')
    expect(await subscriptions.get(reader, subscription)).toMatchObject({ url })
    const writer: Caller = { ...caller, scopes: ['subscriptions:write'] }
    await subscriptions.edit(writer, subscription, { state: 'paused' })
  })
})

describe('what is refused', () => {
  test('a network that is not the instance’s', async () => {
    const { instance, subscriptions, caller } = await world()
    const wish = { url, instance: await instance(), network: 'whatsapp' } as const
    expect((await rejects(subscriptions.create(caller, wish), 'bad-request')).field).toBe('network')
  })

  test('a format that nobody here writes, and a secret of one that does not sign', async () => {
    const silent = { name: 'wavave', encode: () => null } as const
    const { subscriptions, caller, instance, endpoints } = await manualWorld({ formats: [silent] })
    await instance()
    await rejects(subscriptions.create(caller, { url, format: 'native' }), 'not-supported')
    const { subscription, secret } = await subscriptions.create(caller, { url, format: 'wavave' })
    expect(secret).toBeNull()
    await rejects(subscriptions.rotateSecret(caller, subscription.id, 0), 'not-supported')
    expect(await subscriptions.test(caller, subscription.id)).toMatchObject({ outcome: 'silent', status: null })
    expect(endpoints.seen).toEqual([])
  })

  test('a test where there is no instance, and two at a time', async () => {
    const { subscriptions, caller, subscribe, instance } = await world()
    const { id } = await subscribe(url)
    await rejects(subscriptions.test(caller, id), 'instance-not-found')
    await instance()
    const [first, second] = await Promise.allSettled([subscriptions.test(caller, id), subscriptions.test(caller, id)])
    expect(first.status).toBe('fulfilled')
    expect(second).toMatchObject({ status: 'rejected', reason: { code: 'rate-limited' } })
    expect(await subscriptions.test(caller, id)).toMatchObject({ outcome: 'accepted', status: 204 })
  })
})
