import { expect, test } from 'vitest'
import { randomBytes } from 'node:crypto'
import { GatewayError } from '#gateway/core/errors/gateway-error.js'
import { purposeKey, Sealer, type SealPlace } from '#gateway/store/seal.js'

const place: SealPlace = { instance: 'i', generation: 1, kind: 'identity', id: 'a' }
const sealer = new Sealer(randomBytes(32))
const unreadable = expect.objectContaining({ code: 'storage-error' }) as GatewayError

test('what was sealed opens again, whatever its length', () => {
  for (const length of [0, 1, 15, 16, 17, 1000]) {
    const bytes = new Uint8Array(randomBytes(length))
    expect(sealer.open(sealer.seal(bytes, place), place)).toEqual(bytes)
  }
})

test('the same bytes are never sealed the same way twice', () => {
  const sealed = Array.from({ length: 100 }, () => Buffer.from(sealer.seal(new Uint8Array(8), place)).toString('hex'))
  expect(new Set(sealed).size).toBe(100)
})

test('cut off at any byte, or changed in any byte, it is unreadable', () => {
  const sealed = sealer.seal(randomBytes(40), place)
  for (let at = 0; at < sealed.length; at++) {
    expect(() => sealer.open(sealed.subarray(0, at), place)).toThrow(unreadable)
    const changed = sealed.with(at, (sealed[at] ?? 0) ^ 1)
    expect(() => sealer.open(changed, place)).toThrow(unreadable)
  }
  for (const absent of [null, undefined, '', new Uint8Array(0)]) {
    expect(() => sealer.open(absent, place)).toThrow(unreadable)
  }
})

test.each<[string, Partial<SealPlace>]>([
  ['instance', { instance: 'j' }],
  ['generation', { generation: 2 }],
  ['kind', { kind: 'identit' }],
  ['id', { id: 'b' }],
  ['kind and id run together', { kind: 'identitya', id: '' }],
])('in the place of another %s it is unreadable', (_, other) => {
  const sealed = sealer.seal(randomBytes(40), place)
  expect(() => sealer.open(sealed, { ...place, ...other })).toThrow(unreadable)
})

test('each purpose has a key of its own, and only 32 bytes make one', () => {
  const master = randomBytes(32)
  const sealed = new Sealer(purposeKey(master, 'messages')).seal(randomBytes(4), place)
  expect(() => new Sealer(purposeKey(master, 'credentials')).open(sealed, place)).toThrow(unreadable)
  expect(new Sealer(purposeKey(master, 'messages')).open(sealed, place)).toHaveLength(4)
  expect(() => purposeKey(randomBytes(31), 'messages')).toThrow(RangeError)
})
