import fc from 'fast-check'
import { expect, test } from 'vitest'
import { chatAddress } from '#gateway/core/chats/chat-address.js'
import type { EventBody, MessageOrigin } from '#gateway/core/events/event.js'
import type { CredentialChange } from '#gateway/core/ports/credentials.js'
import type { Store } from '#gateway/core/ports/store.js'
import { noon, ownedInstance } from './sample.js'
import { openSqlite } from './sqlite-folder.js'

/** One handing over of a message: which one, which of its encryptions, and whether that one could be read. */
interface Delivery {
  readonly message: number
  readonly encryption: number
  readonly readable: boolean
}

const origin = (message: number): MessageOrigin => ({
  id: `M${message}`,
  ...chatAddress('a@s.whatsapp.net'),
  sender: 'a@s.whatsapp.net',
  phone: null,
  lid: null,
  name: null,
  fromMe: false,
  sentAt: noon.toISOString(),
})

function eventsOf({ message, readable }: Delivery): EventBody[] {
  const data = origin(message)
  if (!readable) return [{ kind: 'message.undecryptable', data: { ...data, reason: 'no-session' } }]
  return [
    { kind: 'message.recovered', data },
    { kind: 'message.received', data: { ...data, content: { kind: 'text', text: `text ${message}` } } },
  ]
}

function entryOf({ message, encryption, readable }: Delivery): CredentialChange {
  return {
    kind: 'received',
    message: Buffer.alloc(16, message + 1),
    ciphertext: Buffer.alloc(16, encryption + 1),
    outcome: readable ? 'told' : 'unreadable',
    bytes: Buffer.from(`message ${message}, encryption ${encryption}`),
  }
}

/** What a reader of the log is to see: each message once, a failure before it at most once, and then that it is over. */
function told(deliveries: readonly Delivery[]): string[] {
  const state = new Map<number, 'unreadable' | 'told'>()
  return deliveries.flatMap(({ message, readable }) => {
    const before = state.get(message)
    if (before === 'told' || (before === 'unreadable' && !readable)) return []
    state.set(message, readable ? 'told' : 'unreadable')
    if (!readable) return [`undecryptable M${message}`]
    return [...(before === 'unreadable' ? [`recovered M${message}`] : []), `received M${message}`]
  })
}

async function log(store: Store, id: Parameters<Store['events']['read']>[0]): Promise<string[]> {
  const events = await store.events.read(id, { after: 1, limit: 1000 })
  return events.map(({ kind, data }) => `${kind.replace('message.', '')} ${'id' in data ? data.id : ''}`)
}

const delivery: fc.Arbitrary<Delivery> = fc.record({
  message: fc.nat(4),
  encryption: fc.nat(2),
  readable: fc.boolean(),
})

test('F10: however often and in whatever order stanzas come, each message is told once', async () => {
  const { store } = await openSqlite()
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(delivery, fc.boolean()), { maxLength: 30 }), async (deliveries) => {
      const { ref } = await ownedInstance(store)
      await store.instances.commit(ref, {
        at: noon,
        credentials: [{ kind: 'new-identity', bytes: Buffer.from('identity') }],
      })
      const commits = deliveries.map(async ([one], number) => {
        await store.instances.commit(ref, {
          at: noon,
          events: eventsOf(one),
          credentials: [
            { kind: 'key', keyKind: 'session', id: 'a.0', bytes: Buffer.from(`ratchet ${number}`) },
            entryOf(one),
          ],
          strand: 'one connection',
        })
      })
      await Promise.all(commits)
      const all = deliveries.map(([one]) => one)
      expect(await log(store, ref.id)).toEqual(told(all))
      // What was readable once can be answered from the journal, and the ratchet is where the last one left it.
      for (const one of all) {
        const entry = entryOf(one)
        if (entry.kind !== 'received') continue
        const readable = all.some((other) => other.readable && sameStanza(other, one))
        const found = await store.credentials.received(ref.id, entry)
        expect(found && Buffer.from(found).toString()).toBe(readable ? Buffer.from(entry.bytes).toString() : undefined)
      }
      const ratchet = await store.credentials.keys(ref.id, 'session', ['a.0'])
      const last = ratchet.get('a.0')
      expect(last && Buffer.from(last).toString()).toBe(all.length > 0 ? `ratchet ${all.length - 1}` : undefined)
    }),
    { numRuns: 60 },
  )
})

function sameStanza(one: Delivery, other: Delivery): boolean {
  return one.message === other.message && one.encryption === other.encryption
}

test('after a write that failed, nothing that builds on it is written', async () => {
  const { store } = await openSqlite()
  const { ref } = await ownedInstance(store)
  await store.instances.commit(ref, {
    at: noon,
    credentials: [{ kind: 'new-identity', bytes: Buffer.from('identity') }],
  })
  const step = (message: number, epoch = ref.epoch) =>
    store.instances.commit(
      { ...ref, epoch },
      { at: noon, events: eventsOf({ message, encryption: 0, readable: true }), strand: 'one connection' },
    )
  const outcomes = await Promise.allSettled([step(1), step(2, ref.epoch - 1), step(3)])
  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected'])
  await expect(step(4)).rejects.toMatchObject({ code: 'stale-owner' })
  expect(await log(store, ref.id)).toEqual(['received M1'])
  // Another connection has a strand of its own.
  await store.instances.commit(ref, { at: noon, events: eventsOf({ message: 5, encryption: 0, readable: true }) })
  expect(await log(store, ref.id)).toEqual(['received M1', 'received M5'])
})

test('what was unreadable and could be read later takes the place of what was parked', async () => {
  const { store } = await openSqlite()
  const { ref } = await ownedInstance(store)
  await store.instances.commit(ref, {
    at: noon,
    credentials: [{ kind: 'new-identity', bytes: Buffer.from('identity') }],
  })
  const unreadable = { message: 1, encryption: 0, readable: false }
  await store.instances.commit(ref, { at: noon, events: eventsOf(unreadable), credentials: [entryOf(unreadable)] })
  const entry = entryOf(unreadable)
  if (entry.kind !== 'received') throw new Error('not an entry')
  expect(await store.credentials.received(ref.id, entry)).toBeUndefined()
  const readable = { ...unreadable, readable: true }
  await store.instances.commit(ref, { at: noon, events: eventsOf(readable), credentials: [entryOf(readable)] })
  expect(await store.credentials.received(ref.id, entry)).toBeDefined()
  expect(await log(store, ref.id)).toEqual(['undecryptable M1', 'recovered M1', 'received M1'])
})

test('a contact is told when something about it is new', async () => {
  const { store } = await openSqlite()
  const { ref } = await ownedInstance(store)
  const met = (phone: string | null, lid: string | null, name: string | null) => {
    const contact = {
      kind: 'contact.changed',
      data: { id: phone ?? lid ?? '', phone, lid, name, savedName: null },
    } as const
    const events: EventBody[] =
      phone !== null && lid !== null
        ? [{ kind: 'contact.phone-resolved', data: { id: contact.data.id, lid, phone } }, contact]
        : [contact]
    return store.instances.commit(ref, { at: noon, events })
  }
  const kinds = async () => (await store.events.read(ref.id, { after: 1, limit: 100 })).map(({ kind }) => kind)
  await met(null, '77@lid', 'Ana')
  await met(null, '77@lid', 'Ana')
  expect(await kinds()).toEqual(['contact.changed'])
  await met('4915100000001', '77@lid', 'Ana')
  expect(await kinds()).toEqual(['contact.changed', 'contact.phone-resolved', 'contact.changed'])
  await met('4915100000001', '77@lid', null)
  expect(await kinds()).toHaveLength(3)
  await met('4915100000001', '77@lid', 'Anna')
  expect(await kinds()).toHaveLength(4)
})
