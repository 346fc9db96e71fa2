import { Curve } from 'baileys'
import { expect, test } from 'vitest'
import { generatePreKeys } from '#gateway/engines/baileys/pre-keys.js'

test('the keys are pairs that the library agrees with, and no two are the same', async () => {
  const pairs = await generatePreKeys(130)
  expect(pairs).toHaveLength(130)
  expect(new Set(pairs.map(({ public: key }) => Buffer.from(key).toString('hex'))).size).toBe(130)
  const other = Curve.generateKeyPair()
  for (const pair of pairs.slice(0, 5)) {
    expect(Curve.sharedKey(pair.private, other.public)).toEqual(Curve.sharedKey(other.private, pair.public))
  }
})
