import { describe, expect, test } from 'vitest'
import { signAcs3, signerNames, signers, signRpc, type Ask } from './signer.js'
import { bytesOf, shop, startCams } from './world.js'

const form = { PhoneNumber: shop, GenerateQrImage: 'PNG', PrefilledMessage: "Hello wörld! (it's) *~ +&=" }
const create = { action: 'CreatePhoneMessageQrdl', form }
const notSigned = ['content-length', 'connection', 'HTTP/1.1']

/** Where each byte that means something is: the method and address, the signed headers, the body. */
function signedPlaces(bytes: Uint8Array, headersToo: boolean): number[] {
  const text = Buffer.from(bytes).toString('latin1')
  const head = text.indexOf('\r\n\r\n')
  const places: number[] = []
  let at = 0
  for (const line of text.slice(0, head).split('\r\n')) {
    const end = at === 0 ? line.indexOf(' HTTP/1.1') : line.length
    const counts = at === 0 || (headersToo && !notSigned.some((name) => line.startsWith(name)))
    if (counts) for (let i = 0; i < end; i++) places.push(at + i)
    at += line.length + 2
  }
  for (let i = head + 4; i < text.length; i++) places.push(i)
  return places
}

const variants: readonly (readonly [string, (typeof signers)[keyof typeof signers], Partial<Ask>])[] = [
  ['ACS3-HMAC-SHA256, in the form', signAcs3, {}],
  ['ACS3-HMAC-SHA256, in the query', signAcs3, { form: {}, query: form }],
  ['HMAC-SHA1, in the form', signRpc, {}],
  ['HMAC-SHA1, in the query', signRpc, { method: 'GET' }],
  ['HMAC-SHA1, in both', signRpc, { form: {}, query: form }],
]

test.each(variants)(
  '%s: with any one byte changed it is refused, and as it was it is accepted',
  async (_, sign, more) => {
    const { core, host, clock, key, callerOf, sendBytes } = await startCams()
    const bytes = bytesOf(sign(await key(), host, { ...create, ...more, at: clock.now() }))
    const places = signedPlaces(bytes, sign === signAcs3)
    expect(places.length).toBeGreaterThan(200)
    for (let at = 0; at < places.length; at += 20) {
      const answers = await Promise.all(
        places.slice(at, at + 20).map((place) => {
          const changed = Uint8Array.from(bytes)
          changed[place] = (bytes[place] ?? 0) ^ 1
          return sendBytes(changed)
        }),
      )
      for (const { status, text } of answers) {
        // Without its action a GET is that of a browser.
        if (!text.startsWith('<!doctype html>')) expect([400, 403, 404, 405, 415]).toContain(status)
      }
    }
    const query = { phone: shop, limit: 10 }
    expect((await core.gateway.messageLinks.list(await callerOf('shop'), query)).items).toEqual([])
    expect((await sendBytes(bytes)).status).toBe(200)
  },
)

describe('a request is refused', () => {
  test.each(['host', 'content-type', 'x-acs-action', 'x-acs-version', 'x-acs-trace-id'])(
    'whose header %s is not signed',
    async (name) => {
      const { host, clock, key, send } = await startCams()
      const headers = { 'x-acs-trace-id': '1' }
      const signed = signAcs3(await key(), host, { ...create, headers, at: clock.now() })
      const [, list = ''] = /SignedHeaders=([^,]+)/.exec(signed.headers.authorization ?? '') ?? []
      const shorter = list.split(';').filter((one) => one !== name)
      const authorization = (signed.headers.authorization ?? '').replace(list, shorter.join(';'))
      const { body } = await send({ ...signed, headers: { ...signed.headers, authorization } })
      expect(body).toMatchObject({ Code: 'IncompleteSignature', Message: `The header ${name} is not signed.` })
    },
  )

  test('that has a header which was added after it was signed', async () => {
    const { host, clock, key, send } = await startCams()
    const signed = signAcs3(await key(), host, { ...create, at: clock.now() })
    const { body } = await send({ ...signed, headers: { ...signed.headers, 'x-acs-security-token': 'x' } })
    expect(body.Code).toBe('IncompleteSignature')
  })

  test.each(['host', 'content-type', 'authorization', 'x-acs-action', 'x-acs-date'])(
    'that has its header %s twice',
    async (name) => {
      const { host, clock, key, send } = await startCams()
      const signed = signAcs3(await key(), host, { ...create, at: clock.now() })
      const twice = { ...signed.headers, [name.toUpperCase()]: signed.headers[name] ?? '' }
      const { status, body } = await send({ ...signed, headers: twice })
      expect(status).toBe(400)
      // Node itself refuses a second Host, before anybody here is asked.
      if (name !== 'host') expect(body.Message).toBe(`The header ${name} is given more than once.`)
    },
  )

  test('that signs any other header which comes twice', async () => {
    const { host, clock, key, send } = await startCams()
    const own = await key()
    const signed = (nonce: string) =>
      signAcs3(own, host, { ...create, nonce, headers: { accept: 'application/json' }, at: clock.now() })
    expect((await send(signed('1'))).body.Code).toBe('OK')
    const { headers, ...rest } = signed('2')
    expect((await send({ ...rest, headers: { ...headers, Accept: 'text/html' } })).body.Code).toBe(
      'IncompleteSignature',
    )
  })

  test.each([
    ['twice in the form', (body: string) => `${body}&PhoneNumber=${shop}`, '/'],
    ['twice in the query', (body: string) => body, '/?Tag=1&Tag=1'],
    ['in the query and in the form', (body: string) => body, `/?PhoneNumber=${shop}`],
  ])('that has a parameter %s', async (_, change, path) => {
    const { host, clock, key, send } = await startCams()
    const signed = signRpc(await key(), host, { ...create, at: clock.now() })
    const { body } = await send({ ...signed, path, body: change(signed.body) })
    expect(body).toMatchObject({ Code: 'InvalidParameter', Message: 'A parameter is given more than once.' })
  })

  test('whose unsigned header asks for something else than what is signed', async () => {
    const { host, clock, key, send } = await startCams()
    const list = { action: 'ListPhoneMessageQrdl', form: { PhoneNumber: shop }, at: clock.now() }
    const signed = signRpc(await key(), host, list)
    const as = (action: string) => send({ ...signed, headers: { ...signed.headers, 'x-acs-action': action } })
    expect((await as('DeletePhoneMessageQrdl')).body.Code).toBe('InvalidParameter')
    expect((await as('ListPhoneMessageQrdl')).body.Code).toBe('OK')
  })

  test('that is signed in both ways', async () => {
    const { host, clock, key, send } = await startCams()
    const [own, at] = [await key(), clock.now()]
    const [one, other] = [signAcs3(own, host, { ...create, at }), signRpc(own, host, { ...create, at })]
    const { body } = await send({ ...other, headers: one.headers })
    expect(body.Code).toBe('IncompleteSignature')
  })

  test('whose body is not the one of its digest', async () => {
    const { host, clock, key, send } = await startCams()
    const signed = signAcs3(await key(), host, { ...create, at: clock.now() })
    const body = signed.body.replace(shop, '4915100000000')
    expect((await send({ ...signed, body })).body.Code).toBe('SignatureDoesNotMatch')
  })
})

test.each(signerNames)('%s: what a client leaves unquoted in its URL is signed as if it were not', async (name) => {
  const { host, clock, key, send } = await startCams()
  const ask = { action: 'ListPhoneMessageQrdl', query: { PhoneNumber: shop, Note: "!'()*~ " }, at: clock.now() }
  const signed = signers[name](await key(), host, ask)
  const path = signed.path.replaceAll(/%2[1789A]/g, decodeURIComponent).replaceAll('%20', '+')
  expect(path).not.toBe(signed.path)
  expect((await send({ ...signed, path })).body.Code).toBe('OK')
})

test('a body may come in chunks, without a length', async () => {
  const { host, clock, key, sendBytes } = await startCams()
  const { headers, body } = signAcs3(await key(), host, { ...create, at: clock.now() })
  const lines = Object.entries({ ...headers, 'transfer-encoding': 'chunked', connection: 'close' })
  const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')
  const chunks = body.match(/.{1,17}/gs)?.map((chunk) => `${chunk.length.toString(16)}\r\n${chunk}\r\n`) ?? []
  const answer = await sendBytes(Buffer.from(`POST / HTTP/1.1\r\n${head}\r\n${chunks.join('')}0\r\n\r\n`))
  expect(answer.text).toContain('"Code":"OK"')
})
