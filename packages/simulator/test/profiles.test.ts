import type { BinaryNode } from 'baileys'
import sharp from 'sharp'
import { expect, test } from 'vitest'
import type { Client } from './client.js'
import { dataDir, World } from './world.js'

function square(color: string, side = 700): Promise<Buffer> {
  return sharp({ create: { width: side, height: side, channels: 3, background: color } })
    .png()
    .toBuffer()
}

async function download(url: string | undefined): Promise<Buffer> {
  const response = await fetch(url ?? '')
  expect(response.headers.get('content-type')).toBe('image/jpeg')
  return Buffer.from(await response.arrayBuffer())
}

async function colorOf(jpeg: Uint8Array): Promise<{ width: number; red: number; blue: number }> {
  const { data, info } = await sharp(jpeg).raw().toBuffer({ resolveWithObject: true })
  return { width: info.width, red: data[0] ?? -1, blue: data[2] ?? -1 }
}

const much = expect.toSatisfy((value: number) => value > 240) as unknown
const little = expect.toSatisfy((value: number) => value < 15) as unknown

/** What a companion hears of pictures: whose, and what became of it. */
function pictureNews(client: Client): unknown[] {
  const news: unknown[] = []
  client.socket.ev.on('contacts.update', (contacts) => {
    news.push(...contacts.flatMap(({ id, imgUrl }) => (imgUrl ? [[id, imgUrl]] : [])))
  })
  return news
}

test('a companion sets the picture of its account, and others download it in two sizes', async () => {
  const world = await World.start()
  const { phone, client } = await world.linked()
  const other = await world.linked()
  await other.phone.saveContact(phone.number, 'The shop')
  const news = pictureNews(other.client)
  await expect(client.socket.profilePictureUrl(phone.jid)).rejects.toMatchObject({ data: 404 })
  await client.socket.updateProfilePicture(phone.jid, await square('red'))
  await expect.poll(() => news).toEqual([[phone.lid, 'changed']])

  const image = await download(await other.client.socket.profilePictureUrl(phone.lid, 'image'))
  expect(image).toEqual(Buffer.from(phone.profile.picture() ?? []))
  expect(await colorOf(image)).toMatchObject({ width: 640, red: much })
  const url = await other.client.socket.profilePictureUrl(phone.jid, 'preview')
  expect(await colorOf(await download(url))).toMatchObject({ width: 96 })

  await client.socket.removeProfilePicture(phone.jid)
  await expect.poll(() => news.at(-1)).toEqual([phone.lid, 'removed'])
  await expect(other.client.socket.profilePictureUrl(phone.jid)).rejects.toMatchObject({ data: 404 })
  expect((await fetch(url ?? '')).status).toBe(404)
  await expect(other.client.socket.profilePictureUrl('19995550000@s.whatsapp.net')).rejects.toMatchObject({ data: 404 })
  await expect(client.socket.updateProfilePicture(other.phone.jid, await square('red'))).rejects.toMatchObject({
    data: 403,
  })
})

test('a picture is shown to those only who may see it, and outlives the server', async () => {
  const world = await World.start({ dataDir: await dataDir() })
  const { client } = await world.linked()
  const ana = await world.phone('Ana')
  await ana.profile.setPicture(await square('blue'))
  await ana.privacy.set('profile', 'contacts')
  await expect(client.socket.profilePictureUrl(ana.jid)).rejects.toMatchObject({ data: 401 })
  await ana.saveContact((client.creds.me?.id ?? '').replace(/:.*/, ''), 'A friend')
  expect(await colorOf(await download(await client.socket.profilePictureUrl(ana.lid, 'image')))).toMatchObject({
    red: little,
    blue: much,
  })
  await expect(ana.profile.setPicture(Buffer.from('no picture'))).rejects.toMatchObject({
    code: 'picture-not-readable',
  })
  await client.close()
  await world.restart()
  expect(world.simulator.phone(ana.number)?.profile.picture()).toEqual(Buffer.from(ana.profile.picture() ?? []))
})

test('what is no JPEG is not taken for a picture', async () => {
  const world = await World.start()
  const { client } = await world.linked()
  const picture: BinaryNode = { tag: 'picture', attrs: { type: 'image' }, content: await square('red', 10) }
  const attrs = { to: '@s.whatsapp.net', type: 'set', xmlns: 'w:profile:picture' }
  await expect(client.socket.query({ tag: 'iq', attrs, content: [picture] })).rejects.toMatchObject({ data: 406 })
})

test('a group has a picture, which its members change and are told of', async () => {
  const world = await World.start()
  const { phone, client } = await world.linked()
  const stranger = await world.linked()
  const ana = await world.phone('Ana')
  const group = await ana.createGroup('Pictured', [phone.number])
  const news = pictureNews(client)
  await group.setPicture(await square('blue'))
  await expect.poll(() => news).toEqual([[group.id, 'changed']])
  const url = await client.socket.profilePictureUrl(group.id, 'image')
  expect(await download(url)).toEqual(Buffer.from(phone.group(group.id)?.picture() ?? []))
  await expect(stranger.client.socket.profilePictureUrl(group.id)).rejects.toMatchObject({ data: 401 })

  await client.socket.updateProfilePicture(group.id, await square('red'))
  expect(await colorOf(group.picture() ?? Buffer.alloc(0))).toMatchObject({
    red: much,
  })
  await group.setLocked(true)
  await expect(client.socket.removeProfilePicture(group.id)).rejects.toMatchObject({ data: 403 })
  await group.removePicture()
  await expect.poll(() => news.at(-1)).toEqual([group.id, 'removed'])
  expect(phone.group(group.id)?.picture()).toBeUndefined()
})

test('the text of a profile is changed by its companions and read by others, unless it is kept from them', async () => {
  const world = await World.start()
  const { phone, client } = await world.linked()
  const other = await world.linked()
  await client.socket.updateProfileStatus('Open until six')
  expect(phone.profile.about).toBe('Open until six')
  const about = async (jid: string) => (await other.client.socket.fetchStatus(jid))?.[0]?.status
  expect(await about(phone.jid)).toMatchObject({ status: 'Open until six' })
  const heard: unknown[] = []
  other.client.socket.ws.on('CB:notification,type:status', ({ attrs, content }: BinaryNode) => {
    const [set] = Array.isArray(content) ? content : []
    heard.push([attrs.from, Buffer.from((set?.content ?? '') as Uint8Array).toString()])
  })
  await phone.saveContact(other.phone.number, 'Other')
  await other.phone.saveContact(phone.number, 'Shop')
  await phone.profile.setAbout('Closed')
  await expect.poll(() => heard).toEqual([[phone.lid, 'Closed']])
  await phone.privacy.set('status', 'none')
  expect(await about(phone.lid)).toMatchObject({ status: '' })
  await expect(client.socket.updateProfileStatus('x'.repeat(140))).rejects.toMatchObject({ data: 406 })
})

test('a business shows what it is, and changes it', async () => {
  const world = await World.start()
  const business = {
    description: 'Bread',
    category: 'Bakery',
    email: 'hi@bread.example',
    website: 'https://bread.example',
  }
  const phone = await world.simulator.registerPhone({ name: 'Bakery', business })
  const client = world.client()
  await client.link(phone)
  const other = await world.linked()
  expect(await other.client.socket.getBusinessProfile(phone.jid)).toMatchObject({
    wid: phone.jid,
    description: 'Bread',
    category: 'Bakery',
    email: 'hi@bread.example',
    website: ['https://bread.example'],
  })
  await client.socket.updateBussinesProfile({ description: 'Bread and cake' })
  expect(phone.profile.business).toEqual({ ...business, description: 'Bread and cake' })
  expect(await client.socket.getBusinessProfile(other.phone.jid)).toBeUndefined()
  await expect(other.client.socket.updateBussinesProfile({ description: 'Me too' })).rejects.toMatchObject({
    data: 403,
  })
})
