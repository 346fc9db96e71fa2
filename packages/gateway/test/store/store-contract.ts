import { describe, expect, onTestFinished, test } from 'vitest'
import { chatAddress } from '#gateway/core/chats/chat-address.js'
import { GatewayError, type ErrorCode } from '#gateway/core/errors/gateway-error.js'
import type { InstanceId, MessageId, PhoneNumber } from '#gateway/core/ids.js'
import { usualOptions } from '#gateway/core/instances/options.js'
import type { MessageStatus } from '#gateway/core/messages/message.js'
import type { Store } from '#gateway/core/ports/store.js'
import {
  bytes,
  newApiKey,
  newInstance,
  newMessage,
  noon,
  ownedInstance,
  stateEvent,
  statusEvent,
  text,
} from './sample.js'

/** One database of a store, empty at first. */
export interface Opened {
  readonly store: Store
  /** Closes the store and opens the same database again. */
  reopen(): Promise<Opened>
}

/** What every store promises, whatever database is behind it. `open` puts its cleaning up into `onTestFinished`. */
export function storeContract(name: string, open: () => Promise<Opened>): void {
  const opened = async (): Promise<Opened> => {
    const database = await open()
    onTestFinished(() => database.store.close())
    return database
  }
  const openStore = async (): Promise<Store> => (await opened()).store

  describe(`${name}: access`, () => {
    test('a workspace is made once per name', async () => {
      const store = await openStore()
      const [first, again, other] = await Promise.all(
        ['shop', 'shop', 'bar'].map((each) => store.access.ensureWorkspace(each)),
      )
      expect(again).toBe(first)
      expect(other).not.toBe(first)
    })

    test('a key is found by its hash and listed in its workspace', async () => {
      const store = await openStore()
      const workspace = await store.access.ensureWorkspace('shop')
      const { hash, ...key } = newApiKey(workspace)
      const stored = await store.access.addKey({ ...key, hash })
      expect(stored).toEqual({ ...key, revokedAt: null })
      expect(await store.access.keyByHash(hash)).toEqual(stored)
      expect(await store.access.keyByHash(new Uint8Array(32))).toBeUndefined()
      expect(await store.access.listKeys(workspace)).toEqual([stored])
    })

    test('a key is revoked once, and still found', async () => {
      const store = await openStore()
      const workspace = await store.access.ensureWorkspace('shop')
      const { id, hash } = newApiKey(workspace)
      await store.access.addKey({ ...newApiKey(workspace), id, hash })
      expect(await store.access.revokeKey(workspace, id, noon)).toBe(true)
      expect(await store.access.revokeKey(workspace, id, new Date())).toBe(false)
      expect((await store.access.keyByHash(hash))?.revokedAt).toEqual(noon)
    })
  })

  describe(`${name}: ways to an instance`, () => {
    test('by serial with the digest of its token, by access key, by expected number', async () => {
      const store = await openStore()
      const [mine, theirs] = await Promise.all(['mine', 'theirs'].map((each) => store.access.ensureWorkspace(each)))
      if (mine === undefined || theirs === undefined) throw new Error('two workspaces were asked for')
      const phone = '6281234567890' as PhoneNumber
      const wish = { ...newInstance(mine), phone }
      const instance = await store.instances.create(wish)
      await store.instances.create({ ...newInstance(mine), phone, network: 'sandbox' })
      await store.instances.create({ ...newInstance(theirs), phone })
      const found = await store.instances.findBySerial(instance.serial)
      expect(found?.instance).toEqual(instance)
      expect(Buffer.from(found?.tokenHash ?? []).equals(wish.tokenHash)).toBe(true)
      expect(await store.instances.findBySerial(1)).toBeUndefined()
      expect(await store.instances.findByWid(wish.widHash)).toEqual(instance)
      expect(await store.instances.findByWid(new Uint8Array(32))).toBeUndefined()
      expect(await store.instances.findByPhone(mine, phone, null)).toEqual(instance)
      expect(await store.instances.findByPhone(mine, phone, 'sandbox')).toMatchObject({ network: 'sandbox' })
      expect(await store.instances.findByPhone(mine, '6289' as PhoneNumber, null)).toBeUndefined()
    })

    test('a token is replaced by its own workspace only', async () => {
      const store = await openStore()
      const [mine, theirs] = await Promise.all(['mine', 'theirs'].map((each) => store.access.ensureWorkspace(each)))
      if (mine === undefined || theirs === undefined) throw new Error('two workspaces were asked for')
      const { id, serial } = await store.instances.create(newInstance(mine))
      const tokenHash = new Uint8Array(32).fill(9)
      expect(await store.instances.replaceToken(theirs, id, tokenHash)).toBe(false)
      expect(await store.instances.replaceToken(mine, id, tokenHash)).toBe(true)
      expect((await store.instances.findBySerial(serial))?.tokenHash).toEqual(tokenHash)
    })
  })

  describe(`${name}: settings of a dialect`, () => {
    test('are absent, then what was written last, each dialect and instance its own', async () => {
      const database = await opened()
      const { store } = database
      const [{ ref: one }, { ref: other }] = [await ownedInstance(store), await ownedInstance(store)]
      expect(await store.settings.read(one.id, 'green-api')).toBeUndefined()
      await store.settings.write(one.id, 'green-api', { webhookUrl: 'https://a.example', webhookUrlToken: 'secret' })
      await store.settings.write(one.id, 'green-api', { webhookUrl: 'https://b.example' })
      await store.settings.write(one.id, 'witi', { UserAgent: 'Opera' })
      const again = await database.reopen()
      expect(await again.store.settings.read(one.id, 'green-api')).toEqual({ webhookUrl: 'https://b.example' })
      expect(await again.store.settings.read(one.id, 'witi')).toEqual({ UserAgent: 'Opera' })
      expect(await again.store.settings.read(other.id, 'witi')).toBeUndefined()
      await rejects(again.store.settings.write('nobody' as InstanceId, 'witi', {}), 'instance-not-found')
    })

    test('are gone with their instance', async () => {
      const store = await openStore()
      const workspace = await store.access.ensureWorkspace('shop')
      const { id } = await store.instances.create(newInstance(workspace))
      await store.settings.write(id, 'witi', {})
      expect(await store.instances.remove(workspace, id)).toBe(true)
      expect(await store.settings.read(id, 'witi')).toBeUndefined()
    })
  })

  describe(`${name}: figures`, () => {
    test('count the chats and people of the log, each once', async () => {
      const store = await openStore()
      const { ref } = await ownedInstance(store)
      const content = { kind: 'text', text: 'hello' } as const
      const rest = {
        ...chatAddress('a'),
        id: 'x',
        phone: null,
        lid: null,
        name: null,
        fromMe: false,
        content,
        sentAt: noon.toISOString(),
      }
      const received = (chat: string, sender: string) =>
        ({ kind: 'message.received', data: { ...rest, chat, sender } }) as const
      const events = [received('a', 'a'), received('g', 'a'), received('g', 'b'), received('a', 'a')]
      await store.instances.commit(ref, { at: noon, events })
      expect(await store.events.figures(ref.id)).toEqual({ chats: 2, contacts: 2 })
    })
  })

  describe(`${name}: workspaces`, () => {
    test('never see each other’s rows', async () => {
      const store = await openStore()
      const [mine, theirs] = await Promise.all(['mine', 'theirs'].map((each) => store.access.ensureWorkspace(each)))
      if (mine === undefined || theirs === undefined) throw new Error('two workspaces were asked for')
      const instance = await store.instances.create(newInstance(theirs))
      const key = await store.access.addKey(newApiKey(theirs))
      expect(await store.instances.find(mine, instance.id)).toBeUndefined()
      expect(await store.instances.list(mine, { limit: 10 })).toEqual([])
      expect(await store.instances.update(mine, instance.id, { name: 'taken' })).toBeUndefined()
      expect(await store.instances.update(mine, instance.id, {})).toBeUndefined()
      expect(await store.instances.remove(mine, instance.id)).toBe(false)
      expect(await store.access.listKeys(mine)).toEqual([])
      expect(await store.access.revokeKey(mine, key.id, noon)).toBe(false)
      expect(await store.instances.find(theirs, instance.id)).toEqual(instance)
      expect(await store.access.listKeys(theirs)).toEqual([key])
    })
  })

  describe(`${name}: instances`, () => {
    test('start unlinked at epoch 1, with a first event that says so', async () => {
      const store = await openStore()
      const { instance, ref } = await ownedInstance(store)
      expect(instance).toMatchObject({ state: 'unlinked', desired: 'unlinked', reason: 'created', stateAt: noon })
      expect(await store.events.read(instance.id, { after: 0, limit: 10 })).toEqual([
        {
          kind: 'instance.state',
          data: { state: 'unlinked', previous: 'unlinked', reason: 'created' },
          seq: 1,
          id: expect.stringMatching(/^ev_[\w-]{22}$/) as string,
          instance: instance.id,
          time: noon,
        },
      ])
      await store.instances.commit(ref, { at: noon })
    })

    test('get serials that only count up, also after a removal and a restart', async () => {
      const database = await opened()
      const workspace = await database.store.access.ensureWorkspace('shop')
      const first = await database.store.instances.create(newInstance(workspace))
      const second = await database.store.instances.create(newInstance(workspace))
      expect([first.serial, second.serial]).toEqual([1101000001, 1101000002])
      await database.store.instances.remove(workspace, second.id)
      const { store } = await database.reopen()
      onTestFinished(() => store.close())
      expect((await store.instances.create(newInstance(workspace))).serial).toBe(1101000003)
    })

    test('are listed by serial, in pages, of one network', async () => {
      const store = await openStore()
      const workspace = await store.access.ensureWorkspace('shop')
      const names = ['a', 'b', 'c', 'd']
      for (const each of names) {
        const network = each === 'b' ? 'whatsapp' : 'sandbox'
        await store.instances.create({ ...newInstance(workspace, each), network })
      }
      const all = await store.instances.list(workspace, { limit: 10 })
      expect(all.map((instance) => instance.name)).toEqual(names)
      const afterSerial = all[1]?.serial ?? 0
      const rest = await store.instances.list(workspace, { limit: 1, afterSerial })
      expect(rest.map((instance) => instance.name)).toEqual(['c'])
      const real = await store.instances.list(workspace, { limit: 10, network: 'whatsapp' })
      expect(real.map((instance) => instance.name)).toEqual(['b'])
    })

    test('change name and expected phone by hand', async () => {
      const store = await openStore()
      const { instance } = await ownedInstance(store)
      const phone = '491700000001' as PhoneNumber
      const edited = await store.instances.update(instance.workspace, instance.id, { phone })
      expect(edited).toEqual({ ...instance, phone })
      expect(await store.instances.update(instance.workspace, instance.id, { phone: null, name: 'x' })).toEqual({
        ...instance,
        name: 'x',
      })
    })

    test('go about things in the usual way until their owner wants it otherwise', async () => {
      const database = await opened()
      const { instance } = await ownedInstance(database.store)
      expect(instance.options).toEqual(usualOptions)
      const options = { ...usualOptions, sendGap: 3000, markRead: 'on-reply' } as const
      const edited = await database.store.instances.update(instance.workspace, instance.id, { options })
      expect(edited).toEqual({ ...instance, options })
      const { store } = await database.reopen()
      onTestFinished(() => store.close())
      expect(await store.instances.find(instance.workspace, instance.id)).toEqual({ ...instance, options })
    })

    test('take everything they had with them when they are removed', async () => {
      const store = await openStore()
      const { instance, ref } = await ownedInstance(store)
      await store.credentials.commit(ref, [{ kind: 'new-identity', bytes: bytes('me') }])
      const { message } = await store.messages.enqueue(newMessage(instance.id))
      expect(await store.instances.remove(instance.workspace, instance.id)).toBe(true)
      expect(await store.instances.remove(instance.workspace, instance.id)).toBe(false)
      expect(await store.instances.find(instance.workspace, instance.id)).toBeUndefined()
      expect(await store.events.read(instance.id, { after: 0, limit: 10 })).toEqual([])
      expect(await store.events.last(instance.id)).toBe(0)
      expect(await store.messages.find(instance.id, message.id)).toBeUndefined()
      expect(await store.credentials.identity(instance.id)).toBeUndefined()
      await rejects(store.instances.commit(ref, { at: noon }), 'instance-not-found')
      await rejects(store.credentials.commit(ref, [{ kind: 'retire' }]), 'instance-not-found')
    })

    test('commit changed fields, events and credentials as one step', async () => {
      const store = await openStore()
      const { instance, ref } = await ownedInstance(store)
      const account = {
        phone: '491700000001' as PhoneNumber,
        jid: '491700000001:2@s.whatsapp.net',
        lid: null,
        name: null,
      }
      const at = new Date('2026-03-02T00:00:00Z')
      const committed = await store.instances.commit(ref, {
        at,
        changes: {
          desired: 'linked',
          state: 'linked',
          reason: 'connected',
          account,
          restrictedUntil: at,
          activeAt: at,
        },
        events: [stateEvent(), stateEvent()],
        credentials: [{ kind: 'new-identity', bytes: bytes('me') }],
      })
      const changed = { desired: 'linked', state: 'linked', reason: 'connected', account, restrictedUntil: at }
      expect(committed.instance).toEqual({ ...instance, ...changed, activeAt: at, stateAt: at })
      expect(committed.events.map((event) => event.seq)).toEqual([2, 3])
      expect(await store.instances.find(instance.workspace, instance.id)).toEqual(committed.instance)
      expect(await store.events.read(instance.id, { after: 1, limit: 10 })).toEqual(committed.events)
      expect(text(await store.credentials.identity(instance.id))).toBe('me')
      const cleared = await store.instances.commit(ref, { at, changes: { account: null, restrictedUntil: null } })
      expect(cleared.instance).toMatchObject({ account: null, restrictedUntil: null, state: 'linked' })
    })

    test('change nothing at all when a part of a step is refused', async () => {
      const store = await openStore()
      const { instance, ref } = await ownedInstance(store)
      const refused = store.instances.commit(ref, {
        at: noon,
        changes: { state: 'linked' },
        events: [stateEvent()],
        credentials: [{ kind: 'identity', bytes: bytes('of nobody') }],
      })
      await rejects(refused, 'storage-error')
      expect(await store.instances.find(instance.workspace, instance.id)).toEqual(instance)
      expect(await store.events.last(instance.id)).toBe(1)
    })
  })

  describe(`${name}: ownership`, () => {
    test('a claim raises every epoch, and the owner before it can write nothing', async () => {
      const store = await openStore()
      const { instance, ref } = await ownedInstance(store)
      const later = await ownedInstance(store)
      await store.instances.commit(later.ref, { at: noon, changes: { activeAt: new Date(noon.getTime() + 1) } })
      await store.credentials.commit(ref, [{ kind: 'new-identity', bytes: bytes('me') }])
      const claimed = await store.instances.claimAll()
      expect(claimed.map((each) => [each.instance.id, each.epoch, each.hasIdentity])).toEqual([
        [later.instance.id, 2, false],
        [instance.id, 2, true],
      ])
      await rejects(store.instances.commit(ref, { at: noon, events: [stateEvent()] }), 'stale-owner')
      await rejects(store.credentials.commit(ref, [{ kind: 'identity', bytes: bytes('old') }]), 'stale-owner')
      await rejects(
        store.instances.commit(ref, { at: noon, credentials: [{ kind: 'retire' }], events: [stateEvent()] }),
        'stale-owner',
      )
      expect(await store.events.last(instance.id)).toBe(1)
      expect(text(await store.credentials.identity(instance.id))).toBe('me')
      await store.credentials.commit({ ...ref, epoch: 2 }, [{ kind: 'identity', bytes: bytes('new') }])
      expect(text(await store.credentials.identity(instance.id))).toBe('new')
    })
  })

  describe(`${name}: events`, () => {
    test('are numbered without a gap under 200 concurrent commits across 10 instances', async () => {
      const store = await openStore()
      const owned = await Promise.all(Array.from({ length: 10 }, () => ownedInstance(store)))
      const commits = Array.from({ length: 200 }, (_, at) => {
        const { ref } = owned[at % owned.length] ?? owned[0] ?? { ref: { id: '' as InstanceId, epoch: 0 } }
        return store.instances.commit(ref, { at: noon, events: [stateEvent(), stateEvent()] })
      })
      await Promise.all(commits)
      const ids = new Set<string>()
      for (const { instance } of owned) {
        const events = await store.events.read(instance.id, { after: 0, limit: 1000 })
        expect(events.map((event) => event.seq)).toEqual(Array.from({ length: 41 }, (_, at) => at + 1))
        for (const event of events) ids.add(event.id)
        expect(await store.events.last(instance.id)).toBe(41)
      }
      expect(ids.size).toBe(410)
    })

    test('are read after a cursor, at most so many, of the kinds asked for', async () => {
      const store = await openStore()
      const { instance, ref } = await ownedInstance(store)
      const step = { kind: 'link.step', data: { attempt: 'a', step: 'scan', error: null } } as const
      await store.instances.commit(ref, { at: noon, events: [step, stateEvent(), step] })
      const seqs = async (query: Parameters<Store['events']['read']>[1]): Promise<number[]> =>
        (await store.events.read(instance.id, query)).map((event) => event.seq)
      expect(await seqs({ after: 2, limit: 10 })).toEqual([3, 4])
      expect(await seqs({ after: 0, limit: 2 })).toEqual([1, 2])
      expect(await seqs({ after: 0, limit: 10, kinds: ['link.step'] })).toEqual([2, 4])
      expect(await seqs({ after: 0, limit: 10, kinds: [] })).toEqual([])
    })
  })

  describe(`${name}: messages`, () => {
    test('are queued in order, and found with what they say', async () => {
      const store = await openStore()
      const { instance } = await ownedInstance(store)
      const sent = Array.from({ length: 5 }, () => newMessage(instance.id, { account: '491700000001' as PhoneNumber }))
      for (const message of sent) await store.messages.enqueue(message)
      const queued = await store.messages.queued(instance.id, 4)
      expect(queued.map((message) => message.id)).toEqual(sent.slice(0, 4).map((message) => message.id))
      expect(queued[0]).toEqual({
        instance: instance.id,
        id: sent[0]?.id,
        account: '491700000001',
        chat: sent[0]?.chat,
        content: { kind: 'text', text: 'ready' },
        audience: null,
        typing: null,
        notBefore: null,
        status: 'queued',
        failure: null,
        createdAt: noon,
        statusAt: noon,
      })
      expect(await store.messages.find(instance.id, 'unknown' as MessageId)).toBeUndefined()
      const elsewhere = newMessage('no-instance' as InstanceId)
      await rejects(store.messages.enqueue(elsewhere), 'instance-not-found')
    })

    test('that are to leave later are due then, and hold up nothing', async () => {
      const store = await openStore()
      const { instance } = await ownedInstance(store)
      const in5 = new Date(noon.getTime() + 5000)
      const later = newMessage(instance.id, { notBefore: in5 })
      const now = newMessage(instance.id)
      for (const message of [later, now]) await store.messages.enqueue(message)
      const ids = async (at: Date) => {
        const { messages, next } = await store.messages.due(instance.id, at, 10)
        return [messages.map(({ id }) => id), next]
      }
      expect(await ids(noon)).toEqual([[now.id], in5])
      expect(await ids(in5)).toEqual([[later.id, now.id], null])
      expect((await store.messages.queued(instance.id, 10)).map(({ id }) => id)).toEqual([later.id, now.id])
    })

    test('with an idempotency key or id that was used before answer the first one', async () => {
      const store = await openStore()
      const { instance } = await ownedInstance(store)
      const other = await ownedInstance(store)
      const first = newMessage(instance.id, { idempotencyKey: 'k' })
      const again = newMessage(instance.id, { idempotencyKey: 'k', content: { kind: 'text', text: 'other' } })
      const [one, two, three] = await Promise.all([first, again, again].map((each) => store.messages.enqueue(each)))
      expect(one?.repeated).toBe(false)
      expect([two, three]).toEqual([
        { message: one?.message, repeated: true },
        { message: one?.message, repeated: true },
      ])
      expect(await store.messages.enqueue({ ...first, idempotencyKey: null })).toEqual(two)
      expect((await store.messages.enqueue({ ...first, instance: other.instance.id })).repeated).toBe(false)
      expect(await store.messages.queued(instance.id, 10)).toEqual([one?.message])
    })

    test('move forward only, and tell only when they moved', async () => {
      const store = await openStore()
      const { instance, ref } = await ownedInstance(store)
      const message = newMessage(instance.id)
      await store.messages.enqueue(message)
      const move = async (status: MessageStatus, failure: ErrorCode | null = null): Promise<number> => {
        const statuses = [{ id: message.id, status, failure }]
        const events = [statusEvent(message, 'sent'), stateEvent()]
        return (await store.instances.commit(ref, { at: noon, statuses, events })).events.length
      }
      const status = async (): Promise<unknown> => {
        const { status, failure } = (await store.messages.find(instance.id, message.id)) ?? {}
        return [status, failure]
      }
      expect([await move('queued'), await move('server-ack'), await move('sent')]).toEqual([1, 2, 1])
      expect(await status()).toEqual(['server-ack', null])
      expect(await store.messages.queued(instance.id, 10)).toEqual([])
      expect([await move('failed', 'send-timed-out'), await move('failed', 'internal-error')]).toEqual([2, 1])
      expect(await status()).toEqual(['failed', 'send-timed-out'])
      // It arrived after all.
      expect([await move('delivered'), await move('failed', 'internal-error')]).toEqual([2, 1])
      expect(await status()).toEqual(['delivered', null])
      expect([await move('played'), await move('read')]).toEqual([2, 1])
      expect(await status()).toEqual(['played', null])
      // 1 from the start, 5 moves of two events, 5 of one, and no number left out for those that were not written.
      const events = await store.events.read(instance.id, { after: 0, limit: 100 })
      expect(events.map((event) => event.seq)).toEqual(Array.from({ length: events.length }, (_, at) => at + 1))
      expect(events.filter((event) => event.kind === 'message.status')).toHaveLength(4)
    })

    test('of another instance are out of reach', async () => {
      const store = await openStore()
      const { instance } = await ownedInstance(store)
      const other = await ownedInstance(store)
      const message = newMessage(instance.id)
      await store.messages.enqueue(message)
      const statuses = [{ id: message.id, status: 'sent', failure: null }] as const
      const committed = await store.instances.commit(other.ref, {
        at: noon,
        statuses,
        events: [statusEvent(message, 'sent')],
      })
      expect(committed.events).toEqual([])
      expect(await store.messages.find(other.instance.id, message.id)).toBeUndefined()
      expect((await store.messages.find(instance.id, message.id))?.status).toBe('queued')
    })
  })

  describe(`${name}: credentials`, () => {
    test('are absent until there is an identity, and a key needs one', async () => {
      const store = await openStore()
      const { instance, ref } = await ownedInstance(store)
      expect(await store.credentials.identity(instance.id)).toBeUndefined()
      expect(await store.credentials.keys(instance.id, 'session', ['a'])).toEqual(new Map())
      const key = { kind: 'key', keyKind: 'session', id: 'a', bytes: bytes('s') } as const
      await rejects(store.credentials.commit(ref, [key]), 'storage-error')
      await rejects(store.credentials.commit(ref, [{ kind: 'identity', bytes: bytes('me') }]), 'storage-error')
      await store.credentials.commit(ref, [{ kind: 'retire' }])
    })

    test('survive a restart byte by byte', async () => {
      const database = await opened()
      const { instance, ref } = await ownedInstance(database.store)
      const everyByte = new Uint8Array(256).map((_, at) => at)
      await database.store.credentials.commit(ref, [
        { kind: 'new-identity', bytes: everyByte },
        { kind: 'key', keyKind: 'session', id: '49170:1.0', bytes: everyByte },
        { kind: 'key', keyKind: 'session', id: '', bytes: new Uint8Array(0) },
        { kind: 'key', keyKind: 'pre-key', id: '49170:1.0', bytes: bytes('another kind') },
      ])
      const { store } = await database.reopen()
      onTestFinished(() => store.close())
      expect(await store.credentials.identity(instance.id)).toEqual(everyByte)
      expect(await store.credentials.keys(instance.id, 'session', ['49170:1.0', '', 'absent'])).toEqual(
        new Map([
          ['', new Uint8Array(0)],
          ['49170:1.0', everyByte],
        ]),
      )
      expect(await store.credentials.keys(instance.id, 'session', [])).toEqual(new Map())
    })

    test('are applied in order, in one transaction', async () => {
      const store = await openStore()
      const { instance, ref } = await ownedInstance(store)
      const key = (id: string, value: string | null) =>
        ({ kind: 'key', keyKind: 'session', id, bytes: value === null ? null : bytes(value) }) as const
      await store.credentials.commit(ref, [{ kind: 'new-identity', bytes: bytes('me') }, key('a', '1'), key('b', '1')])
      await store.credentials.commit(ref, [key('a', '2'), key('a', '3'), key('b', null), key('c', '1'), key('c', null)])
      const keys = await store.credentials.keys(instance.id, 'session', ['a', 'b', 'c'])
      expect([...keys].map(([id, value]) => [id, text(value)])).toEqual([['a', '3']])
      // The last change is refused, so the first is undone.
      await rejects(store.credentials.commit(ref, [{ kind: 'retire' }, key('a', '4')]), 'storage-error')
      expect(text(await store.credentials.identity(instance.id))).toBe('me')
    })

    test('start anew with a new identity, and are gone when retired', async () => {
      const store = await openStore()
      const { instance, ref } = await ownedInstance(store)
      const key = { kind: 'key', keyKind: 'session', id: 'a', bytes: bytes('old') } as const
      await store.credentials.commit(ref, [{ kind: 'new-identity', bytes: bytes('first') }, key])
      await store.credentials.commit(ref, [{ kind: 'new-identity', bytes: bytes('second') }])
      expect(text(await store.credentials.identity(instance.id))).toBe('second')
      expect(await store.credentials.keys(instance.id, 'session', ['a'])).toEqual(new Map())
      await store.credentials.commit(ref, [{ kind: 'retire' }])
      expect(await store.credentials.identity(instance.id)).toBeUndefined()
      const [claimed] = await store.instances.claimAll()
      expect(claimed?.hasIdentity).toBe(false)
    })

    test('committed one upon the other without waiting arrive in order', async () => {
      const store = await openStore()
      const { instance, ref } = await ownedInstance(store)
      const key = (value: string) => ({ kind: 'key', keyKind: 'session', id: 'a', bytes: bytes(value) }) as const
      await Promise.all([
        store.credentials.commit(ref, [{ kind: 'new-identity', bytes: bytes('first') }]),
        store.credentials.commit(ref, [key('1')]),
        store.credentials.commit(ref, [{ kind: 'new-identity', bytes: bytes('second') }]),
        store.credentials.commit(ref, [key('2')]),
        store.credentials.commit(ref, [key('3')]),
      ])
      expect(text(await store.credentials.identity(instance.id))).toBe('second')
      expect(text((await store.credentials.keys(instance.id, 'session', ['a'])).get('a'))).toBe('3')
    })
  })

  test(`${name}: answers a check, and refuses everything once closed`, async () => {
    const store = await openStore()
    await store.check()
    await store.close()
    await rejects(store.check(), 'storage-error')
    await rejects(store.access.keyByHash(new Uint8Array(32)), 'storage-error')
  })
}

export async function rejects(promise: Promise<unknown>, code: ErrorCode): Promise<GatewayError> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  expect(error).toBeInstanceOf(GatewayError)
  expect(error).toMatchObject({ code })
  return error as GatewayError
}
