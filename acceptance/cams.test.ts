import { createRequire } from 'node:module'
import { join } from 'node:path'
import type Cams from '@alicloud/cams20200606'
import type OpenApi from '@alicloud/openapi-client'
import PopCore from '@alicloud/pop-core'
import { DatabaseSync } from '@photostructure/sqlite'
import { describe, expect, test } from 'vitest'
import { decode } from '../packages/gateway/test/qr/decoder.js'
import { startWorld, type World } from './world.js'

const require = createRequire(import.meta.url)
/** CommonJS with a default beside its other exports, which loaders take for different things. */
const cams = require('@alicloud/cams20200606') as typeof Cams
const openApi = require('@alicloud/openapi-client') as typeof OpenApi

/** How the vendor's client is told to sign: in the newer way unless told. */
const algorithms = [undefined, 'v2'] as const
type Algorithm = (typeof algorithms)[number]

interface Key {
  readonly accessKeyId: string
  readonly accessKeySecret: string
}

interface Qrdl {
  readonly QrdlCode: string
  readonly DeepLinkUrl: string
}

/** Says the time and the nonce in place of the client. */
interface Said {
  readonly at?: string
  readonly nonce?: string
}

async function newKey({ api }: World, permissions = ['cams:*']): Promise<Key> {
  return api.ok<Key & Record<string, unknown>>('POST', '/access-keys', { name: 'Campaigns', permissions })
}

/** The vendor's client of CAMS, and nothing of it changed but where it calls. */
function clientOf({ gateway }: World, { accessKeyId, accessKeySecret }: Key, algorithm: Algorithm, said: Said = {}) {
  const { at, nonce } = said
  const spoken = {
    headers: { ...(at && { 'x-acs-date': at }), ...(nonce && { 'x-acs-signature-nonce': nonce }) },
    queries: { ...(at && { Timestamp: at }), ...(nonce && { SignatureNonce: nonce }) },
  }
  const config = new openApi.Config({
    accessKeyId,
    accessKeySecret,
    endpoint: new URL(gateway.url).host,
    protocol: 'http',
    ...(algorithm && { signatureAlgorithm: algorithm }),
    globalParameters: new openApi.GlobalParameters(
      algorithm === 'v2' ? { queries: spoken.queries } : { headers: spoken.headers },
    ),
  })
  return new cams.default(config)
}

/** What the client throws when it is refused. */
interface Thrown {
  readonly code: string
  readonly statusCode: number
  readonly data: Record<string, unknown>
}

async function refusal(call: Promise<unknown>): Promise<Thrown> {
  const error: unknown = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (error === undefined) throw new Error('the call was not refused')
  return error as Thrown
}

const phoneNumber = '4915112345678'
const draft = { phoneNumber, generateQrImage: 'PNG', prefilledMessage: "Hello wörld! (it's) *~ +&=" }
const list = (number = phoneNumber) => new cams.ListPhoneMessageQrdlRequest({ phoneNumber: number })
const create = (more: object = {}) => new cams.CreatePhoneMessageQrdlRequest({ ...draft, ...more })

describe.each(algorithms)("the vendor's own client of CAMS, signing in the way '%s'", (algorithm) => {
  test('makes, changes, lists and deletes a QR code that leads where it should', async () => {
    const world = await startWorld()
    const client = clientOf(world, await newKey(world), algorithm)

    const { statusCode, body: created } = await client.createPhoneMessageQrdl(create())
    expect(statusCode).toBe(200)
    expect(created).toMatchObject({ code: 'OK', message: 'None' })
    expect(created?.requestId).toMatch(/^[0-9A-F-]{36}$/)
    const data = created?.data
    expect(data).toMatchObject({ phoneNumber, generateQrImage: 'PNG', prefilledMessage: draft.prefilledMessage })
    const picture = Buffer.from(await (await fetch(data?.qrImageUrl ?? '')).arrayBuffer())
    expect((await decode(picture))?.text).toBe(data?.deepLinkUrl)
    const target = (await fetch(data?.deepLinkUrl ?? '', { redirect: 'manual' })).headers.get('location') ?? ''
    expect(new URL(target).searchParams.get('text')).toContain(draft.prefilledMessage)

    const named = { phoneNumber, qrdlCode: data?.qrdlCode ?? '' }
    const change = { ...draft, ...named, prefilledMessage: 'Spring', generateQrImage: 'SVG' }
    const { body: updated } = await client.updatePhoneMessageQrdl(new cams.UpdatePhoneMessageQrdlRequest(change))
    expect(updated?.data).toMatchObject({ ...named, deepLinkUrl: data?.deepLinkUrl, prefilledMessage: 'Spring' })
    expect((await fetch(updated?.data?.qrImageUrl ?? '')).headers.get('content-type')).toContain('image/svg+xml')

    const { body: listed } = await client.listPhoneMessageQrdl(list())
    expect(listed?.data).toHaveLength(1)
    expect(listed?.data?.[0]).toMatchObject({ ...named, prefilledMessage: 'Spring' })

    const { body: deleted } = await client.deletePhoneMessageQrdl(new cams.DeletePhoneMessageQrdlRequest(named))
    expect(deleted?.code).toBe('OK')
    expect((await client.listPhoneMessageQrdl(list())).body?.data).toEqual([])
    expect((await fetch(data?.deepLinkUrl ?? '', { redirect: 'manual' })).status).toBe(404)
  })

  test('is told of a wrong secret, a key of nobody, a stale date, a nonce that was used and what it may not', async () => {
    const world = await startWorld()
    const key = await newKey(world)
    const code = async (as: Key, said: Said = {}) => {
      const { code, statusCode, data } = await refusal(
        clientOf(world, as, algorithm, said).listPhoneMessageQrdl(list()),
      )
      expect(data).toMatchObject({ HostId: new URL(world.gateway.url).host, Code: code })
      expect(Object.keys(data)).toEqual(expect.arrayContaining(['RequestId', 'Message', 'Recommend']))
      return [statusCode, code]
    }
    expect(await code({ ...key, accessKeySecret: 'wrong' })).toEqual([400, 'SignatureDoesNotMatch'])
    expect(await code({ ...key, accessKeyId: 'GWAK0' })).toEqual([404, 'InvalidAccessKeyId.NotFound'])
    expect(await code(key, { at: '2026-03-01T12:00:00Z' })).toEqual([400, 'InvalidTimeStamp.Expired'])
    expect(await code(key, { at: 'yesterday' })).toEqual([400, 'InvalidTimeStamp.Format'])
    const once = clientOf(world, key, algorithm, { nonce: 'used-once' })
    expect((await once.listPhoneMessageQrdl(list())).body?.code).toBe('OK')
    expect(await code(key, { nonce: 'used-once' })).toEqual([400, 'SignatureNonceUsed'])
    await world.gateway.kill()
    await world.gateway.start()
    expect(await code(key, { nonce: 'used-once' })).toEqual([400, 'SignatureNonceUsed'])
    const narrow = await newKey(world, ['cams:CreatePhoneMessageQrdl'])
    expect(await code(narrow)).toEqual([400, 'Ram.PermissionDeny'])
    for (const { accessKeySecret } of [key, narrow]) expect(world.gateway.output).not.toContain(accessKeySecret)
  })

  test('is stopped when it calls more than five times a second', async () => {
    const world = await startWorld()
    const client = clientOf(world, await newKey(world), algorithm)
    // So many that also a slow machine is asked more than five of them in some second.
    const calls = Array.from({ length: 40 }, () => client.listPhoneMessageQrdl(list()))
    const results = await Promise.allSettled(calls)
    const refused = results.filter((one) => one.status === 'rejected').map(({ reason }) => reason as Thrown)
    expect(results.length - refused.length).toBeGreaterThanOrEqual(5)
    expect(refused.length).toBeGreaterThan(0)
    for (const { code, statusCode } of refused) expect([statusCode, code]).toEqual([400, 'System.LimitControl'])
  })

  test('is refused what another customer has', async () => {
    const world = await startWorld()
    const { instance, phone } = await world.linked()
    const client = clientOf(world, await newKey(world), algorithm)
    expect((await client.createPhoneMessageQrdl(create({ phoneNumber: phone.number }))).body?.code).toBe('OK')
    await world.gateway.stop()
    const database = new DatabaseSync(join(world.gateway.dataDir, 'gangway.db'))
    database.exec(`insert into workspaces (id, name) values ('other', 'other')`)
    database.prepare(`update instances set workspace = 'other' where id = ?`).run(instance.id)
    database.close()
    await world.gateway.start()
    const number = await refusal(client.createPhoneMessageQrdl(create({ phoneNumber: phone.number })))
    const space = await refusal(client.createPhoneMessageQrdl(create({ custSpaceId: instance.id })))
    const absent = await refusal(client.createPhoneMessageQrdl(create({ custSpaceId: 'cams-kei1234' })))
    const code = await refusal(
      client.deletePhoneMessageQrdl(
        new cams.DeletePhoneMessageQrdlRequest({ phoneNumber, qrdlCode: 'ANED2T5QRU7HG1' }),
      ),
    )
    for (const { code: told, statusCode, data } of [number, space, absent, code])
      expect([statusCode, told, data.Message]).toEqual([
        400,
        'Unknown.ResourceOwnerId',
        'The resource does not belong to the current user.',
      ])
  })
})

test.each(['GET', 'POST'])("the vendor's older client, by %s, does the same", async (method) => {
  const world = await startWorld()
  const { accessKeyId, accessKeySecret } = await newKey(world)
  const as = (secret: string) =>
    new PopCore({ accessKeyId, accessKeySecret: secret, endpoint: world.gateway.url, apiVersion: '2020-06-06' })
  const call = async (action: string, more: object = {}) => {
    const wish = { PhoneNumber: phoneNumber, ...more }
    return as(accessKeySecret).request<{ Code: string; Data: unknown }>(action, wish, { method })
  }
  const fields = { GenerateQrImage: 'PNG', PrefilledMessage: draft.prefilledMessage }
  const made = await call('CreatePhoneMessageQrdl', fields)
  expect(made.Code).toBe('OK')
  const { QrdlCode, DeepLinkUrl } = made.Data as Qrdl
  const changed = await call('UpdatePhoneMessageQrdl', { ...fields, PrefilledMessage: 'Spring', QrdlCode })
  expect(changed.Data).toMatchObject({ QrdlCode, PrefilledMessage: 'Spring', DeepLinkUrl })
  expect((await call('ListPhoneMessageQrdl')).Data).toMatchObject([{ QrdlCode }])
  expect((await call('DeletePhoneMessageQrdl', { QrdlCode })).Code).toBe('OK')
  expect((await call('ListPhoneMessageQrdl')).Data).toEqual([])
  const wrong = as('wrong').request('ListPhoneMessageQrdl', { PhoneNumber: phoneNumber }, { method })
  expect(await refusal(wrong)).toMatchObject({ code: 'SignatureDoesNotMatch' })
})

test('a browser that opens the address still finds the page for people', async () => {
  const { gateway } = await startWorld()
  expect(await (await fetch(gateway.url)).text()).toContain('<h1>Gangway</h1>')
})
