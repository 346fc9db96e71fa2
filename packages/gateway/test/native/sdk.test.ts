import { ApiError, createClient } from '@gangway/sdk'
import { expect, test } from 'vitest'
import type { PhoneNumber } from '#gateway/core/ids.js'
import { ana, team } from './fake-people.js'
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
  const said = await client.phones.send(phone.number, { to: '49151', content: { kind: 'image' } })
  await client.phones.act(phone.number, { kind: 'reaction', target: said.id, emoji: null })
  await client.phones.postStatus(phone.number, { text: 'hi', audience: ['49151'] })
  await client.phones.play(phone.number, [said.id])
  await client.phones.showPresence(phone.number, { to: '49151', presence: 'composing' })
  await client.phones.setAvailable(phone.number, false)
  await expect(client.phones.file(phone.number, said.id)).rejects.toThrow(ApiError)
  const crew = await client.phoneGroups.create(phone.number, { subject: 'Crew', participants: [] })
  expect((await client.phoneGroups.list(phone.number)).items).toEqual([])
  for (const refuse of [
    () => client.phoneGroups.join(phone.number, 'AbC'),
    () => client.phoneGroups.rename(phone.number, crew.id, 'Team'),
    () => client.phoneGroups.change(phone.number, crew.id, { change: 'add', participants: ['49151'] }),
    () => client.phoneGroups.invite(phone.number, crew.id),
    () => client.phoneGroups.leave(phone.number, crew.id),
  ])
    await expect(refuse()).rejects.toMatchObject({ code: 'group-not-found' })
  await client.phones.unlink(phone.number)
  expect(await client.events.list(id)).toEqual({ items: [], next: null, expired: null })

  const uploaded = await client.media.upload(id, new File(['hello'], 'a.txt', { type: 'text/plain' }))
  expect(await client.media.get(id, uploaded.id)).toEqual(uploaded)
  const message = { to: phone.number, content: { kind: 'file', caption: 'c' } } as const
  const file = await client.messages.sendFile(id, message, new File(['hello'], 'b.txt'))
  expect(file.content).toMatchObject({ kind: 'document', caption: 'c', file: { name: 'b.txt', size: 5 } })
  const again = await client.messages.send(id, { to: phone.number, content: { kind: 'image', media: uploaded.id } })
  expect((await client.messages.queue(id)).items.map((one) => one.id)).toContain(again.id)
  expect(await client.messages.clearQueue(id)).toEqual({ cancelled: 3 })
  expect((await client.messages.receipts(id, sent.id)).items).toHaveLength(1)
  expect((await client.messages.forward(id, { from: '49151', to: '49152', messages: [sent.id] })).items).toHaveLength(1)

  const { chat } = await client.chats.get(id, ana.phone)
  expect((await client.chats.edit(id, chat, { pinned: true })).pinned).toBe(true)
  await client.chats.read(id, chat)
  await client.chats.showPresence(id, chat, 'composing')
  await client.chats.followPresence(id, chat)
  expect((await client.chats.list(id)).items).toHaveLength(2)
  expect(await client.chats.messages(id, chat, { direction: 'in' })).toEqual({ items: [], next: null })
  expect(await client.chats.history(id)).toEqual({ items: [], next: null })
  await expect(client.chats.message(id, chat, 'AB')).rejects.toThrow(ApiError)
  await expect(client.media.ofMessage(id, chat, 'AB')).rejects.toThrow(ApiError)
  expect((await client.contacts.list(id)).items).toHaveLength(2)
  expect((await client.contacts.save(id, ana.phone, { firstName: 'A' })).savedName).toBe('A')
  await client.contacts.block(id, ana.phone)
  await client.contacts.unblock(id, ana.phone)
  await client.contacts.remove(id, ana.phone)
  expect((await client.contacts.check(id, [ana.phone])).items).toMatchObject([{ exists: false }])
  expect((await client.contacts.profile(id, ana.phone)).about).toBe('busy')
  await client.profile.edit(id, { name: 'Shop' })
  await client.profile.setPresence(id, 'unavailable')
  expect((await client.groups.create(id, { subject: 'Team', participants: [] })).group.id).toBe(team)
  expect((await client.groups.edit(id, team, { subject: 'Team' })).subject).toBe('Team')
  const change = { change: 'add' as const, participants: [ana.phone] }
  expect((await client.groups.change(id, team, change)).items).toMatchObject([{ outcome: 'invite-needed' }])
  const { url: invite } = await client.groups.invite(id, team)
  expect((await client.groups.revokeInvite(id, team)).url).not.toBe(invite)
  expect(await client.groups.join(id, invite)).toEqual({ id: team })
  await client.groups.leave(id, team)

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
  const accessKey = await client.accessKeys.create({ permissions: ['cams:*'] })
  expect((await client.accessKeys.list()).items).toMatchObject([{ accessKeyId: accessKey.accessKeyId }])
  await client.accessKeys.revoke(accessKey.id)
  await client.instances.remove(id)
  await expect(client.instances.get(id)).rejects.toThrow(ApiError)
})
