import { expect, test } from 'vitest'
import { GreenClient, newInstance } from './green-api/client.js'
import { startWorld } from './world.js'

// In a file of its own: for most of two minutes it does nothing, and others need not wait for that.
test('a scan socket shows each QR of 100 seconds, then timeout', { timeout: 180_000 }, async () => {
  const { gateway, api } = await startWorld()
  const { credentials } = await newInstance(api)
  const before = performance.now()
  const scan = new GreenClient(gateway, credentials).scan()
  expect(await scan.ended).toBe(1000)
  const seconds = (performance.now() - before) / 1000
  expect(seconds).toBeGreaterThanOrEqual(100)
  const pictures = scan.frames.filter(({ type }) => type === 'qrCode').map(({ message }) => message)
  // One each 20 seconds.
  expect(pictures.length).toBeGreaterThanOrEqual(5)
  expect(new Set(pictures).size).toBe(pictures.length)
  expect(scan.frames.slice(pictures.length)).toEqual([{ type: 'timeout', message: 'timeout' }])
})
