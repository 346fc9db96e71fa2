import { describe, expect, test } from 'vitest'
import type { PhoneNumber } from '#gateway/core/ids.js'
import type { CamsWorld } from './world.js'
import { publicUrl, shop, startCams } from './world.js'

const draft = { PhoneNumber: shop, GenerateQrImage: 'PNG', PrefilledMessage: 'Hello, a table please' }
const requestId = /^[0-9A-F]{8}(?:-[0-9A-F]{4}){3}-[0-9A-F]{12}$/

interface Qrdl {
  readonly QrdlCode: string
  readonly PrefilledMessage: string
  readonly GenerateQrImage: string
  readonly QrImageUrl: string
  readonly DeepLinkUrl: string
}

const dataOf = ({ body }: { body: Record<string, unknown> }): Qrdl => body.Data as Qrdl

async function create({ key, call }: CamsWorld, more: Record<string, string> = {}) {
  const own = await key()
  return { own, made: dataOf(await call(own, 'CreatePhoneMessageQrdl', { ...draft, ...more })) }
}

test('each action answers with the keys of its page, in their order', async () => {
  const world = await startCams()
  const { key, call } = world
  const own = await key()
  const keys = ['RequestId', 'Code', 'Message', 'AccessDeniedDetail', 'Data']
  const dataKeys = ['PhoneNumber', 'QrdlCode', 'GenerateQrImage', 'PrefilledMessage', 'DeepLinkUrl', 'QrImageUrl']
  const created = await call(own, 'CreatePhoneMessageQrdl', draft)
  const named = { PhoneNumber: shop, QrdlCode: dataOf(created).QrdlCode }
  const updated = await call(own, 'UpdatePhoneMessageQrdl', { ...draft, ...named })
  const listed = await call(own, 'ListPhoneMessageQrdl', { PhoneNumber: shop })
  const deleted = await call(own, 'DeletePhoneMessageQrdl', named)
  for (const { status, head, body } of [created, updated, listed, deleted]) {
    expect(status).toBe(200)
    expect(head).toMatch(/^cache-control: no-store\r?$/m)
    expect(body).toMatchObject({ Code: 'OK', Message: 'None', AccessDeniedDetail: 'None' })
    expect(body.RequestId).toMatch(requestId)
  }
  for (const { body } of [created, updated, listed]) expect(Object.keys(body)).toEqual(keys)
  expect(Object.keys(deleted.body)).toEqual(keys.slice(0, 4))
  for (const data of [dataOf(created), dataOf(updated), (listed.body.Data as Qrdl[])[0]]) {
    expect(Object.keys(data ?? {})).toEqual(dataKeys)
    for (const value of Object.values(data ?? {})) expect(value).toBeTypeOf('string')
  }
  expect(listed.body.Data).toHaveLength(1)
  expect((await call(own, 'ListPhoneMessageQrdl', { PhoneNumber: shop })).body.Data).toEqual([])
})

test('what is made is a message link like any other, with the image of the type that was asked for', async () => {
  const world = await startCams()
  const { made } = await create(world, { GenerateQrImage: 'SVG' })
  const { items } = await world.core.gateway.messageLinks.list(await world.callerOf('shop'), { limit: 10 })
  expect(items).toMatchObject([{ code: made.QrdlCode, phone: shop, text: draft.PrefilledMessage, imageType: 'SVG' }])
  expect(made).toEqual({
    PhoneNumber: shop,
    QrdlCode: items[0]?.code,
    GenerateQrImage: 'SVG',
    PrefilledMessage: draft.PrefilledMessage,
    DeepLinkUrl: `${publicUrl}/l/${made.QrdlCode}`,
    QrImageUrl: `${publicUrl}/l/${made.QrdlCode}.svg?v=1`,
  })
})

describe('an update', () => {
  test('changes text and image in place: what is printed stays good', async () => {
    const world = await startCams()
    const { own, made } = await create(world)
    const change = { ...draft, PrefilledMessage: 'Spring', GenerateQrImage: 'SVG', QrdlCode: made.QrdlCode }
    const data = dataOf(await world.call(own, 'UpdatePhoneMessageQrdl', change))
    expect(data).toMatchObject({ QrdlCode: made.QrdlCode, DeepLinkUrl: made.DeepLinkUrl, PrefilledMessage: 'Spring' })
    expect(data.QrImageUrl).toBe(`${publicUrl}/l/${made.QrdlCode}.svg?v=2`)
  })

  test('gives another code where the workspace has it so, and the one before is gone', async () => {
    const world = await startCams()
    const { own, made } = await create(world)
    await world.core.gateway.messageLinks.setSettings(await world.callerOf('shop'), { rotateOnUpdate: true })
    const change = { ...draft, PrefilledMessage: 'Spring', QrdlCode: made.QrdlCode }
    const data = dataOf(await world.call(own, 'UpdatePhoneMessageQrdl', change))
    expect(data.QrdlCode).not.toBe(made.QrdlCode)
    expect(data.DeepLinkUrl).toBe(`${publicUrl}/l/${data.QrdlCode}`)
    expect((await world.call(own, 'UpdatePhoneMessageQrdl', change)).body.Code).toBe('Unknown.ResourceOwnerId')
  })
})

test('a list holds every link of the number, the newest first, and no other', async () => {
  const world = await startCams()
  const { links, caller } = { links: world.core.gateway.messageLinks, caller: await world.callerOf('shop') }
  const other = '4915100000000' as PhoneNumber
  const many = Array.from({ length: 501 }, (_none, i) => `Table ${i}`)
  await Promise.all(many.map((text) => links.create(caller, { phone: shop, text })))
  await links.create(caller, { phone: shop, text: 'the newest' })
  await links.create(caller, { phone: other, text: 'other' })
  await links.create(caller, { phone: shop, text: 'rehearsed', network: 'sandbox' })
  const { body } = await world.call(await world.key(), 'ListPhoneMessageQrdl', { PhoneNumber: shop })
  const texts = (body.Data as Qrdl[]).map(({ PrefilledMessage }) => PrefilledMessage)
  expect(texts[0]).toBe('the newest')
  expect(texts.slice(1).sort()).toEqual(many.sort())
})

test('links of a number at Meta are made, changed and deleted there', async () => {
  const world = await startCams()
  const { core, issuer, callerOf, call } = world
  const number = { phone: shop, phoneNumberId: '106540352242922', token: 'EAAGm0PX4ZCpsBA' }
  await core.gateway.messageLinks.attachNumber(await callerOf('shop'), number)
  const { own, made } = await create(world)
  expect(made.DeepLinkUrl).toBe(`https://wa.me/message/${made.QrdlCode}`)
  expect([...issuer.links]).toEqual([[made.QrdlCode, draft.PrefilledMessage]])
  const named = { PhoneNumber: shop, QrdlCode: made.QrdlCode }
  await call(own, 'UpdatePhoneMessageQrdl', { ...draft, ...named, PrefilledMessage: 'Spring' })
  expect([...issuer.links.values()]).toEqual(['Spring'])
  expect((await call(own, 'ListPhoneMessageQrdl', { PhoneNumber: shop })).body.Data).toMatchObject([
    { QrdlCode: made.QrdlCode, PrefilledMessage: 'Spring' },
  ])
  await core.gateway.messageLinks.detachNumber(await callerOf('shop'), shop)
  const gone = await call(own, 'UpdatePhoneMessageQrdl', { ...draft, ...named })
  expect([gone.status, gone.body.Code]).toEqual([400, 'Product.Unsubscript'])
})

describe('a parameter', () => {
  const everywhere = ['Create', 'Update', 'Delete', 'List'].map((verb) => `${verb}PhoneMessageQrdl`)

  test.each([
    ['PhoneNumber', everywhere],
    ['GenerateQrImage', everywhere.slice(0, 2)],
    ['PrefilledMessage', everywhere.slice(0, 2)],
    ['QrdlCode', everywhere.slice(1, 3)],
  ])('%s is named where it is missing or empty', async (name, names) => {
    const { key, call } = await startCams()
    const own = await key()
    const all = { ...draft, QrdlCode: 'ANED2T5QRU7HG1' }
    const without = Object.fromEntries(Object.entries(all).filter(([each]) => each !== name))
    for (const action of names)
      for (const form of [without, { ...all, [name]: '' }]) {
        const { status, body } = await call(own, action, form)
        expect([status, body.Code, body.Message], action).toEqual([
          400,
          'MissingParameter',
          `${name} is mandatory for this action.`,
        ])
      }
  })

  test.each([
    ['PhoneNumber', '+4915112345678'],
    ['PhoneNumber', '0151'],
    ['PhoneNumber', '49151x2345678'],
    ['PhoneNumber', '4'.repeat(16)],
    ['GenerateQrImage', 'png'],
    ['GenerateQrImage', 'PDF'],
    ['PrefilledMessage', 'x'.repeat(141)],
    ['PrefilledMessage', ' '],
    ['PrefilledMessage', 'a\u0000b'],
  ])('%s is not %j', async (name, value) => {
    const { key, call } = await startCams()
    const { status, body } = await call(await key(), 'CreatePhoneMessageQrdl', { ...draft, [name]: value })
    expect([status, body.Code]).toEqual([400, 'InvalidParameter'])
    expect(body.Message).toContain(`The specified parameter ${name} is not valid: `)
  })

  test.each(['x'.repeat(140), '👩‍👩‍👧‍👦'.repeat(40), 'é'.normalize('NFD').repeat(140)])(
    'PrefilledMessage has 140 characters as people count them: %s',
    async (text) => {
      const world = await startCams()
      expect((await create(world, { PrefilledMessage: text })).made.PrefilledMessage).toBe(text)
    },
  )

  test('that no page names is passed over', async () => {
    const world = await startCams()
    expect((await create(world, { OwnerId: '7', constructor: 'x', __proto__: 'y' })).made.PrefilledMessage).toBe(
      draft.PrefilledMessage,
    )
  })

  test('may stand in the query', async () => {
    const { key, call } = await startCams()
    const { body } = await call(await key(), 'CreatePhoneMessageQrdl', {}, { query: draft })
    expect(body.Code).toBe('OK')
  })
})
