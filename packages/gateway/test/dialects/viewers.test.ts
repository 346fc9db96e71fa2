import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import { Viewers } from '#gateway/dialects/viewers.js'
import { ManualClock } from '../manual-clock.js'

test('F28: no more than a mebibyte waits for one client', async () => {
  const server = new WebSocketServer({ port: 0, perMessageDeflate: false })
  onTestFinished(() => {
    server.close()
  })
  const client = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`)
  onTestFinished(() => {
    client.terminate()
  })
  const [socket] = (await once(server, 'connection')) as [WebSocket]
  await once(client, 'open')
  client.pause()

  const viewers = new Viewers(new ManualClock())
  viewers.add(socket)
  const frame = Buffer.alloc(64 * 1024, 'x')
  let most = 0
  // What the system's own buffers take is a few mebibytes; the rest has to stay here or be given up.
  for (let i = 0; i < 1000 && socket.readyState === socket.OPEN; i++) {
    viewers.send(socket, frame)
    most = Math.max(most, socket.bufferedAmount)
    await new Promise((resolve) => setImmediate(resolve))
  }
  expect(socket.readyState).not.toBe(socket.OPEN)
  expect(most).toBeGreaterThan(512 * 1024)
  expect(most).toBeLessThanOrEqual(1024 * 1024 + 16)
  await expect.poll(() => viewers.size).toBe(0)
})
