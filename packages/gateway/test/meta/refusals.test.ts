import fc from 'fast-check'
import { expect, test } from 'vitest'
import { GatewayError } from '#gateway/core/errors/gateway-error.js'
import type { PhoneNumber } from '#gateway/core/ids.js'
import { mostLinksPerNumber } from '#gateway/core/message-links/message-link.js'
import { unreadableBodies } from '../dialects/unreadable-bodies.js'
import { newLink } from '../message-links/sample.js'
import { edge, graphError, key, number, phoneNumberId, startWorld, strangerKey } from './world.js'

const wrongToken = graphError({
  message: 'Invalid OAuth access token',
  type: 'OAuthException',
  code: 190,
  error_subcode: 463,
})
const codeNotFound = graphError({
  message: 'QR code not found',
  type: 'GraphMethodException',
  code: 803,
  error_user_title: 'QR Code Not Found',
  error_user_msg: "The QR code you're trying to access doesn't exist or has been deleted",
})
const numberNotFound = graphError({
  message: 'Phone number not found',
  type: 'GraphMethodException',
  code: 803,
  error_user_title: 'Phone Number Not Found',
  error_user_msg: expect.stringContaining('/api/v1/meta-numbers') as string,
})
const wrong = (message: string): Record<string, unknown> => graphError({ message, type: 'OAuthException', code: 100 })

test('a missing, wrong or revoked token is refused before anything is read', async () => {
  const { call, core, caller, keyWith } = await startWorld()
  const revoked = await keyWith(['admin'])
  for (const { id, name } of await core.gateway.access.listKeys(caller)) {
    if (name === 'narrow') await core.gateway.access.revokeKey(caller, id)
  }
  for (const authorization of ['', 'Bearer', 'Bearer nobody', `Basic ${key}`, key, `Bearer ${revoked}`])
    for (const path of [edge, `${edge}/ANED2T5QRU7HG1`, '/v25.0/nothing', `/v25.0/${phoneNumberId}/message_qrdls`]) {
      const answer = await call('POST', path, '{', { authorization })
      expect([answer.status, answer.body], `${authorization} ${path}`).toEqual([401, wrongToken])
    }
  for (const query of [
    'access_token=',
    'access_token=nobody',
    `access_token=${key}&access_token=${key}`,
    `token=${key}`,
  ]) {
    expect((await call('GET', `${edge}?${query}`, undefined, { authorization: '' })).status, query).toBe(401)
  }
})

test('a token is taken from the header, under either of its names, or from the address', async () => {
  const { call } = await startWorld()
  for (const authorization of [`Bearer ${key}`, `bearer  ${key}`, `OAuth ${key}`]) {
    expect((await call('GET', edge, undefined, { authorization })).status).toBe(200)
  }
  for (const authorization of ['', 'Basic abc']) {
    const noHeader = { authorization }
    expect((await call('GET', `${edge}?access_token=${key}`, undefined, noHeader)).status).toBe(200)
    const made = await call('POST', `${edge}?access_token=${key}`, { prefilled_message: 'Hello' }, noHeader)
    expect([made.status, made.body.access_token]).toEqual([200, undefined])
  }
})

test('a key without the scope is told what it may not do, in the words of each call', async () => {
  const { call, keyWith, make } = await startWorld()
  const { code } = await make()
  const withKey = async (scopes: Parameters<typeof keyWith>[0]) => ({
    authorization: `Bearer ${await keyWith(scopes)}`,
  })
  const denied = (verb: string) =>
    graphError({
      message: `Your app doesn't have permission to ${verb} QR codes for this phone number`,
      type: 'OAuthException',
      code: 200,
      error_subcode: 1349174,
      error_user_title: 'Permission Denied',
      error_user_msg: "Your app doesn't have permission to access this resource",
    })
  const none = await withKey(['messages:read'])
  const reader = await withKey(['message-links:read'])
  for (const [method, path, verb, headers] of [
    ['GET', edge, 'list', none],
    ['GET', `${edge}/${code}`, 'access', none],
    ['POST', edge, 'manage', reader],
    ['POST', `${edge}/${code}`, 'manage', reader],
    ['DELETE', `${edge}/${code}`, 'delete', reader],
  ] as const) {
    const body = method === 'POST' ? { prefilled_message: 'Bye' } : undefined
    const answer = await call(method, path, body, headers)
    expect([answer.status, answer.body], `${method} ${path}`).toEqual([403, denied(verb)])
  }
  expect((await call('GET', edge, undefined, reader)).status).toBe(200)
  const writer = await withKey(['message-links:write'])
  expect((await call('POST', edge, { prefilled_message: 'Hello' }, writer)).status).toBe(200)
})

test('what belongs to another workspace is not there, whatever is asked', async () => {
  const { call, make, links, caller } = await startWorld()
  const { code } = await make()
  await links.attachNumber(caller, { phone: number as PhoneNumber, phoneNumberId, token: 'EAAGm0PX4ZCpsBA' })
  const stranger = { authorization: `Bearer ${strangerKey}` }
  expect((await call('GET', edge, undefined, stranger)).body).toEqual({ data: [] })
  expect((await call('GET', `${edge}?code=${code}`, undefined, stranger)).body).toEqual({ data: [] })
  for (const [method, path, body] of [
    ['GET', `${edge}/${code}`, undefined],
    ['POST', `${edge}/${code}`, { prefilled_message: 'Bye' }],
    ['POST', edge, { code, prefilled_message: 'Bye' }],
    ['DELETE', `${edge}/${code}`, undefined],
  ] as const) {
    const foreign = await call(method, path, body, stranger)
    expect([foreign.status, foreign.body], method).toEqual([404, codeNotFound])
    const absent = await call(method, path.replace(code, 'AAAAAAAAAAAAA1'), body && { ...body, code: 'AAAAAAAAAAAAA1' })
    expect([absent.status, absent.body], method).toEqual([404, codeNotFound])
  }
  // Of ours, but of another number.
  expect((await call('GET', `/v25.0/4915100000000/message_qrdls/${code}`)).status).toBe(404)
  for (const [method, path] of [
    ['GET', ''],
    ['POST', ''],
    ['GET', `/${code}`],
    ['DELETE', `/${code}`],
  ] as const) {
    const body = method === 'POST' ? { prefilled_message: 'Hello' } : undefined
    const foreign = await call(method, `/v25.0/${phoneNumberId}/message_qrdls${path}`, body, stranger)
    expect([foreign.status, foreign.body]).toEqual([404, numberNotFound])
    const absent = await call(method, `/v25.0/106540352242923/message_qrdls${path}`, body)
    expect([absent.status, absent.body]).toEqual([404, numberNotFound])
  }
  expect(await links.byCode(caller, number as PhoneNumber, code)).toMatchObject({ text: 'Hello' })
})

test('what can be no number is not found', async () => {
  const { call } = await startWorld()
  for (const name of ['0', '0123456789', '12345', 'me', '+4915112345678', '1'.repeat(20), '١٢٣٤٥٦٧٨٩', '%00']) {
    const answer = await call('POST', `/v25.0/${name}/message_qrdls`, { prefilled_message: 'Hello' })
    expect([answer.status, answer.body], name).toEqual([404, numberNotFound])
  }
})

const badMessage = (why: string): string => `Invalid prefilled_message parameter. ${why}`
const tooLong = 'Invalid prefilled_message length. Maximum 140 characters allowed'
const missing = 'The parameter prefilled_message is required'
const badCode = 'Invalid QR code ID format. Expected 14-character alphanumeric string'
const badImage = 'Invalid generate_qr_image parameter. It must be PNG or SVG'

const unfitBodies: readonly (readonly [body: unknown, message: string])[] = [
  [undefined, missing],
  [{}, missing],
  [{ prefilled_message: null }, missing],
  [{ prefilled_message: '' }, missing],
  [{ prefilled_message: ' \r\n\t' }, missing],
  [{ Prefilled_Message: 'Hello' }, missing],
  [{ prefilled_message: 5 }, badMessage('It must be one text')],
  [{ prefilled_message: ['Hello'] }, badMessage('It must be one text')],
  [{ prefilled_message: 'x'.repeat(141) }, tooLong],
  [{ prefilled_message: '😀'.repeat(141) }, tooLong],
  [{ prefilled_message: 'a\u0007b' }, badMessage('The text contains control characters.')],
  [{ prefilled_message: 'Hello', generate_qr_image: 'JPG' }, badImage],
  [{ prefilled_message: 'Hello', generate_qr_image: '' }, badImage],
  [{ prefilled_message: 'Hello', generate_qr_image: true }, badImage],
  [{ prefilled_message: 'Hello', code: '' }, badCode],
  [{ prefilled_message: 'Hello', code: 'ABC' }, badCode],
  [{ prefilled_message: 'Hello', code: 12345678901234 }, badCode],
  [{ prefilled_message: 'Hello', code: '../../../../etc' }, badCode],
  [[], 'The body is no object'],
  ['"text"', 'The body is no object'],
]

test('a body that does not fit is refused by name, and nothing is made', async () => {
  const { call, page } = await startWorld()
  for (const [body, message] of unfitBodies) {
    const answer = await call('POST', edge, body)
    expect([answer.status, answer.body], JSON.stringify(body)).toEqual([400, wrong(message)])
  }
  expect(await page(edge)).toEqual({ data: [] })
})

test('an update says what a creation would, and of the code in the path', async () => {
  const { call, make } = await startWorld()
  const { code } = await make()
  for (const [path, body, message] of [
    [`/${code}`, {}, missing],
    [`/${code}`, { prefilled_message: 'x'.repeat(141) }, tooLong],
    [`/${code}`, { prefilled_message: 'x', generate_qr_image: 'GIF' }, badImage],
    [
      `/${code}`,
      { prefilled_message: 'x', code: 'ANED2T5QRU7HG1' },
      'Invalid code parameter. It must be the one in the path',
    ],
    ['/short', { prefilled_message: 'x' }, badCode],
    ['', { code }, missing],
  ] as const) {
    const answer = await call('POST', edge + path, body)
    expect([answer.status, answer.body]).toEqual([400, wrong(message)])
  }
  expect((await call('POST', `${edge}/${code}`, { prefilled_message: 'x', code: code.toLowerCase() })).status).toBe(200)
  for (const method of ['GET', 'DELETE']) {
    const answer = await call(method, `${edge}/not-a-code`)
    expect([answer.status, answer.body]).toEqual([400, wrong(badCode)])
  }
})

const badFields = 'Invalid fields parameter. Check field names and format specifications'
const badLimit = 'Invalid limit parameter. It must be a whole number from 1 to 25'
const notACursor = (name: string): string => `Invalid ${name} parameter. It must be a cursor of an earlier answer`

const unfitAddresses: readonly (readonly [query: string, message: string])[] = [
  ['fields=nothing', badFields],
  ['fields=code,Code', badFields],
  ['fields=qr_image_url.format(GIF)', badFields],
  ['fields=qr_image_url.format()', badFields],
  ['fields=qr_image_url.format(PNG', badFields],
  ['fields=code&fields=code', 'Invalid fields parameter. It is there more than once'],
  ['limit=0', badLimit],
  ['limit=26', badLimit],
  ['limit=-1', badLimit],
  ['limit=2.5', badLimit],
  ['limit=1e1', badLimit],
  ['limit=', badLimit],
  ['limit=5&limit=5', 'Invalid limit parameter. It is there more than once'],
  ['after=', notACursor('after')],
  ['after=abc', notACursor('after')],
  ['before=bGluayAtMQ', notACursor('before')],
  ['after=bGluayA1&before=bGluayA1', 'Invalid before parameter. It cannot be there together with after'],
  ['code=abc', badCode],
]

test('an address that does not fit is refused by name', async () => {
  const { call } = await startWorld()
  for (const [query, message] of unfitAddresses) {
    const answer = await call('GET', `${edge}?${query}`)
    expect([answer.status, answer.body], query).toEqual([400, wrong(message)])
  }
})

test('a body that cannot be read is refused in the envelope, never with a 5xx', async () => {
  const { call, page } = await startWorld()
  for (const [what, body] of Object.entries(unreadableBodies)) {
    const { status, body: answer, text } = await call('POST', edge, body)
    expect(status, what).toBe(what === 'more than a mebibyte' ? 413 : 400)
    expect(answer, what).toEqual(wrong((answer.error as { message: string }).message))
    expect(text).not.toMatch(/at .*\.js|\ufffd/)
  }
  const types = 'application/json, application/x-www-form-urlencoded or multipart/form-data'
  for (const [type, body, message] of [
    ['text/plain', 'x', `Invalid Content-Type header. It must be ${types}`],
    ['nonsense', 'x', `Invalid Content-Type header. It must be ${types}`],
    ['application/x-www-form-urlencoded', 'prefilled_message=%ff', badMessage('It is not UTF-8')],
    ['application/x-www-form-urlencoded', 'prefilled_message=%', badMessage('It is not UTF-8')],
    ['application/x-www-form-urlencoded', '%ff=1', 'Invalid body parameter. It is not UTF-8'],
    ['application/x-www-form-urlencoded', 'code=a&code=b', 'Invalid code parameter. It is there more than once'],
    ['application/x-www-form-urlencoded', '__proto__=1', missing],
    ['multipart/form-data', 'x', 'The body is not the form that its type says.'],
    ['multipart/form-data; boundary=x', 'no form', 'The body is not the form that its type says.'],
    [
      'multipart/form-data; boundary=x',
      '--x\r\nContent-Disposition: form-data; name="prefilled_message"; filename="a"\r\n\r\nHello\r\n--x--\r\n',
      badMessage('It is no file'),
    ],
  ] as const) {
    const answer = await call('POST', edge, body, { 'content-type': type })
    expect([answer.status, answer.body], `${type} ${body}`).toEqual([400, wrong(message)])
  }
  expect(await page(edge)).toEqual({ data: [] })
})

test('any address and body at all are answered in the envelope and below 500', async () => {
  const { call } = await startWorld()
  const types = ['application/json', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x']
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom('GET', 'POST', 'DELETE', 'PUT'),
      fc.oneof(
        fc.constant(edge),
        fc.webPath().map((path) => edge + path),
      ),
      fc.oneof(fc.webQueryParameters(), fc.constantFrom('limit=5', 'fields=code', 'prefilled_message=%00')),
      fc.oneof(
        fc.uint8Array({ minLength: 1, maxLength: 64 }),
        fc.json().map((json) => `{"prefilled_message":${json}}`),
        fc.webQueryParameters().map((form) => `prefilled_message=${form}`),
      ),
      fc.constantFrom(...types),
      async (method, path, query, body, type) => {
        const sent = method === 'GET' ? undefined : body
        const answer = await call(method, `${path}?${query}`, sent, { 'content-type': type })
        expect(answer.status).toBeLessThan(500)
        if (answer.status !== 200) expect(answer.body).toEqual(graphError(answer.body.error as Record<string, unknown>))
      },
    ),
    { numRuns: 200 },
  )
})

test('another verb and another path are refused in the envelope', async () => {
  const { call } = await startWorld()
  for (const [path, allow, verbs] of [
    [edge, 'GET, HEAD, POST', ['PUT', 'PATCH', 'DELETE', 'OPTIONS']],
    [`${edge}/`, 'GET, HEAD, POST', ['PUT', 'DELETE']],
    [`${edge}/ANED2T5QRU7HG1`, 'DELETE, GET, HEAD, POST', ['PUT', 'PATCH', 'OPTIONS']],
  ] as const)
    for (const verb of verbs) {
      const answer = await call(verb, path)
      const message = `Unsupported ${verb.toLowerCase()} request`
      const told = graphError({ message, type: 'GraphMethodException', code: 100 })
      expect([answer.status, answer.body]).toEqual([405, told])
      expect(answer.headers.get('allow')).toBe(allow)
    }
  const unknown = graphError({ message: 'Unknown path components', type: 'OAuthException', code: 2500 })
  for (const path of ['/v25.0', '/v25.0/', `/v25.0/${number}`, `/v25.0/${number}/messages`, `${edge}/A/B`])
    for (const verb of ['GET', 'POST', 'OPTIONS']) {
      const answer = await call(verb, path)
      expect([answer.status, answer.body], path).toEqual([404, unknown])
    }
  // Beside this vendor's paths the server answers for itself.
  for (const path of [
    '/v25/1/message_qrdls',
    '/25.0/1/message_qrdls',
    `/${number}/message_qrdls`,
    '/v1/message_qrdls',
  ]) {
    expect((await call('GET', path)).body, path).toMatchObject({ code: 'route-not-found' })
  }
})

test('the code after the last that a number may have is refused', async () => {
  const { call, database, caller } = await startWorld()
  const fill = Array.from({ length: mostLinksPerNumber }, () => newLink(caller.workspace, { network: 'whatsapp' }))
  await database.store.messageLinks.add(fill)
  const answer = await call('POST', edge, { prefilled_message: 'Hello' })
  const told = graphError({
    message: 'A phone number has at most 2000 QR codes and short links',
    type: 'OAuthException',
    code: 100,
    error_user_title: 'QR Code Limit Reached',
    error_user_msg: 'Delete some that are not needed any more.',
  })
  expect([answer.status, answer.body]).toEqual([400, told])
})

test('what Meta itself refuses is told in its words, and what may have been done is nothing to repeat', async () => {
  const { call, failNext } = await startWorld()
  const ask = () => call('POST', edge, { prefilled_message: 'Hello' })
  const refused = 'Meta: Invalid OAuth access token (status 401, code 190, subcode 463)'
  failNext(new GatewayError('issuer-refused', refused, { hint: 'Ask your administrator.' }))
  const answer = await ask()
  const titled = { error_user_title: 'Refused by Meta', error_user_msg: 'Ask your administrator.' }
  expect([answer.status, answer.body]).toEqual([
    400,
    graphError({ message: refused, type: 'OAuthException', code: 100, ...titled }),
  ])
  for (const effect of ['none', 'unknown'] as const) {
    failNext(new GatewayError('issuer-unreachable', 'Meta: it did not answer', { effect }))
    const away = { message: 'Meta cannot be reached', type: 'OAuthException', code: 2 }
    expect((await ask()).body).toEqual(graphError({ ...away, is_transient: effect === 'none' }))
  }
})

test('a fault of our own tells the caller nothing but a trace, which the log has, and the log no number or token', async () => {
  const { call, failNext, log } = await startWorld()
  failNext(new TypeError(`cannot read ${number}`))
  const answer = await call('GET', edge)
  const told = {
    message: 'An unexpected error occurred. Please retry your request',
    type: 'GraphMethodException',
    code: 2,
    is_transient: true,
  }
  expect([answer.status, answer.body]).toEqual([500, graphError(told)])
  const { fbtrace_id: trace } = answer.body.error as { fbtrace_id: string }
  const lines = log.filter((line) => line.includes('"level":50'))
  expect(lines).toHaveLength(1)
  expect(lines[0]).toContain(trace)
  expect(log.join('')).not.toContain(number)
})

test('no log line names a token, a number, a code or a text', async () => {
  const { call, make, log } = await startWorld()
  const { code } = await make('canary text')
  const noHeader = { authorization: '' }
  for (const token of [key, 'canary-token-of-nobody']) {
    const query = `access_token=${token}&prefilled_message=canary`
    await call('GET', `${edge}?${query}`, undefined, noHeader)
    await call('GET', `${edge}/${code}?${query}`, undefined, noHeader)
    await call('POST', `${edge}?${query}`, undefined, noHeader)
    await call('POST', `${edge}?${query}&generate_qr_image=canary`, '{', noHeader)
    await call('PUT', `${edge}?${query}`, undefined, noHeader)
    await call('GET', `/v25.0/canary/${number}?${query}`, undefined, noHeader)
    await call('DELETE', `${edge}/${code}?${query}`, undefined, noHeader)
    await call('GET', `${edge}?${query}`, undefined, { authorization: `Bearer ${token}` })
    // A path that cannot be decoded.
    await call('GET', `${edge}/%ff?${query}`, undefined, noHeader)
  }
  expect(log.join('')).toContain('message_qrdls')
  expect(log.join('')).not.toMatch(new RegExp(`${key}|canary|${number}|${code}`))
})
