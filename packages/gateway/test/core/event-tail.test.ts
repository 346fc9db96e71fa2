import { expect, test } from 'vitest'
import { chatAddress } from '#gateway/core/chats/chat-address.js'
import type { EventId, InstanceId } from '#gateway/core/ids.js'
import { EventFeed } from '#gateway/core/events/event-feed.js'
import { EventTail } from '#gateway/core/events/event-tail.js'
import type { GatewayEvent } from '#gateway/core/events/event.js'
import { LogReader } from '#gateway/core/events/log-reader.js'
import type { EventStore } from '#gateway/core/ports/store.js'

const instance = 'shop' as InstanceId

function event(seq: number, text = ''): GatewayEvent {
  const content = { kind: 'text', text } as const
  const data = { ...chatAddress('c'), id: 'AB', content, sentAt: '' }
  return { kind: 'message.sent', data, seq, id: `ev_${seq}` as EventId, instance, time: new Date(0) }
}
const seqs = (events: readonly GatewayEvent[]) => events.map(({ seq }) => seq)

test('gives what follows a place without a gap, whichever commit was announced first', () => {
  const tail = new EventTail()
  expect(tail.last).toBeUndefined()
  tail.add([event(7)])
  tail.add([event(5), event(6)])
  tail.add([event(9)])
  expect(tail.last).toBe(9)
  expect(seqs(tail.after(4))).toEqual([5, 6, 7])
  expect(tail.after(3)).toEqual([])
  expect(tail.after(7)).toEqual([])
  tail.add([event(8)])
  expect(seqs(tail.after(6))).toEqual([7, 8, 9])
  tail.seen(4)
  expect(tail.last).toBe(9)
})

test('keeps few events and fewer large ones, and the newest however large', () => {
  const tail = new EventTail()
  tail.add(Array.from({ length: 200 }, (_, i) => event(i + 1)))
  expect(seqs(tail.after(199))).toEqual([200])
  expect(tail.after(136)).toHaveLength(64)
  expect(tail.after(135)).toEqual([])
  tail.add([event(201, 'x'.repeat(40_000)), event(202, 'x'.repeat(40_000))])
  expect(tail.after(200)).toEqual([])
  expect(seqs(tail.after(201))).toEqual([202])
  tail.add([event(203, 'x'.repeat(1_000_000))])
  expect(seqs(tail.after(202))).toEqual([203])
})

/** A log in memory, and how often it was read. */
function log(events: GatewayEvent[]) {
  let reads = 0
  const store = {
    page: async (_id: InstanceId, { after, limit }: { after: number; limit: number }) => {
      reads++
      const page = events.filter(({ seq }) => seq > after).slice(0, limit)
      const last = events.at(-1)?.seq ?? 0
      return { events: page, upTo: page.length === limit ? (page.at(-1)?.seq ?? after) : last, last, expired: null }
    },
    lasts: async (ids: readonly InstanceId[]) => new Map(ids.map((id) => [id, events.at(-1)?.seq ?? 0])),
  } as unknown as EventStore
  const feed = new EventFeed(store)
  const instances = { has: () => true, all: () => [instance], watch: () => () => undefined }
  return { feed, reads: () => reads, reader: () => new LogReader({ feed, store, instances }) }
}

test('a thousand who follow the end of a log are given the same objects, and nothing is read for them', async () => {
  const events = [event(1), event(2)]
  const { feed, reader, reads } = log(events)
  const readers = Array.from({ length: 1000 }, reader)
  for (const one of readers) {
    await one.follow([{ instance, after: 'now' }])
    expect((await one.next()).map(({ kind }) => kind)).toEqual(['caught-up', 'following'])
  }
  const next = readers.map((one) => one.next())
  const made = event(3)
  events.push(made)
  feed.announce(instance, [made])
  for (const news of await Promise.all(next)) {
    expect(news).toHaveLength(1)
    expect(news[0]?.kind === 'event' && news[0].event).toBe(made)
  }
  expect(reads()).toBe(0)
})

test('what is announced out of order is told in order', async () => {
  const events = [event(1)]
  const { feed, reader } = log(events)
  const one = reader()
  await one.follow([{ instance, after: 1 }])
  const told: number[] = []
  const reading = (async () => {
    while (told.length < 40) {
      for (const news of await one.next()) if (news.kind === 'event') told.push(news.event.seq)
    }
  })()
  for (let seq = 2; seq <= 41; seq += 2) {
    const pair = [event(seq), event(seq + 1)] as const
    events.push(...pair)
    feed.announce(instance, [pair[1]])
    if (seq % 4 === 0) await new Promise((resolve) => setImmediate(resolve))
    feed.announce(instance, [pair[0]])
  }
  await reading
  expect(told).toEqual(Array.from({ length: 40 }, (_, i) => i + 2))
  one.close()
  expect(await one.next()).toEqual([])
})
