import { expect, test } from 'vitest'
import type { Client } from './client.js'
import { World } from './world.js'

/** What the library makes of presence, as it comes: whose, in which chat, and what. */
function watch(client: Client): unknown[][] {
  const seen: unknown[][] = []
  client.socket.ev.on('presence.update', ({ id, presences }) => {
    for (const [who, { lastKnownPresence, lastSeen }] of Object.entries(presences)) {
      seen.push([id, who, lastKnownPresence, ...(lastSeen === undefined ? [] : ['last'])])
    }
  })
  return seen
}

test('a companion that subscribed sees a phone come, type, record and go', async () => {
  const world = await World.start()
  const { phone, client } = await world.linked()
  const [ana, ben] = [await world.phone(), await world.phone()]
  const seen = watch(client)
  await client.socket.presenceSubscribe(ana.lid)
  await expect.poll(() => seen).toEqual([[ana.lid, ana.lid, 'unavailable']])
  await ana.setAvailable(true)
  await ana.setAvailable(true)
  await ana.type(phone.number)
  await ana.type(phone.number, 'paused')
  await ana.type(phone.number, 'recording')
  await ana.type(ben.number)
  await ana.setAvailable(false)
  await ben.setAvailable(true)
  await expect
    .poll(() => seen.slice(1))
    .toEqual([
      [ana.lid, ana.lid, 'available'],
      [ana.lid, ana.lid, 'composing'],
      [ana.lid, ana.lid, 'available'],
      [ana.lid, ana.lid, 'recording'],
      [ana.lid, ana.lid, 'unavailable', 'last'],
    ])
  expect(ben.typing()).toMatchObject([{ from: ana.number, chat: ana.number, state: 'composing' }])
  await client.socket.presenceSubscribe(ana.jid)
  await expect.poll(() => seen.at(-1)).toEqual([ana.jid, ana.jid, 'unavailable', 'last'])
})

test('a companion that shows itself sees who types in a group, and one that does not sees nothing', async () => {
  const world = await World.start()
  const [shown, hidden] = [await world.linked(), await world.linked()]
  const ana = await world.phone()
  const group = await ana.createGroup('Typing', [shown.phone.number, hidden.phone.number])
  const [seen, unseen] = [watch(shown.client), watch(hidden.client)]
  shown.client.socket.authState.creds.me = {
    ...shown.client.creds.me,
    id: shown.client.creds.me?.id ?? '',
    name: 'Shop',
  }
  await shown.client.socket.sendPresenceUpdate('available')
  await expect.poll(() => ana.availabilityOf(shown.phone.number).available).toBe(true)
  await ana.type(group.id, 'recording')
  await expect.poll(() => seen).toEqual([[group.id, ana.lid, 'recording']])
  await ana.send(group.id, 'said')
  await hidden.client.receivedText('said')
  expect(unseen).toEqual([])
  await shown.client.close()
  await expect
    .poll(() => ana.availabilityOf(shown.phone.number))
    .toMatchObject({
      available: false,
      lastSeen: expect.any(Date) as Date,
    })
})

test('a phone sees a companion type until the message is there, and the history tells in which order', async () => {
  const world = await World.start()
  const { phone, client } = await world.linked()
  const [ana, ben] = [await world.phone(), await world.phone()]
  const group = await ana.createGroup('Typing', [phone.number, ben.number])
  await client.socket.sendPresenceUpdate('composing', ana.lid)
  await expect.poll(() => ana.typing()).toMatchObject([{ from: phone.number, chat: phone.number, state: 'composing' }])
  await client.socket.sendPresenceUpdate('recording', group.id)
  await expect.poll(() => ben.typing()).toMatchObject([{ from: phone.number, chat: group.id, state: 'recording' }])
  await client.socket.sendPresenceUpdate('paused', group.id)
  await expect.poll(() => ben.typing()).toEqual([])
  const sent = await client.socket.sendMessage(ana.lid, { text: 'typed' })
  await ana.received(({ text }) => text === 'typed')
  expect(ana.typing()).toEqual([])
  const received = world.simulator.history().flatMap((entry) => (entry.event === 'received' ? [entry] : []))
  const device = `${phone.number}:1`
  const before = received.findIndex(({ id }) => id === sent?.key.id)
  const typed = { device, tag: 'chatstate', to: ana.lid, type: 'composing' }
  expect(received.slice(0, before)).toContainEqual(expect.objectContaining(typed))
})

test('a phone that left the network is not there, and sees nobody type', async () => {
  const world = await World.start()
  const [ana, ben] = [await world.phone(), await world.phone()]
  await ana.setAvailable(true)
  ana.leave()
  expect(ben.availabilityOf(ana.number)).toMatchObject({ available: false })
  await ben.type(ana.number)
  expect(ana.typing()).toEqual([])
  await expect(ana.type(ben.number)).rejects.toMatchObject({ code: 'phone-offline' })
})
