import { expect, test } from 'vitest'
import { dataDir, World } from './world.js'

test('privacy settings are changed on one device, and are the same on all', async () => {
  const world = await World.start({ dataDir: await dataDir() })
  const { phone, client } = await world.linked()
  await client.socket.updateLastSeenPrivacy('contacts')
  await client.socket.updateCallPrivacy('known')
  await client.socket.updateOnlinePrivacy('match_last_seen')
  await phone.privacy.set('profile', 'none')
  expect(await client.socket.fetchPrivacySettings(true)).toEqual({
    readreceipts: 'all',
    last: 'contacts',
    online: 'match_last_seen',
    profile: 'none',
    status: 'all',
    groupadd: 'all',
    calladd: 'known',
    messages: 'all',
  })
  await expect(client.socket.updateReadReceiptsPrivacy('contacts' as 'all')).rejects.toMatchObject({ data: 400 })
  await expect(phone.privacy.set('online', 'none')).rejects.toMatchObject({ code: 'bad-setting' })
  await client.close()
  await world.restart()
  expect(world.simulator.phone(phone.number)?.privacy.settings()).toMatchObject({ last: 'contacts', profile: 'none' })
})

test('who is blocked is told of to the companions, and writes and calls in vain', async () => {
  const world = await World.start()
  const { phone, client } = await world.linked()
  const [ana, ben] = [await world.phone('Ana'), await world.phone('Ben')]
  const heard: unknown[] = []
  client.socket.ev.on('blocklist.update', ({ blocklist, type }) => heard.push([type, ...blocklist]))
  const group = await ben.createGroup('Both', [ana.number, phone.number])
  await client.socket.updateBlockStatus(ana.jid, 'block')
  expect(phone.privacy.blocked()).toEqual([ana.number])
  expect(await client.socket.fetchBlocklist()).toEqual([ana.lid])
  await expect.poll(() => heard).toEqual([['add', ana.lid]])

  const calls: unknown[] = []
  client.socket.ev.on('call', (some) => calls.push(...some))
  await ana.send(phone.number, 'let me in')
  await ana.call(phone.number)
  await ana.send(group.id, 'hello, both')
  await ben.send(phone.number, 'who is it?')
  await client.receivedText('who is it?')
  expect(client.texts().filter((text) => text !== '')).toEqual(['hello, both', 'who is it?'])
  expect(calls).toEqual([])

  await phone.privacy.unblock(ana.lid)
  await expect.poll(() => heard.at(-1)).toEqual(['remove', ana.lid])
  await ana.send(phone.number, 'thank you')
  await client.receivedText('thank you')
  expect(phone.messages().map(({ text }) => text)).not.toContain('let me in')
  await expect(client.socket.updateBlockStatus('19995550000@s.whatsapp.net', 'block')).rejects.toThrow()
})

test('strangers ring nowhere where they are silenced', async () => {
  const world = await World.start()
  const { phone, client } = await world.linked()
  const [ana, ben] = [await world.phone(), await world.phone()]
  const callers: unknown[] = []
  client.socket.ev.on('call', (calls) => callers.push(...calls.map(({ from }) => from)))
  await phone.privacy.set('calladd', 'known')
  await phone.saveContact(ben.number, 'Ben')
  await ana.call(phone.number)
  await ben.call(phone.number)
  await expect.poll(() => callers).toEqual([ben.lid])
})

test('how long messages of new chats stay is set once for all devices, and others can ask', async () => {
  const world = await World.start()
  const { phone, client } = await world.linked()
  const other = await world.linked()
  await client.socket.updateDefaultDisappearingMode(86_400)
  expect(phone.privacy.defaultExpiration).toBe(86_400)
  await expect.poll(() => client.creds.accountSettings.defaultDisappearingMode?.ephemeralExpiration).toBe(86_400)
  const [asked] = (await other.client.socket.fetchDisappearingDuration(phone.jid)) ?? []
  expect(asked).toMatchObject({ disappearing_mode: { duration: 86_400 } })
  await phone.privacy.setDefaultExpiration(0)
  await expect.poll(() => client.creds.accountSettings.defaultDisappearingMode?.ephemeralExpiration).toBe(0)
})

test('who may not see when somebody was last there is not told, and sees nothing at all where both go together', async () => {
  const world = await World.start()
  const { phone, client } = await world.linked()
  const ana = await world.phone()
  const seen: unknown[] = []
  client.socket.ev.on('presence.update', ({ presences }) => {
    seen.push(
      ...Object.values(presences).map(({ lastKnownPresence, lastSeen }) => [lastKnownPresence, typeof lastSeen]),
    )
  })
  await ana.privacy.set('last', 'contacts')
  await client.socket.presenceSubscribe(ana.lid)
  await expect.poll(() => seen).toEqual([['unavailable', 'undefined']])
  await ana.setAvailable(true)
  await ana.setAvailable(false)
  await expect
    .poll(() => seen.slice(1))
    .toEqual([
      ['available', 'undefined'],
      ['unavailable', 'undefined'],
    ])
  await ana.privacy.set('online', 'match_last_seen')
  await ana.setAvailable(true)
  await expect.poll(() => seen.slice(3)).toEqual([['unavailable', 'undefined']])
  await ana.saveContact(phone.number, 'A friend')
  await ana.setAvailable(false)
  await ana.setAvailable(true)
  await expect
    .poll(() => seen.slice(4))
    .toEqual([
      ['unavailable', 'number'],
      ['available', 'undefined'],
    ])
})
