import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { Curve } from 'baileys'
import { onTestFinished, expect, test } from 'vitest'
import { WebSocketServer } from 'ws'
import { systemClock } from '#gateway/core/ports/clock.js'
import { createBaileysEngine } from '#gateway/engines/baileys/engine.js'
import { certificateChain } from '../../../simulator/dist/wire/certificate.js'
import { frame, FrameReader } from '../../../simulator/dist/wire/framing.js'
import { NoiseHandshake } from '../../../simulator/dist/wire/noise.js'
import { MemoryCredentials, shop } from './memory-credentials.js'
import { ReportLog } from './report-log.js'

const root = Curve.generateKeyPair()

/** A server that answers the first message of the handshake with this key and certificate. */
async function server(staticKey: ReturnType<typeof Curve.generateKeyPair>, certificate: Uint8Array) {
  const listener = new WebSocketServer({ port: 0, host: '127.0.0.1' })
  await once(listener, 'listening')
  onTestFinished(() => {
    for (const client of listener.clients) client.terminate()
    listener.close()
  })
  const finished = new Promise<boolean>((resolve) => {
    listener.on('connection', (socket) => {
      const reader = new FrameReader()
      const handshake = new NoiseHandshake(staticKey, certificate)
      let greeted = false
      socket.on('close', () => {
        resolve(false)
      })
      socket.on('message', (data: Buffer) => {
        for (const payload of reader.push(data)) {
          if (greeted) {
            handshake.finish(payload)
            resolve(true)
          } else {
            greeted = true
            socket.send(frame(handshake.answerHello(payload)))
          }
        }
      })
    })
  })
  const { port } = listener.address() as AddressInfo
  return { url: `ws://127.0.0.1:${port}/ws/chat`, finished }
}

/** Whether an engine that trusts `root` completes the handshake, and how it says that it did not. */
async function meets({ url, finished }: { url: string; finished: Promise<boolean> }) {
  const credentials = new MemoryCredentials()
  const log = new ReportLog(credentials)
  const engine = createBaileysEngine({
    network: 'whatsapp',
    url,
    rootKey: root.public,
    credentials,
    clock: systemClock,
  })
  onTestFinished(() => engine.close())
  engine.open(shop, { kind: 'link', how: { method: 'qr' } }, log)
  if (await finished) return 'trusted'
  return (await log.first('closed')).reason.kind
}

test('the library by itself takes any signature for good, which is why the engine looks at the answer', () => {
  // When this fails, the library was mended: see whether checkSignatures() is still needed.
  const [signer, other] = [Curve.generateKeyPair(), Curve.generateKeyPair()]
  const signature = Curve.sign(signer.private, Buffer.from('hello'))
  expect(Curve.verify(other.public, Buffer.from('hello'), signature)).toBe(true)
})

test('a server is trusted that shows a chain of the root key and holds the key it names', async () => {
  const key = Curve.generateKeyPair()
  expect(await meets(await server(key, certificateChain(root, key.public)))).toBe('trusted')
})

test('a chain of another root key is refused', async () => {
  const key = Curve.generateKeyPair()
  expect(await meets(await server(key, certificateChain(Curve.generateKeyPair(), key.public)))).toBe('not-whatsapp')
})

test('a genuine chain shown by somebody who does not hold its key is refused', async () => {
  const [genuine, thief] = [Curve.generateKeyPair(), Curve.generateKeyPair()]
  expect(await meets(await server(thief, certificateChain(root, genuine.public)))).toBe('not-whatsapp')
})

test('a chain with any byte of its signatures changed is refused', async () => {
  const key = Curve.generateKeyPair()
  const chain = Buffer.from(certificateChain(root, key.public))
  chain[chain.length - 1] = (chain.at(-1) ?? 0) ^ 1
  expect(await meets(await server(key, chain))).toBe('not-whatsapp')
})

test('one thread trusts one root key', () => {
  expect(() =>
    createBaileysEngine({
      network: 'sandbox',
      url: 'ws://127.0.0.1:1/',
      rootKey: Curve.generateKeyPair().public,
      credentials: new MemoryCredentials(),
      clock: systemClock,
    }),
  ).toThrow('already trusts')
})
