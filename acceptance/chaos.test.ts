import { expect, test } from 'vitest'
import { drill } from './chaos/drill.js'

/** `npm run chaos` is the long form, with any seed. */
const seed = 20

test('F2, F3: SIGKILL at random moments under load loses nothing and repeats nothing', async () => {
  const { violations, kills, acknowledged, throughApi } = await drill({ seed, kills: 12, say: () => undefined })
  expect(violations).toEqual([])
  expect(kills).toBe(12)
  // A run without traffic would prove nothing.
  expect(acknowledged).toBeGreaterThan(20)
  expect(throughApi).toBeGreaterThan(20)
}, 240_000)
