import { expect, test } from 'vitest'
import { ContactsService } from '#gateway/core/contacts/contacts-service.js'
import type { MediaId, PhoneNumber } from '#gateway/core/ids.js'
import { coreWorld, type CoreWorld } from './world.js'

const ana = { id: '4915100000@s.whatsapp.net', phone: '4915100000', lid: '77700@lid' }

/** Linked, and has been told of Ana, once met by LID only. */
async function acquainted(): Promise<CoreWorld & { id: Awaited<ReturnType<CoreWorld['linked']>> }> {
  const world = await coreWorld()
  const id = await world.linked()
  await world.tell(id, {
    kind: 'contact.changed',
    data: { id: ana.lid, phone: null, lid: ana.lid, name: 'Ana', savedName: null },
  })
  await world.tell(id, { kind: 'contact.phone-resolved', data: { id: ana.id, lid: ana.lid, phone: ana.phone } })
  return { ...world, id }
}

const known = { ...ana, chat: ana.lid, name: 'Ana', savedName: null, blocked: false }

test('somebody is found by any address, under the chat of the time when they were met', async () => {
  const { gateway, caller, id } = await acquainted()
  expect(await gateway.contacts.list(caller, id, { limit: 10 })).toEqual([known])
  for (const address of ['+49 151 00000', '4915100000@c.us', ana.id, ana.lid])
    expect(await gateway.contacts.get(caller, id, address)).toEqual(known)
  await expect(gateway.contacts.get(caller, id, '4915199999')).rejects.toMatchObject({ code: 'contact-not-found' })
  for (const wrong of ['12345678901@g.us', 'nobody', ''])
    await expect(gateway.contacts.get(caller, id, wrong)).rejects.toMatchObject({
      code: 'bad-request',
      field: 'contact',
    })
})

test('saving, removing and blocking are told to WhatsApp by number, whatever address was given', async () => {
  const { gateway, caller, id, whatsapp } = await acquainted()
  const saved = await gateway.contacts.save(caller, id, ana.lid, { firstName: 'Ana', lastName: 'Lima' })
  expect(saved).toEqual({ ...known, savedName: 'Ana Lima' })
  await gateway.contacts.remove(caller, id, '4915100000')
  await gateway.contacts.block(caller, id, '4915199999', true)
  expect(whatsapp.performed).toEqual([
    { name: 'contact.save', wish: { jid: ana.id, firstName: 'Ana', fullName: 'Ana Lima', onPhone: false } },
    { name: 'contact.remove', wish: { jid: ana.id } },
    { name: 'contact.block', wish: { jid: '4915199999@s.whatsapp.net', on: true } },
  ])
  await expect(gateway.contacts.save(caller, id, ana.id, { firstName: ' ' })).rejects.toMatchObject({
    field: 'firstName',
  })
})

test('a number is checked once, and its chat is the one that there is', async () => {
  const { gateway, caller, id, whatsapp } = await acquainted()
  const [one, two, three] = ['4915100000', '4915111111', '4915122222'] as PhoneNumber[] as [
    PhoneNumber,
    PhoneNumber,
    PhoneNumber,
  ]
  whatsapp.onPerform = async () => [
    { phone: one, exists: true, lid: ana.lid },
    { phone: two, exists: true, lid: null },
    { phone: three, exists: false, lid: null },
  ]
  expect(await gateway.contacts.check(caller, id, [one, two, three, one])).toEqual([
    { phone: one, exists: true, lid: ana.lid, chat: ana.lid },
    { phone: two, exists: true, lid: null, chat: '4915111111@s.whatsapp.net' },
    { phone: three, exists: false, lid: null, chat: null },
  ])
  expect(whatsapp.performed).toEqual([{ name: 'numbers.check', wish: { phones: [one, two, three] } }])
  expect(await gateway.contacts.check(caller, id, [])).toEqual([])
  const many = Array.from({ length: 51 }, (_, i) => String(4915100000 + i) as PhoneNumber)
  await expect(gateway.contacts.check(caller, id, many)).rejects.toMatchObject({ field: 'phones' })
})

test('a profile is what WhatsApp shows; of a group there is only a picture', async () => {
  const { gateway, caller, id, whatsapp } = await acquainted()
  const answers: Record<string, unknown> = {
    'profile.picture': 'https://pps.example/1',
    'profile.about': 'busy',
    'profile.business': null,
  }
  whatsapp.onPerform = async ({ name }) => answers[name] ?? null
  const picture = 'https://pps.example/1'
  expect(await gateway.contacts.profile(caller, id, ana.lid)).toEqual({
    ...ana,
    picture,
    about: 'busy',
    business: null,
  })
  expect(await gateway.contacts.profile(caller, id, '12345678901@g.us')).toEqual({
    id: '12345678901@g.us',
    phone: null,
    lid: null,
    picture,
    about: null,
    business: null,
  })
  expect(await gateway.contacts.picture(caller, id, ana.phone)).toBe(picture)
  expect(await gateway.contacts.business(caller, id, ana.phone)).toBeNull()
})

test("the account's own profile changes only when all of it can be", async () => {
  const { core, caller, id, whatsapp, database } = await acquainted()
  const jpeg = Buffer.from('jpeg')
  const contacts = new ContactsService(core.roster, database.store, {
    jpeg: (_caller, _id, media) =>
      media === 'a picture' ? Promise.resolve(jpeg) : Promise.reject(new Error('no picture')),
  })
  await contacts.setProfile(caller, id, { name: 'Shop', about: '', picture: 'a picture' as MediaId })
  await contacts.setProfile(caller, id, { picture: null })
  expect(whatsapp.performed).toEqual([
    { name: 'profile.set-picture', wish: { jid: null, jpeg } },
    { name: 'profile.set-name', wish: { name: 'Shop' } },
    { name: 'profile.set-about', wish: { about: '' } },
    { name: 'profile.set-picture', wish: { jid: null, jpeg: null } },
  ])
  await contacts.setPresence(caller, id, 'unavailable')
  expect(whatsapp.acts('presence.set')).toEqual([{ presence: 'unavailable' }])

  const before = whatsapp.performed.length
  await expect(contacts.setProfile(caller, id, { name: 'x'.repeat(26) })).rejects.toMatchObject({ field: 'name' })
  await expect(contacts.setProfile(caller, id, { about: 'x'.repeat(140) })).rejects.toMatchObject({ field: 'about' })
  await expect(contacts.setProfile(caller, id, { name: 'Shop', picture: 'a text' as MediaId })).rejects.toThrow()
  expect(whatsapp.performed).toHaveLength(before)
})

test('what only WhatsApp knows is refused without a connection, and other people have no contacts here', async () => {
  const { gateway, caller, id } = await acquainted()
  await gateway.instances.pause(caller, id)
  await expect(gateway.contacts.profile(caller, id, ana.id)).rejects.toMatchObject({ code: 'not-linked' })
  expect(await gateway.contacts.get(caller, id, ana.id)).toEqual(known)
  const stranger = { ...caller, workspace: 'another' as typeof caller.workspace }
  await expect(gateway.contacts.list(stranger, id, { limit: 1 })).rejects.toMatchObject({ code: 'instance-not-found' })
  const reader = { ...caller, scopes: ['messages:read'] as const }
  await expect(gateway.contacts.block(reader, id, ana.id, true)).rejects.toMatchObject({ code: 'forbidden' })
})
