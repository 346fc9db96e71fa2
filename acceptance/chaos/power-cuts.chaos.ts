import { expect, test } from 'vitest'
import { faultyDisk } from '../disk/faulty-disk.js'
import { cuts } from '../disk/power-cuts.js'

const count = Number(process.env.GANGWAY_CHAOS_CUTS)

test.skipIf(count === 0 || faultyDisk === undefined)(`F5: ${count} power cuts (needs gcc)`, async () => {
  const { lost, undone, acknowledged, violations } = await cuts(count, {})
  console.log(JSON.stringify({ cuts: count, acknowledged, undone, lost: lost.length, violations: violations.length }))
  expect(lost).toEqual([])
  expect(violations).toEqual([])
})
