import { describe, expect, test } from 'vitest'
import { actionNames } from '#gateway/dialects/cams/actions.js'
import { signAcs3 } from './signer.js'
import { shop, startCams } from './world.js'

const draft = { PhoneNumber: shop, GenerateQrImage: 'PNG', PrefilledMessage: 'Hello' }
const all = { ...draft, QrdlCode: 'ANED2T5QRU7HG1' }
const notOwned = { Code: 'Unknown.ResourceOwnerId', Message: 'The resource does not belong to the current user.' }

describe('an access key', () => {
  test('may do what it is permitted, and nothing else', async () => {
    const { key, call } = await startCams()
    for (const permitted of actionNames) {
      const own = await key('shop', { permissions: [`cams:${permitted}`] })
      for (const action of actionNames) {
        const { status, body } = await call(own, action, all)
        if (action === permitted) expect(body.Code).not.toBe('Ram.PermissionDeny')
        else expect([status, body.Code]).toEqual([400, 'Ram.PermissionDeny'])
      }
    }
  })

  test('that is revoked is told so, and one that never was is not found', async () => {
    const { core, key, callerOf, call } = await startCams()
    const own = await key()
    await core.gateway.accessKeys.revoke(await callerOf('shop'), own.record.id)
    const [revoked, unknown] = [
      await call(own, 'ListPhoneMessageQrdl', all),
      await call({ ...own, id: 'GWAK0' }, 'ListPhoneMessageQrdl', all),
    ]
    expect([revoked.status, revoked.body.Code]).toEqual([403, 'InvalidAccessKeyId.Inactive'])
    expect([unknown.status, unknown.body.Code]).toEqual([404, 'InvalidAccessKeyId.NotFound'])
  })

  test('of the sandbox is about the sandbox, and any other about WhatsApp', async () => {
    const { key, call } = await startCams()
    const [real, rehearsed] = [await key(), await key('shop', { network: 'sandbox' })]
    for (const own of [real, rehearsed]) await call(own, 'CreatePhoneMessageQrdl', draft)
    const codes = []
    for (const own of [real, rehearsed]) {
      const { body } = await call(own, 'ListPhoneMessageQrdl', { PhoneNumber: shop })
      codes.push((body.Data as { QrdlCode: string }[]).map(({ QrdlCode }) => QrdlCode))
    }
    expect(codes.map((list) => list.length)).toEqual([1, 1])
    const foreign = { ...draft, QrdlCode: codes[1]?.[0] ?? '' }
    expect((await call(real, 'DeletePhoneMessageQrdl', foreign)).body).toMatchObject(notOwned)
    expect((await call(rehearsed, 'DeletePhoneMessageQrdl', foreign)).body.Code).toBe('OK')
  })
})

describe("what is somebody else's", () => {
  test('link is answered exactly like one that is not there', async () => {
    const { key, call } = await startCams()
    const [own, stranger] = [await key(), await key('other')]
    const made = await call(stranger, 'CreatePhoneMessageQrdl', draft)
    const { QrdlCode } = made.body.Data as { QrdlCode: string }
    for (const action of ['UpdatePhoneMessageQrdl', 'DeletePhoneMessageQrdl'])
      for (const code of [QrdlCode, 'ANED2T5QRU7HG1', 'x', '../..', 'é'.repeat(100)]) {
        const { status, body } = await call(own, action, { ...draft, QrdlCode: code })
        expect([status, body]).toMatchObject([400, notOwned])
      }
    expect((await call(own, 'ListPhoneMessageQrdl', { PhoneNumber: shop })).body.Data).toEqual([])
    expect((await call(stranger, 'ListPhoneMessageQrdl', { PhoneNumber: shop })).body.Data).toHaveLength(1)
  })

  test('code is not found under another number of the same workspace', async () => {
    const { key, call } = await startCams()
    const own = await key()
    const made = await call(own, 'CreatePhoneMessageQrdl', draft)
    const { QrdlCode } = made.body.Data as { QrdlCode: string }
    const elsewhere = { ...draft, PhoneNumber: '4915100000000', QrdlCode }
    expect((await call(own, 'DeletePhoneMessageQrdl', elsewhere)).body).toMatchObject(notOwned)
  })

  test('number is refused in every action, until the workspace has linked it as well', async () => {
    const { key, call } = await startCams({
      linked: [
        { workspace: 'other', phone: shop },
        { workspace: 'both', phone: shop },
      ],
    })
    for (const action of actionNames)
      expect((await call(await key(), action, all)).body, action).toMatchObject(notOwned)
    for (const workspace of ['other', 'both'])
      expect((await call(await key(workspace), 'ListPhoneMessageQrdl', all)).body.Code).toBe('OK')
    const rehearsed = await key('shop', { network: 'sandbox' })
    expect((await call(rehearsed, 'ListPhoneMessageQrdl', all)).body.Code).toBe('OK')
  })

  test('space is refused exactly like one that is not there', async () => {
    const { core, key, callerOf, call } = await startCams({
      linked: [
        { workspace: 'shop', phone: shop },
        { workspace: 'shop', phone: '4915100000000' },
        { workspace: 'other', phone: '4915100000001' },
      ],
    })
    const [own, elsewhere] = await core.gateway.instances.list(await callerOf('shop'), { limit: 2 })
    const [theirs] = await core.gateway.instances.list(await callerOf('other'), { limit: 1 })
    if (!own || !elsewhere || !theirs) throw new Error('three instances are linked')
    const shopKey = await key()
    const code = async (CustSpaceId: string) =>
      (await call(shopKey, 'ListPhoneMessageQrdl', { PhoneNumber: shop, CustSpaceId })).body.Code
    for (const space of [own.id, own.id.toUpperCase(), String(own.serial), ''])
      expect(await code(space), space).toBe('OK')
    // The last three are the workspace's own without the number, somebody else's, and nobody's.
    for (const instance of [elsewhere, theirs])
      for (const space of [instance.id, String(instance.serial)]) expect(await code(space)).toBe(notOwned.Code)
    for (const space of ['cams-kei1234', '0', '9999999999', '99999999999', '-1', 'x'.repeat(500)])
      expect(await code(space), space).toBe(notOwned.Code)
  })
})

describe('the limit of five calls a second', () => {
  const list = { action: 'ListPhoneMessageQrdl', form: { PhoneNumber: shop } }

  test('is one of each access key and action, and passes with the second', async () => {
    const { host, clock, key, send } = await startCams()
    const [own, other] = [await key(), await key()]
    const code = async (as = own, action = list.action) =>
      (await send(signAcs3(as, host, { ...list, action, at: clock.now() }))).body.Code
    for (let i = 0; i < 5; i++) {
      expect(await code()).toBe('OK')
      clock.advance(100)
    }
    expect(await code()).toBe('System.LimitControl')
    expect(await code(other)).toBe('OK')
    expect(await code(own, 'DeletePhoneMessageQrdl')).toBe('MissingParameter')
    // The first has had its second now, the others not yet.
    clock.advance(500)
    expect([await code(), await code()]).toEqual(['OK', 'System.LimitControl'])
  })

  test('tells when to come again', async () => {
    const { host, clock, key, send } = await startCams()
    const own = await key()
    const answers = []
    for (let i = 0; i < 6; i++) answers.push(await send(signAcs3(own, host, { ...list, at: clock.now() })))
    expect(answers[5]?.status).toBe(400)
    expect(answers[5]?.head).toMatch(/^retry-after: 1\r?$/m)
  })

  test('counts nobody who has not signed, and no request twice', async () => {
    const { host, clock, key, send } = await startCams()
    const own = await key()
    const signed = signAcs3(own, host, { ...list, at: clock.now() })
    const forged = signAcs3({ ...own, secret: 'wrong' }, host, { ...list, at: clock.now() })
    expect((await send(signed)).body.Code).toBe('OK')
    for (let i = 0; i < 10; i++) {
      expect((await send(forged)).body.Code).toBe('SignatureDoesNotMatch')
      expect((await send(signed)).body.Code).toBe('SignatureNonceUsed')
    }
    for (let i = 0; i < 4; i++)
      expect((await send(signAcs3(own, host, { ...list, at: clock.now() }))).body.Code).toBe('OK')
  })
})
