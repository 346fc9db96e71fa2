import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { type ErrorCode, errorCodes, GatewayError } from '#gateway/core/errors/gateway-error.js'
import { faces, refusals } from '#gateway/dialects/cams/errors.js'
import { type Ask, signAcs3, signRpc } from './signer.js'
import { publicUrl, shop, startCams } from './world.js'

type Told = readonly [http: number, code: string]

const notOwned: Told = [400, 'Unknown.ResourceOwnerId']
const notSubscribed: Told = [400, 'Product.Unsubscript']
const denied: Told = [400, 'OperationDenied']
const away: Told = [503, 'ServiceUnavailable']

/** A code without its row does not compile. */
const told: Record<ErrorCode, Told> = {
  'bad-request': [400, 'InvalidParameter'],
  'body-too-large': [413, 'RequestBodyTooLarge'],
  unauthorized: [400, 'SignatureDoesNotMatch'],
  forbidden: notSubscribed,
  'route-not-found': [404, 'InvalidAction.NotFound'],
  'method-not-allowed': [405, 'UnsupportedHTTPMethod'],
  'instance-not-found': notOwned,
  'key-not-found': notOwned,
  'access-key-not-found': notOwned,
  'message-not-found': notOwned,
  'phone-not-found': notOwned,
  'attempt-not-found': notOwned,
  'link-page-not-found': notOwned,
  'subscription-not-found': notOwned,
  'event-not-found': notOwned,
  'chat-not-found': notOwned,
  'contact-not-found': notOwned,
  'group-not-found': notOwned,
  'media-not-found': notOwned,
  'message-link-not-found': notOwned,
  'link-import-not-found': notOwned,
  'meta-number-not-found': notSubscribed,
  'already-linked': denied,
  'not-linked': denied,
  'instance-busy': denied,
  'instance-banned': denied,
  'instance-restricted': denied,
  'storage-error': away,
  'storage-full': away,
  'stale-owner': away,
  'wrong-account': denied,
  'link-expired': denied,
  'link-cancelled': denied,
  'link-abandoned': denied,
  'link-interrupted': denied,
  'whatsapp-unreachable': away,
  'whatsapp-refused': denied,
  'client-outdated': denied,
  'recipient-not-found': denied,
  'content-too-large': denied,
  'file-unreachable': denied,
  'media-unavailable': denied,
  'not-in-group': denied,
  'not-group-admin': denied,
  'message-expired': denied,
  'message-cancelled': denied,
  'number-taken': denied,
  'message-links-full': [400, 'QuotaExceeded'],
  'issuer-refused': [400, 'OperationDenied.Meta'],
  'issuer-unreachable': away,
  'sandbox-refused': denied,
  'sandbox-off': notSubscribed,
  'not-supported': notSubscribed,
  'rate-limited': [400, 'System.LimitControl'],
  'send-timed-out': away,
  'internal-error': [500, 'InternalError'],
}

test("whatever the core refuses for has its answer, in the shape of the vendor's failures", async () => {
  let refusal: Error | undefined
  const { key, call, log } = await startCams({
    disguise: (gateway) => ({
      ...gateway,
      instances: Object.assign(Object.create(gateway.instances) as typeof gateway.instances, {
        isElsewhere: () => Promise.reject(refusal ?? new Error('nothing is staged')),
      }),
    }),
  })
  const own = await key()
  const ask = async (error: Error) => {
    refusal = error
    return call(own, 'ListPhoneMessageQrdl', { PhoneNumber: shop })
  }
  for (const code of errorCodes) {
    const { status, body } = await ask(new GatewayError(code, 'What happened.'))
    expect([status, body.Code], code).toEqual(told[code])
    expect(Object.keys(body)).toEqual(['RequestId', 'HostId', 'Code', 'Message', 'Recommend'])
    expect(body).toMatchObject({ HostId: 'links.shop.example', Recommend: `${publicUrl}/docs/errors#${code}` })
    expect(body.Message).not.toContain('What happened')
  }
  const { status, text } = await ask(new TypeError('cannot read 4915112345678'))
  expect([status, text.includes('4915112345678')]).toEqual([500, false])
  expect(log.filter((line) => line.includes('"level":50'))).toHaveLength(2)
})

test('the documentation has a row for every code, and none for any other', () => {
  const page = readFileSync(new URL('../../../../docs/cams.md', import.meta.url), 'utf8')
  const rows = [...page.matchAll(/^\| `([A-Z]\w+(?:\.\w+)?)` \| (\d+)/gm)].map(([, code, http]) => `${code} ${http}`)
  const own = Object.entries(refusals).map(([code, [http]]) => `${code} ${http}`)
  const core = Object.values(faces).map(({ code, http }) => `${code} ${http}`)
  expect([...rows].sort()).toEqual([...new Set([...own, ...core])].sort())
})

describe('before an action is reached', () => {
  const list: Omit<Ask, 'at'> = { action: 'ListPhoneMessageQrdl', form: { PhoneNumber: shop } }

  test.each([
    ['no action', { action: '' }, [400, 'MissingParameter', 'Action is mandatory for this action.']],
    ['an action that there is not', { action: 'GetPhoneMessageQrdl' }, [404, 'InvalidAction.NotFound']],
    ['an action of Object', { action: 'constructor' }, [404, 'InvalidAction.NotFound']],
    ['another version', { version: '2020-06-07' }, [400, 'InvalidVersion']],
    ['no version', { version: '' }, [400, 'MissingParameter', 'Version is mandatory for this action.']],
    ['no nonce', { nonce: '' }, [400, 'MissingParameter']],
  ] as const)('%s', async (_, more, [http, code, message]) => {
    const { host, clock, key, send } = await startCams()
    const own = await key()
    for (const sign of [signAcs3, signRpc]) {
      const { status, body } = await send(sign(own, host, { ...list, ...more, at: clock.now() }))
      expect([status, body.Code]).toEqual([http, code])
      if (message !== undefined) expect(body.Message).toBe(message)
    }
  })

  test('nothing that is signed', async () => {
    const { host, send } = await startCams()
    for (const path of ['/', '/?Action=ListPhoneMessageQrdl&Version=2020-06-06']) {
      const { status, body } = await send({ method: 'POST', path, headers: { host }, body: '' })
      expect([status, body.Code]).toEqual([400, 'MissingParameter'])
    }
  })

  test.each([
    ['IncompleteSignature', 'ACS3-HMAC-SHA256'],
    ['IncompleteSignature', 'ACS3-HMAC-SHA256 Credential=a,SignedHeaders=host'],
    ['IncompleteSignature', 'ACS3-HMAC-SHA256 Credential=a,Credential=a,SignedHeaders=host,Signature=b'],
    ['IncompleteSignature', 'ACS3-HMAC-SHA256 Credential=a,SignedHeaders=host;host,Signature=b'],
    ['IncompleteSignature', 'ACS3-HMAC-SHA256 Credential=a,SignedHeaders=,Signature=b'],
    ['IncompleteSignature', 'ACS3-HMAC-SHA256 Credential=,SignedHeaders=host,Signature=b'],
    ['IncompleteSignature', 'ACS3-HMAC-SM3 Credential=a,SignedHeaders=host,Signature=b'],
    ['IncompleteSignature', 'Bearer x'],
    ['IncompleteSignature', ''],
  ])('%s: an Authorization of "%s"', async (code, authorization) => {
    const { host, clock, key, send } = await startCams()
    const signed = signAcs3(await key(), host, { ...list, at: clock.now() })
    const { status, body } = await send({ ...signed, headers: { ...signed.headers, authorization } })
    expect([status, body.Code]).toEqual([400, code])
  })

  test.each([
    ['SignatureMethod=HMAC-SHA1', 'SignatureMethod=HMAC-SHA256', 'IncompleteSignature'],
    ['SignatureVersion=1.0', 'SignatureVersion=2.0', 'IncompleteSignature'],
    ['SignatureMethod=HMAC-SHA1&', '', 'MissingParameter'],
    [/AccessKeyId=\w+&/, '', 'MissingParameter'],
    [/&Timestamp=[^&]+/, '', 'MissingParameter'],
  ])('a form with %s replaced by "%s": %s', async (what, by, code) => {
    const { host, clock, key, send } = await startCams()
    const signed = signRpc(await key(), host, { ...list, at: clock.now() })
    const body = signed.body.replace(what, by)
    expect(body).not.toBe(signed.body)
    expect((await send({ ...signed, body })).body.Code).toBe(code)
  })

  test('a time that is none, with a good signature and with a bad one', async () => {
    const { host, key, send } = await startCams()
    const own = await key()
    const at = { toISOString: () => 'yesterday' } as Date
    for (const sign of [signAcs3, signRpc]) {
      expect((await send(sign(own, host, { ...list, at }))).body.Code).toBe('InvalidTimeStamp.Format')
      const forged = sign({ ...own, secret: 'x' }, host, { ...list, at })
      expect((await send(forged)).body.Code).toBe('SignatureDoesNotMatch')
    }
  })

  test.each(['application/json', 'text/plain', 'multipart/form-data; boundary=x', 'nonsense'])(
    'a body that is %s',
    async (contentType) => {
      const { host, clock, key, send } = await startCams()
      const { status, body } = await send(signAcs3(await key(), host, { ...list, contentType, at: clock.now() }))
      expect([status, body.Code]).toEqual([415, 'UnsupportedMediaType'])
    },
  )

  test('a body that is too large, and one that is not text', async () => {
    const { host, clock, key, send } = await startCams()
    const own = await key()
    const form = { PhoneNumber: shop, Note: 'x'.repeat(64 * 1024) }
    const large = await send(signAcs3(own, host, { ...list, form, at: clock.now() }))
    expect([large.status, large.body.Code]).toEqual([413, 'RequestBodyTooLarge'])
    const signed = signAcs3(own, host, { ...list, at: clock.now() })
    for (const body of ['a=%ff', 'a=%', '%'])
      expect((await send({ ...signed, body })).body.Code).toBe('InvalidParameter')
  })

  test('another method', async () => {
    const { host, clock, key, send } = await startCams()
    const signed = signAcs3(await key(), host, { ...list, at: clock.now() })
    const { status, head, body } = await send({ ...signed, method: 'PUT' })
    expect([status, body.Code]).toEqual([405, 'UnsupportedHTTPMethod'])
    expect(head).toMatch(/^allow: GET, HEAD, POST\r?$/m)
  })
})
