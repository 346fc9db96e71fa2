import { connect } from 'node:net'
import { once } from 'node:events'
import { expect, test } from 'vitest'
import type { PhoneNumber } from '#gateway/core/ids.js'
import type { Clock } from '#gateway/core/ports/clock.js'
import { scanStep } from './fake-gateway.js'
import { serverSentEvents, type ServerSentEvent } from './server-sent-events.js'
import { key, startWorld, strangerKey, type World } from './world.js'

/** A clock that stands still until a test lets a timer ring. */
function handClock(): Clock & { ring(delay: number): void } {
  const timers = new Set<{ delay: number; callback: () => void }>()
  return {
    now: () => new Date(0),
    monotonic: () => 0,
    after(delay, callback) {
      const timer = { delay, callback }
      timers.add(timer)
      return () => timers.delete(timer)
    },
    ring(delay) {
      for (const timer of [...timers].filter((each) => each.delay === delay)) {
        timers.delete(timer)
        timer.callback()
      }
    },
  }
}

async function open(world: World, path: string, headers: Record<string, string> = {}) {
  const response = await fetch(world.url + path, { headers: { authorization: `Bearer ${key}`, ...headers } })
  expect(response.headers.get('content-type')).toBe('text/event-stream')
  const stream = serverSentEvents(response)
  const next = async (): Promise<ServerSentEvent | undefined> =>
    (await stream.next()).value as ServerSentEvent | undefined
  expect((await next())?.event).toBe('comment')
  return { next, leave: () => stream.return(undefined) }
}

async function linking(world: World): Promise<string> {
  const id = await world.instance()
  await world.call('POST', `/api/v1/instances/${id}/link`, { method: 'qr' })
  return id
}

const stateEvent = (reason: 'connected' | 'pause-requested') =>
  ({ kind: 'instance.state', data: { state: 'linked', previous: 'starting', reason } }) as const

const address = { chat: '1@s.whatsapp.net', chatPhone: '1', chatLid: null }

test('a link is watched step by step until it is linked', async () => {
  const world = await startWorld()
  const id = await linking(world)
  const { next } = await open(world, `/api/v1/instances/${id}/link/events`)
  expect(await next()).toMatchObject({ id: '1', event: 'step', data: { step: 'scan', qr: `2@${id}` } })
  await expect.poll(world.gateway.watching).toBe(1)
  world.gateway.step(id, scanStep('2@second'))
  expect(await next()).toMatchObject({ id: '2', event: 'step', data: { step: 'scan', qr: '2@second' } })
  world.gateway.step(id, { kind: 'linked', phone: '4915112345678' as PhoneNumber })
  expect(await next()).toMatchObject({ id: '3', data: { step: 'linked', phone: '4915112345678' } })
  expect(await next()).toBeUndefined()
})

test('a stream that cannot begin is refused with its status', async () => {
  const world = await startWorld()
  const id = await world.instance()
  expect((await world.call('GET', `/api/v1/instances/${id}/link/events`)).status).toBe(404)
  const foreign = { key: strangerKey }
  expect((await world.call('GET', `/api/v1/instances/${id}/events/stream`, undefined, foreign)).status).toBe(404)
  const headers = { 'last-event-id': 'latest' }
  const answer = await world.call('GET', `/api/v1/instances/${id}/events/stream`, undefined, { headers })
  expect([answer.status, answer.body.field]).toEqual([400, 'last-event-id'])
})

test('the log is read in pages, of some kinds, and waits for news', async () => {
  const world = await startWorld()
  const id = await world.instance()
  const path = `/api/v1/instances/${id}/events`
  expect((await world.call('GET', path)).body).toEqual({ items: [], next: null, expired: null })
  world.gateway.happened(id, stateEvent('connected'))
  world.gateway.happened(id, {
    kind: 'message.status',
    data: { id: 'AB', ...address, status: 'sent', participant: null, failure: null },
  })
  const page = (await world.call('GET', path)).body
  expect(page).toMatchObject({
    items: [
      { seq: 1, instance: id, kind: 'instance.state', time: '2026-01-02T03:04:05.678Z', data: { state: 'linked' } },
      { seq: 2, kind: 'message.status', data: { status: 'sent' } },
    ],
    next: 2,
  })
  expect((await world.call('GET', `${path}?limit=1`)).body).toMatchObject({ next: 1 })
  expect((await world.call('GET', `${path}?kind=message.status,link.step`)).body).toMatchObject({ items: [{ seq: 2 }] })
  const poll = world.call('GET', `${path}?after=2&wait=60`)
  await expect.poll(world.gateway.watching).toBe(1)
  world.gateway.happened(id, stateEvent('pause-requested'))
  expect((await poll).body).toMatchObject({ items: [{ seq: 3 }], next: 3 })
})

test('the log is followed from where a reader was', async () => {
  const world = await startWorld()
  const id = await world.instance()
  for (let i = 0; i < 3; i++) world.gateway.happened(id, stateEvent('connected'))
  const path = `/api/v1/instances/${id}/events/stream`
  const { next, leave } = await open(world, `${path}?after=1`, { 'last-event-id': '2' })
  expect(await next()).toMatchObject({ id: '3', event: 'message', data: { seq: 3, kind: 'instance.state' } })
  await expect.poll(world.gateway.watching).toBe(1)
  world.gateway.happened(id, stateEvent('pause-requested'))
  expect(await next()).toMatchObject({ id: '4', data: { data: { reason: 'pause-requested' } } })
  await leave()
  await expect.poll(world.gateway.watching).toBe(0)
})

test('streams and long polls end when the server closes', async () => {
  const world = await startWorld()
  const id = await linking(world)
  const steps = await open(world, `/api/v1/instances/${id}/link/events`)
  await steps.next()
  const events = await open(world, `/api/v1/instances/${id}/events/stream`)
  const poll = world.call('GET', `/api/v1/instances/${id}/events?wait=60`)
  await expect.poll(world.gateway.watching).toBe(3)
  await world.close()
  expect(await steps.next()).toBeUndefined()
  expect(await events.next()).toBeUndefined()
  expect((await poll).body).toEqual({ items: [], next: null, expired: null })
})

test('a quiet stream is kept open by comments', async () => {
  const clock = handClock()
  const world = await startWorld({ clock })
  const id = await world.instance()
  const { next } = await open(world, `/api/v1/instances/${id}/events/stream`)
  for (let i = 0; i < 2; i++) {
    clock.ring(15_000)
    expect((await next())?.event).toBe('comment')
  }
})

/** Opens a stream on a socket of its own and takes nothing from it. */
async function openAndSleep(world: World, path: string) {
  const socket = connect(Number(new URL(world.url).port), '127.0.0.1')
  socket.on('error', () => undefined)
  socket.pause()
  socket.write(`GET ${path} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${key}\r\n\r\n`)
  await once(socket, 'connect')
  return socket
}

test('a reader that takes nothing is cut after 30 s, and nothing piles up for it meanwhile', async () => {
  const clock = handClock()
  const world = await startWorld({ clock })
  const id = await world.instance()
  const socket = await openAndSleep(world, `/api/v1/instances/${id}/events/stream`)
  await expect.poll(world.gateway.watching).toBe(1)
  const text = 'x'.repeat(500_000)
  const big = {
    kind: 'message.received',
    data: {
      id: 'AB',
      ...address,
      sender: 's',
      phone: null,
      lid: null,
      name: null,
      fromMe: false,
      content: { kind: 'text', text },
      sentAt: '',
    },
  } as const
  for (let i = 0; i < 40; i++) world.gateway.happened(id, big)
  // Rings only once the kernel's buffers are full and the stream waits for its reader.
  await expect
    .poll(() => {
      clock.ring(30_000)
      return world.gateway.watching()
    })
    .toBe(0)
  socket.destroy()
})
