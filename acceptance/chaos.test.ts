import { expect, test } from 'vitest'
import { drill } from './chaos/drill.js'

/** `npm run chaos` is the long form, with any seed. */
const seed = 20

test('F2, F3: SIGKILL at random moments under load loses nothing and repeats nothing', async () => {
  const { violations, unreadable, kills, acknowledged, throughApi, deliveries } = await drill({
    seed,
    kills: 12,
    say: () => undefined,
  })
  expect(violations).toEqual([])
  // A kill costs no session and no sender key, so nothing has to be asked for again.
  expect(unreadable).toBe(0)
  expect(kills).toBe(12)
  // A run without traffic would prove nothing.
  expect(acknowledged).toBeGreaterThan(20)
  expect(throughApi).toBeGreaterThan(20)
  expect(deliveries).toBeGreaterThan(acknowledged)
}, 240_000)
