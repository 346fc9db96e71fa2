import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { Webhook } from 'standardwebhooks'
import { describe, expect, onTestFinished, test } from 'vitest'
import { GatewayError } from '#gateway/core/errors/gateway-error.js'
import { systemClock } from '#gateway/core/ports/clock.js'
import { newSigningSecret, rotated, validSecrets } from '#gateway/core/subscriptions/signing-secrets.js'
import { nativeEvents } from '#gateway/dialects/native/event-format.js'
import { createOutbound } from '#gateway/outbound/create-outbound.js'
import { startWorld, until } from './world.js'
import { eventOf, recipientOf } from '../dialects/every-event.js'

interface Delivery {
  readonly body: string
  readonly headers: Record<string, string>
}

function verifies(secret: string, { body, headers }: Delivery): boolean {
  try {
    new Webhook(secret).verify(body, headers)
    return true
  } catch {
    return false
  }
}

function signed(secrets: readonly string[], at: Date): Delivery {
  const to = { ...recipientOf(undefined, 'https://shop.example/'), secrets, at }
  const delivery = nativeEvents.encode([eventOf('message.received')], to)
  if (delivery === null) throw new Error('the native format is never silent')
  return { body: String(delivery.body), headers: { ...delivery.headers } }
}

describe('F25: a signature', () => {
  test('verifies with each of the secrets that are valid, and with no other', () => {
    const [one, two, other] = [newSigningSecret(), newSigningSecret(), newSigningSecret()]
    const delivery = signed([one, two], new Date())
    expect([one, two, other].map((secret) => verifies(secret, delivery))).toEqual([true, true, false])
    expect(delivery.headers['webhook-signature']?.split(' ')).toHaveLength(2)
  })

  test('does not verify over anything that was changed, nor for ever', () => {
    const secret = newSigningSecret()
    const delivery = signed([secret], new Date())
    expect(verifies(secret, delivery)).toBe(true)
    const { body, headers } = delivery
    expect(verifies(secret, { headers, body: body.replace('"seq":', '"seq" :') })).toBe(false)
    expect(verifies(secret, { body, headers: { ...headers, 'webhook-id': 'ev_other' } })).toBe(false)
    const newer = String(Number(headers['webhook-timestamp']) + 1)
    expect(verifies(secret, { body, headers: { ...headers, 'webhook-timestamp': newer } })).toBe(false)
    // Replayed after the five minutes that the library allows.
    expect(verifies(secret, signed([secret], new Date(Date.now() - 301_000)))).toBe(false)
  })

  test('is the one that the specification publishes', () => {
    // The example of the reference implementation: https://github.com/standard-webhooks/standard-webhooks
    const webhook = new Webhook('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw')
    const payload = '{"test": 2432232314}'
    const signature = webhook.sign('msg_p5jXN8AQM9LWM0D4loKWxJek', new Date(1_614_265_330_000), payload)
    expect(signature).toBe('v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=')
  })
})

describe('a rotation', () => {
  const now = new Date('2026-03-01T12:00:00Z')
  const after = (seconds: number): Date => new Date(now.getTime() + seconds * 1000)

  test('keeps the secrets before it for as long as it is told, and none longer than it had', () => {
    const first = rotated([{ secret: 'a', until: null }], 'b', now, after(60))
    expect(first).toEqual([
      { secret: 'b', until: null },
      { secret: 'a', until: after(60) },
    ])
    const second = rotated(first, 'c', now, after(3600))
    expect(second).toEqual([
      { secret: 'c', until: null },
      { secret: 'b', until: after(3600) },
      { secret: 'a', until: after(60) },
    ])
    expect(validSecrets(second, after(59))).toEqual(['c', 'b', 'a'])
    expect(validSecrets(second, after(60))).toEqual(['c', 'b'])
    expect(rotated(second, 'd', after(10), after(10))).toEqual([{ secret: 'd', until: null }])
  })

  test('is refused when five secrets would still be valid beside the new one', () => {
    let secrets = [{ secret: '0', until: null as Date | null }]
    for (const fresh of ['1', '2', '3', '4']) secrets = rotated(secrets, fresh, now, after(60))
    expect(() => rotated(secrets, '5', now, after(60))).toThrow(GatewayError)
    expect(rotated(secrets, '5', after(61), after(90))).toHaveLength(2)
  })
})

test('F25: a rotation under load makes no delivery fail, for a receiver that knows either secret', async () => {
  const received: Delivery[] = []
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      received.push({ body, headers: request.headers as Record<string, string> })
      response.writeHead(204).end()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const outbound = createOutbound({ clock: systemClock, userAgent: 'Gangway/test', allowPrivate: true })
  onTestFinished(() => outbound.close())
  const { instance, happened, subscribe, core, caller } = await startWorld({ clock: systemClock, outbound })
  const id = await instance()
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  const { id: subscription, secret: before } = await subscribe(url)
  const { subscriptions } = core.gateway

  await happened(id, 300)
  await until(() => received.length > 50)
  const { secret: after, previousUntil } = await subscriptions.rotateSecret(caller, subscription, 3600)
  expect(previousUntil.getTime()).toBeGreaterThan(Date.now() + 3_500_000)
  const known = received.length
  await until(() => received.length >= 300)
  await happened(id, 100)
  await until(() => received.length >= 400)
  expect(received.every((delivery) => verifies(before, delivery))).toBe(true)
  // One may have been on its way when the answer came.
  expect(received.slice(known + 1).every((delivery) => verifies(after, delivery))).toBe(true)
  expect(received.slice(0, 50).some((delivery) => verifies(after, delivery))).toBe(false)

  const { secret: last } = await subscriptions.rotateSecret(caller, subscription, 0)
  await happened(id, 5)
  await until(() => received.length >= 405)
  const [newest] = received.slice(-1)
  if (newest === undefined) throw new Error('five have come')
  expect([before, after, last].map((secret) => verifies(secret, newest))).toEqual([false, false, true])
  expect(new Set([before, after, last]).size).toBe(3)
  expect(before).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/)
})
