import { expect, test } from 'vitest'
import { drill } from './drill.js'

const seed = Number(process.env.GANGWAY_CHAOS_SEED)
const kills = Number(process.env.GANGWAY_CHAOS_KILLS)

test.skipIf(kills === 0)(`F2, F3: ${kills} kills, seed ${seed}`, async () => {
  const { violations, ...figures } = await drill({ seed, kills, say: console.log })
  console.log(JSON.stringify({ ...figures, violations: violations.length }))
  expect(violations).toEqual([])
  expect(figures.unreadable).toBe(0)
})
