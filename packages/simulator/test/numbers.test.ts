import { USyncQuery, USyncUser } from 'baileys'
import { expect, test } from 'vitest'
import { World } from './world.js'

const nobody = '19995550000'

test('numbers are checked in whatever form they are written', async () => {
  const world = await World.start()
  const { client } = await world.linked()
  const ana = await world.phone()
  const asked = [ana.number, `+${ana.number}`, `${ana.number}@s.whatsapp.net`, nobody]
  expect(await client.socket.onWhatsApp(...asked)).toEqual([
    ...Array.from({ length: 3 }, () => ({ jid: ana.jid, exists: true })),
    // The library leaves out whom the server does not know.
  ])
})

test('an account is looked up by number and by LID, with all that is asked of it at once', async () => {
  const world = await World.start()
  const { phone, client } = await world.linked()
  const ana = await world.phone()
  await ana.profile.setAbout('Busy')
  const query = new USyncQuery().withContactProtocol().withLIDProtocol().withStatusProtocol().withDeviceProtocol()
  for (const id of [ana.jid, ana.lid, phone.jid, `${nobody}@s.whatsapp.net`]) query.withUser(new USyncUser().withId(id))
  query.withUser(new USyncUser().withLid(ana.lid))
  const found = (await client.socket.executeUSyncQuery(query))?.list
  const status = { status: 'Busy' }
  expect(found).toMatchObject([
    { id: ana.jid, contact: true, lid: ana.lid, status, devices: { deviceList: [{ id: 0 }] } },
    { id: ana.lid, contact: true, status },
    { id: phone.jid, contact: true, lid: phone.lid, devices: { deviceList: [{ id: 0 }, { id: 1 }] } },
    { id: `${nobody}@s.whatsapp.net`, contact: false, devices: { deviceList: [] } },
    { id: ana.lid, contact: true, status },
  ])
  expect(found?.[1]).not.toHaveProperty('lid')
  expect(await client.socket.signalRepository.lidMapping.getLIDForPN(ana.jid)).toBe(ana.lid)
  expect(await client.socket.signalRepository.lidMapping.getLIDForPN(`${nobody}@s.whatsapp.net`)).toBeNull()
})

test('a number that is hidden comes with nothing, and with the first message after it was shown', async () => {
  const world = await World.start()
  const { phone, client } = await world.linked()
  const shy = await world.simulator.registerPhone({ name: 'Shy', hideNumber: true })
  const [friend, group] = [await world.phone(), await shy.createGroup('Quiet', [phone.number])]
  const known = () => client.socket.signalRepository.lidMapping.getPNForLID(shy.lid)
  await shy.send(phone.number, 'guess who')
  const first = await client.receivedText('guess who')
  expect(first.key).toMatchObject({ remoteJid: shy.lid, fromMe: false })
  expect(first.key.remoteJidAlt).toBeUndefined()
  await shy.send(group.id, 'to all')
  expect((await client.receivedText('to all')).key.participantAlt).toBeUndefined()
  const [member] = (await client.socket.groupMetadata(group.id)).participants
  expect(member).toMatchObject({ id: shy.lid, phoneNumber: undefined })
  await client.socket.sendMessage(shy.lid, { text: 'who?' })
  await shy.received(({ text }) => text === 'who?')
  await phone.saveContact(shy.lid, 'Somebody')
  expect(phone.contacts()).toMatchObject([{ jid: shy.lid }])
  expect(await known()).toBeNull()

  await shy.privacy.revealNumber()
  await shy.send(phone.number, 'it is me')
  expect((await client.receivedText('it is me')).key).toMatchObject({ remoteJid: shy.lid, remoteJidAlt: shy.jid })
  expect(await known()).toBe(shy.jid.replace('@', ':0@'))
  expect(shy.privacy.numberHidden).toBe(false)
  await friend.send(phone.number, 'never hidden')
  expect((await client.receivedText('never hidden')).key.remoteJidAlt).toBe(friend.jid)
  await expect(world.simulator.registerPhone({ hideNumber: true, addressing: 'number' })).rejects.toMatchObject({
    code: 'bad-setting',
  })
})
