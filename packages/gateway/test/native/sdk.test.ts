import { ApiError, createClient } from '@gangway/sdk'
import { expect, test } from 'vitest'
import type { PhoneNumber } from '#gateway/core/ids.js'
import { key, startWorld } from './world.js'

test('the SDK speaks this API', async () => {
  const { url, gateway } = await startWorld()
  const client = createClient({ baseUrl: url, key })
  const { id, credentials } = await client.instances.create({ name: 'shop', network: 'sandbox' })
  expect(credentials.wavave.device).toBeNull()
  expect((await client.instances.list()).items).toMatchObject([{ id, name: 'shop' }])

  const phone = await client.phones.create({ number: '15551234567' })
  const link = await client.links.start(id, { method: 'qr' })
  if (link.step !== 'scan') throw new Error(`expected a QR, not ${link.step}`)
  expect((await client.phones.scan(phone.number, { qr: link.qr })).connected).toBe(true)
  const steps: string[] = []
  for await (const { step } of client.links.watch(id)) {
    steps.push(step)
    if (step === 'linked') break
    await expect.poll(gateway.watching).toBe(1)
    gateway.step(id, { kind: 'linked', phone: phone.number as PhoneNumber })
  }
  expect(steps).toEqual(['scan', 'linked'])

  const sent = await client.messages.send(id, { to: phone.number, text: 'hello' })
  expect(await client.messages.get(id, sent.id)).toEqual(sent)
  await client.phones.read(phone.number)
  await client.phones.unlink(phone.number)
  expect(await client.events.list(id)).toEqual({ items: [], next: null, expired: null })

  const { id: hook, secret } = await client.subscriptions.create({ url: 'https://shop.example/hook', instance: id })
  expect(secret).toMatch(/^whsec_/)
  expect((await client.subscriptions.list()).items).toMatchObject([{ id: hook, instance: id }])
  expect((await client.subscriptions.edit(hook, { kinds: ['call'] })).kinds).toEqual(['call'])
  expect((await client.subscriptions.rotateSecret(hook, { overlap: 60 })).secret).not.toBe(secret)
  expect((await client.subscriptions.rotateSecret(hook)).secret).not.toBe(secret)
  expect((await client.subscriptions.test(hook)).outcome).toBe('refused')
  expect((await client.subscriptions.deliveries(hook, { state: 'parked' })).items).toHaveLength(3)
  expect(await client.subscriptions.replay(hook, { deadLetters: true })).toEqual({ replays: 1 })
  await client.subscriptions.remove(hook)
  await expect(client.subscriptions.get(hook)).rejects.toThrow(ApiError)

  const { id: keyId } = await client.keys.create({ name: 'ci' })
  await client.keys.revoke(keyId)
  await client.instances.remove(id)
  await expect(client.instances.get(id)).rejects.toThrow(ApiError)
})
