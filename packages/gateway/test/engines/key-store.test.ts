import { Curve } from 'baileys'
import { expect, test } from 'vitest'
import { GatewayError } from '#gateway/core/errors/gateway-error.js'
import { storeOver } from './key-stores.js'
import { MemoryCredentials } from './memory-credentials.js'

test('every kind of value comes back as it was put in', async () => {
  const keys = storeOver(new MemoryCredentials()).keys
  const pair = Curve.generateKeyPair()
  const session = { version: 'v1', chain: Buffer.from([1, 2, 3]) }
  await keys.set({
    'pre-key': { '7': pair },
    'identity-key': { 'a.0': Buffer.from([9, 8]) },
    'device-list': { '6281': ['0', '12'] },
    'lid-mapping': { '6281': '123' },
    'sender-key-memory': { 'g@g.us': { 'a@lid': true } },
    session: { 'a.0': session as unknown as Uint8Array },
  })
  expect((await keys.get('pre-key', ['7']))['7']).toEqual(pair)
  expect((await keys.get('identity-key', ['a.0', 'b.0']))['a.0']).toEqual(Buffer.from([9, 8]))
  expect((await keys.get('device-list', ['6281']))['6281']).toEqual(['0', '12'])
  expect((await keys.get('lid-mapping', ['6281']))['6281']).toBe('123')
  expect((await keys.get('sender-key-memory', ['g@g.us']))['g@g.us']).toEqual({ 'a@lid': true })
  expect((await keys.get('session', ['a.0']))['a.0']).toEqual(session)
  await keys.set({ 'pre-key': { '7': null } })
  expect(await keys.get('pre-key', ['7'])).toEqual({})
})

test('nothing is stored before a phone has accepted, and all of it right after', async () => {
  const credentials = new MemoryCredentials()
  const { keys, strand } = storeOver(credentials, { stored: false })
  await keys.set({ 'lid-mapping': { '6281': '123' } })
  expect(credentials.commits).toBe(0)
  expect((await keys.get('lid-mapping', ['6281']))['6281']).toBe('123')
  await strand.keys(keys.settle())
  expect((await keys.get('lid-mapping', ['6281']))['6281']).toBe('123')
  expect(credentials.commits).toBe(1)
})

test('an identity that changes while it is being paired is left to the pairing, which commits it whole', async () => {
  const credentials = new MemoryCredentials()
  const { keys, strand } = storeOver(credentials, { stored: false })
  const identity = (text: string) => () => Buffer.from(text)
  await keys.saveIdentity(identity('overtakes the pairing'))
  expect(credentials.commits).toBe(0)
  keys.settle()
  await keys.saveIdentity(identity('named'))
  await strand.pending
  expect(await credentials.identity()).toEqual(Buffer.from('named'))
})

test('the library may read its own write before it is committed', async () => {
  const credentials = new MemoryCredentials()
  const { keys } = storeOver(credentials)
  const writing = keys.set({ 'lid-mapping': { '6281': '123' } })
  expect((await keys.get('lid-mapping', ['6281']))['6281']).toBe('123')
  await writing
})

test('unreadable is not absent: one report, and nothing is written from then on', async () => {
  const damaged = new MemoryCredentials()
  damaged.keys = () => Promise.reject(new GatewayError('storage-error', 'damaged'))
  const reports: unknown[] = []
  const { keys } = storeOver(damaged, { onBroken: (error) => reports.push(error) })
  await expect(keys.get('session', ['a.0'])).rejects.toMatchObject({ code: 'storage-error' })
  await expect(keys.get('session', ['a.0'])).rejects.toMatchObject({ code: 'storage-error' })
  expect(reports).toHaveLength(1)
  await expect(keys.set({ session: { 'a.0': Buffer.from([1]) } })).rejects.toThrow()
  expect(damaged.commits).toBe(0)
})

test('of somebody whose number and LID turn out to be one person, that is told with the keys that say so', async () => {
  const credentials = new MemoryCredentials()
  const { keys, strand, inbox } = storeOver(credentials)
  await keys.book.prepare(['77700@lid'])
  expect(keys.book.nameOf('77700:4@lid')).toBe('77700@lid')
  await keys.set({ 'lid-mapping': { '4915100': '77700', '77700_reverse': '4915100' } })
  await strand.pending
  const resolved = { id: '4915100@s.whatsapp.net', lid: '77700@lid', phone: '4915100' }
  expect(inbox.reports).toEqual([{ kind: 'received', events: [{ kind: 'contact.phone-resolved', data: resolved }] }])
  expect(keys.book.person('77700:4@lid')).toEqual(resolved)
  // Another process reads it from the keys, and tells nothing again.
  const other = storeOver(credentials)
  await other.keys.book.prepare(['77700@lid'])
  expect(other.keys.book.nameOf('77700@lid')).toBe('4915100@s.whatsapp.net')
  expect(other.inbox.reports).toEqual([])
})
