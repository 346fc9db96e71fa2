import { expect, test } from 'vitest'
import { World } from './world.js'

const texts = Array.from({ length: 50 }, (_, index) => `text ${index}`)

test('many texts reach a companion in order, whole, under the ids that were answered', async () => {
  const world = await World.start()
  const { phone, client } = await world.linked()
  const ana = await world.phone()
  const group = await ana.createGroup('Many', [phone.number])
  for (const to of [phone.number, group.id]) {
    client.received.length = 0
    const ids = await ana.sendMany(to, texts)
    const news = () => client.received.filter(({ messageStubType }) => messageStubType === undefined)
    await client.until(() => news().length >= texts.length, 'all there')
    expect(news().map(({ key }) => key.id)).toEqual(ids)
    expect(client.texts().filter((text) => text !== '')).toEqual(texts)
  }
  expect(await ana.sendMany(phone.number, [])).toEqual([])
  expect(world.violations()).toEqual([])
})

test('prepared texts are sent when they are pushed, and what came before them is read all the same', async () => {
  const world = await World.start()
  const { phone, client } = await world.linked()
  const ana = await world.phone()
  const prepared = await ana.prepare(phone.number, texts)
  expect(ana.messages()).toEqual([])
  await ana.send(phone.number, 'between')
  await client.receivedText('between')
  expect(await prepared.push(20)).toEqual(prepared.ids.slice(0, 20))
  await client.receivedText('text 19')
  expect(client.texts()).toEqual(['between', ...texts.slice(0, 20)])
  expect(await prepared.push()).toEqual(prepared.ids.slice(20))
  await client.receivedText('text 49')
  expect(await prepared.push()).toEqual([])
  expect(client.texts()).toEqual(['between', ...texts])
  expect(world.violations()).toEqual([])
  ana.leave()
  await expect(prepared.push()).rejects.toMatchObject({ code: 'phone-offline' })
})
