import fc from 'fast-check'
import { describe, expect, onTestFinished, test } from 'vitest'
import { chatAddress } from '#gateway/core/chats/chat-address.js'
import type { EventBody } from '#gateway/core/events/event.js'
import { entryKinds, type EntryKind, type JournalQuery } from '#gateway/core/journal/entry.js'
import type { Store } from '#gateway/core/ports/store.js'
import { newMessage, noon, ownedInstance, received, stateEvent } from './sample.js'
import type { Opened } from './store-contract.js'

const chats = ['491700000002@s.whatsapp.net', '491700000003@s.whatsapp.net', '120363000000000001@g.us'] as const
const at = (second: number): Date => new Date(noon.getTime() + second * 1000)

interface Made {
  readonly kind: EntryKind
  readonly chat: string
  readonly fromMe: boolean
  readonly second: number
}

function eventOf({ kind, chat, fromMe, second }: Made, id: string): EventBody {
  const sentAt = at(second).toISOString()
  if (kind === 'message.sent') {
    return { kind, data: { ...chatAddress(chat), id, sentAt, content: { kind: 'text', text: id } } }
  }
  const { data } = received(id, { chat, sentAt, fromMe: kind === 'message.sent-from-phone' || fromMe })
  const { content, ...origin } = data
  switch (kind) {
    case 'message.received':
      return { kind, data: { ...data, fromMe: false } }
    case 'message.sent-from-phone':
      return { kind, data }
    case 'message.edited':
      return { kind, data: { ...origin, target: 'M0', content } }
    case 'message.deleted':
      return { kind, data: { ...origin, target: 'M0' } }
    case 'message.reaction':
      return { kind, data: { ...origin, target: 'M0', emoji: null } }
    case 'message.poll-vote': {
      const vote = { kind: 'poll-vote', question: '?', multiple: false, chosen: [], tally: [] } as const
      return { kind, data: { ...origin, target: 'M0', content: vote } }
    }
  }
}

const directionOf = ({ kind, fromMe }: Made): 'in' | 'out' => {
  if (kind === 'message.received') return 'in'
  return kind.startsWith('message.sent') || fromMe ? 'out' : 'in'
}

const made: fc.Arbitrary<Made> = fc.record({
  kind: fc.constantFrom(...entryKinds),
  chat: fc.constantFrom(...chats),
  fromMe: fc.boolean(),
  second: fc.nat(30),
})

const query: fc.Arbitrary<JournalQuery> = fc.record(
  {
    chat: fc.constantFrom(...chats),
    direction: fc.constantFrom('in' as const, 'out' as const),
    kinds: fc.uniqueArray(fc.constantFrom(...entryKinds)),
    from: fc.nat(30).map(at),
    to: fc.nat(31).map(at),
    before: fc.nat(50),
    limit: fc.integer({ min: 1, max: 40 }),
  },
  { requiredKeys: ['limit'] },
)

/** What every store promises of the history of chats: it is the log, found by chat, time, direction and id. */
export function journalContract(name: string, open: () => Promise<Opened>): void {
  const openStore = async (): Promise<Store> => {
    const { store } = await open()
    onTestFinished(() => store.close())
    return store
  }

  describe(`${name}: the history`, () => {
    test('is of the log whatever was asked for, the newest first', async () => {
      const store = await openStore()
      const property = fc.asyncProperty(
        fc.array(made, { maxLength: 40 }),
        fc.array(query, { minLength: 1, maxLength: 10 }),
        async (entries, queries) => {
          const { ref } = await ownedInstance(store)
          const bodies = entries.map((one, index) => eventOf(one, `M${index}`))
          await store.instances.commit(ref, { at: noon, events: [stateEvent(), ...bodies] })
          for (const asked of queries) {
            const { chat, direction, kinds, from, to, before, limit } = asked
            const expected = entries
              .map((one, index) => ({ one, seq: index + 3 }))
              .filter(({ one, seq }) => {
                const time = at(one.second)
                const inTime = (from === undefined || time >= from) && (to === undefined || time < to)
                const ofKind = kinds === undefined || kinds.includes(one.kind)
                const right = direction === undefined || directionOf(one) === direction
                return inTime && ofKind && right && (chat ?? one.chat) === one.chat && (before ?? Infinity) > seq
              })
              .map(({ seq }) => seq)
              .reverse()
              .slice(0, limit)
            expect((await store.journal.page(ref.id, asked)).map(({ entry }) => entry.seq)).toEqual(expected)
          }
        },
      )
      await fc.assert(property, { numRuns: 40 })
    })

    test('tells what became of what this gateway sent', async () => {
      const store = await openStore()
      const { ref } = await ownedInstance(store)
      const message = newMessage(ref.id)
      await store.messages.enqueue(message)
      const { id, chat, content } = message
      const sent: EventBody = {
        kind: 'message.sent',
        data: { ...chatAddress(chat), id, content, sentAt: noon.toISOString() },
      }
      const ack = [{ id, status: 'server-ack', failure: null }] as const
      await store.instances.commit(ref, { at: noon, events: [sent, received('M1', { chat })], statuses: ack })
      await store.instances.commit(ref, { at: noon, statuses: [{ id, status: 'read', failure: null }] })
      const page = await store.journal.page(ref.id, { limit: 10 })
      expect(page.map(({ entry, status }) => [entry.data.id, status])).toEqual([
        ['M1', null],
        [id, 'read'],
      ])
      expect(page[1]?.entry.data).toMatchObject({ content })
      expect(await store.journal.find(ref.id, chat, id)).toEqual(page[1])
      expect(await store.journal.find(ref.id, null, id)).toEqual(page[1])
      expect(await store.journal.find(ref.id, chats[1], id)).toBeUndefined()
      for (const where of [chat, null]) expect(await store.journal.find(ref.id, where, 'M2')).toBeUndefined()
    })

    test('expires with the log', async () => {
      const store = await openStore()
      const { ref } = await ownedInstance(store)
      for (let day = 0; day < 5; day++) {
        await store.instances.commit(ref, { at: at(day * 86_400), events: [received(`M${day}`, { chat: chats[0] })] })
      }
      const never = { before: new Date(0) }
      const events = { before: at(3 * 86_400), most: 1_000_000, neededSince: new Date(0) }
      const limits = { events, received: never, sent: never, messages: never, nonces: never }
      await store.expiry.sweep(limits, new AbortController().signal)
      const page = await store.journal.page(ref.id, { limit: 10 })
      expect(page.map(({ entry }) => entry.data.id)).toEqual(['M4', 'M3'])
      expect(await store.journal.find(ref.id, chats[0], 'M2')).toBeUndefined()
    })
  })
}
