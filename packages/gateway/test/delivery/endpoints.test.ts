import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { expect, onTestFinished, test } from 'vitest'
import type { Caller } from '#gateway/core/access/access.js'
import { systemClock } from '#gateway/core/ports/clock.js'
import { createOutbound } from '#gateway/outbound/create-outbound.js'
import { rejects } from '../store/store-contract.js'
import { counted, startWorld } from './world.js'

interface Received {
  readonly path: string
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

/** A receiver on a real socket. */
async function listening(answer: (received: Received, response: ServerResponse) => void): Promise<string> {
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      answer({ path: request.url ?? '', headers: request.headers, body }, response)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

async function world() {
  const outbound = createOutbound({ clock: systemClock, userAgent: 'Gangway/test', allowPrivate: true })
  onTestFinished(() => outbound.close())
  return startWorld({ clock: systemClock, outbound })
}

const until = (condition: () => boolean) => expect.poll(condition, { interval: 10, timeout: 30_000 }).toBe(true)

test('an event arrives as the API shows it, under the headers of Standard Webhooks', async () => {
  const received: Received[] = []
  const url = await listening((one, response) => {
    received.push(one)
    response.writeHead(200).end()
  })
  const { instance, happened, subscribe } = await world()
  const id = await instance()
  await subscribe(`${url}/hook?of=shop`)
  const [event] = await happened(id)
  await until(() => received.length === 1)
  const [one] = received
  expect(one?.path).toBe('/hook?of=shop')
  expect(JSON.parse(one?.body ?? '')).toEqual({
    seq: 2,
    id: event?.id,
    instance: id,
    kind: 'instance.state',
    time: event?.time.toISOString(),
    data: { state: 'linked', previous: 'reconnecting', reason: 'connected' },
  })
  expect(one?.headers).toMatchObject({
    'content-type': 'application/json',
    'webhook-id': event?.id,
    'webhook-timestamp': expect.stringMatching(/^\d{10}$/) as string,
    'webhook-signature': expect.stringMatching(/^v1,[A-Za-z0-9+/]{43}=$/) as string,
    'user-agent': 'Gangway/test',
  })
})

test('F21: fifty endpoints that hang change nothing for fifty that do not', async () => {
  const hanging: ServerResponse[] = []
  const seqs = new Map<string, number[]>()
  const [deaf, well] = await Promise.all([
    listening((_one, response) => {
      hanging.push(response)
    }),
    listening(({ path, body }, response) => {
      seqs.set(path, [...(seqs.get(path) ?? []), (JSON.parse(body) as { seq: number }).seq])
      response.writeHead(204).end()
    }),
  ])
  const { core, caller, database, instance, happened } = await world()
  const workspace = await database.store.access.ensureWorkspace('hostile')
  const hostile: Caller = { workspace, scopes: ['admin'], network: null }
  const { instance: theirs } = await core.gateway.instances.create(hostile, { name: 'x', network: 'sandbox' })
  const ours = await instance()
  const { subscriptions } = core.gateway
  for (let n = 0; n < 50; n++) {
    await subscriptions.create(hostile, { url: `${deaf}/${n}` })
    await subscriptions.create(caller, { url: `${well}/${n}` })
  }
  await happened(theirs.id, 40)
  await until(() => hanging.length === 50)
  await happened(ours, 40)
  await until(() => seqs.size === 50 && [...seqs.values()].every((all) => all.length === 40))
  for (const all of seqs.values()) expect(all).toEqual(counted(2, 41))
  // They still hang, each with the one request that it was given.
  expect(hanging).toHaveLength(50)
  expect(hanging.every((response) => !response.writableEnded && !response.destroyed)).toBe(true)
})

test('different instances go to one endpoint side by side, eight at most', async () => {
  const seen: string[] = []
  const waiting: ServerResponse[] = []
  let proving = true
  let most = 0
  const url = await listening(({ body }, response) => {
    const { instance, seq } = JSON.parse(body) as { instance: string; seq: number }
    seen.push(`${instance} ${seq}`)
    if (proving) return response.writeHead(204).end()
    waiting.push(response)
    most = Math.max(most, waiting.length)
    return undefined
  })
  const { instance, happened, subscribe } = await world()
  const ids = await Promise.all(Array.from({ length: 20 }, () => instance()))
  await subscribe(url)
  const [first] = ids
  if (first === undefined) throw new Error('there are twenty')
  await happened(first, 30)
  await until(() => seen.length === 30)
  proving = false
  for (const id of ids) await happened(id, 2)
  for (let answered = 0; answered < 40; answered++) {
    await until(() => waiting.length > 0)
    waiting.shift()?.writeHead(204).end()
  }
  await until(() => seen.length === 70)
  expect(most).toBeGreaterThan(1)
  expect(most).toBeLessThanOrEqual(8)
  for (const id of ids.slice(1)) expect(seen.filter((one) => one.startsWith(id))).toEqual([`${id} 2`, `${id} 3`])
})

test('a URL that can never be reached is refused by name', async () => {
  const { core, caller, subscribe } = await world()
  const { id } = await subscribe('http://127.0.0.1:8089/')
  for (const url of [
    'ftp://shop.example/',
    'shop.example',
    'https://user:secret@shop.example/',
    'http://shop.example:22/',
  ]) {
    const { subscriptions } = core.gateway
    expect(await rejects(subscriptions.create(caller, { url }), 'bad-request')).toMatchObject({ field: 'url' })
    expect(await rejects(subscriptions.edit(caller, id, { url }), 'bad-request')).toMatchObject({ field: 'url' })
  }
  expect(await core.gateway.subscriptions.list(caller, { limit: 10 })).toMatchObject([
    { url: 'http://127.0.0.1:8089/' },
  ])
})

test('a test delivery is signed and sent once, and tells what the endpoint said', async () => {
  const received: Received[] = []
  const url = await listening((one, response) => {
    received.push(one)
    response.writeHead(503).end('later')
  })
  const { instance, subscribe, core, caller } = await world()
  const id = await instance()
  const { id: subscription } = await subscribe(url)
  expect(await core.gateway.subscriptions.test(caller, subscription)).toEqual({
    outcome: 'refused',
    status: 503,
    error: 'The endpoint answered 503.',
    took: expect.any(Number) as number,
  })
  expect(received).toHaveLength(1)
  const { seq, kind, instance: of, data } = JSON.parse(received[0]?.body ?? '') as Record<string, unknown>
  expect({ seq, kind, of, data }).toEqual({
    seq: 0,
    kind: 'instance.state',
    of: id,
    data: { state: 'unlinked', previous: 'unlinked', reason: 'created' },
  })
  expect(received[0]?.headers['webhook-id']).toMatch(/^ev_test_/)
})
