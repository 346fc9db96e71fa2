import { Curve } from 'baileys'
import { expect, test } from 'vitest'
import { GatewayError } from '#gateway/core/errors/gateway-error.js'
import { CommitStrand } from '#gateway/engines/baileys/commit-strand.js'
import { KeyStore } from '#gateway/engines/baileys/key-store.js'
import { SharedCache } from '#gateway/engines/baileys/shared-cache.js'
import { MemoryCredentials, shop } from './memory-credentials.js'
import { ReportLog } from './report-log.js'

function storeOver(
  credentials: MemoryCredentials,
  { stored = true, onBroken = () => undefined }: { stored?: boolean; onBroken?: (error: unknown) => void } = {},
) {
  const inbox = new ReportLog(credentials)
  const addresses = new SharedCache({ entries: 100, lifetime: 60_000 }).view(shop.id)
  const strand = new CommitStrand({ credentials, instance: shop, inbox, onBroken })
  return { strand, keys: new KeyStore({ credentials, instance: shop.id, strand, stored, addresses, onBroken }) }
}

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
