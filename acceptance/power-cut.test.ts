import { describe, expect, test } from 'vitest'
import { faultyDisk, unsynced } from './disk/faulty-disk.js'
import { cuts } from './disk/power-cuts.js'

const noCompiler = faultyDisk === undefined

describe.skipIf(noCompiler)('F5: a power cut takes back what was not synced (needs gcc)', () => {
  test('nothing that was acknowledged is lost', async () => {
    const { lost, violations } = await cuts(4, {})
    expect(lost).toEqual([])
    expect(violations).toEqual([])
  }, 120_000)

  test('control: with synchronous=NORMAL acknowledged messages are lost, so the bench can see', async () => {
    const { lost, undone } = await cuts(2, { NODE_OPTIONS: unsynced })
    expect(undone).toBeGreaterThan(0)
    expect(lost.length).toBeGreaterThan(0)
  }, 120_000)
})
