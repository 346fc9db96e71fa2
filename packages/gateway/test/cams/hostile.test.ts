import fc from 'fast-check'
import { expect, test } from 'vitest'
import { actionNames } from '#gateway/dialects/cams/actions.js'
import { signAcs3 } from './signer.js'
import { bytesOf, shop, startCams } from './world.js'

const runs = { numRuns: 150 }
const text = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.constantFrom('', '0', '-1', '1e9', "';--", '../..', '\u0000', '\u202e', 'null', '[object Object]', '__proto__'),
)

test('whatever signed parameters say, they are answered and never a fault of ours', async () => {
  const { key, call, log } = await startCams()
  const own = await key()
  const form = fc.record(
    {
      PhoneNumber: fc.oneof(fc.constant(shop), text),
      GenerateQrImage: fc.oneof(fc.constantFrom('PNG', 'SVG'), text),
      PrefilledMessage: text,
      QrdlCode: text,
      CustSpaceId: text,
    },
    { requiredKeys: [] },
  )
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...actionNames), form, async (action, fields) => {
      const { status, body } = await call(own, action, fields)
      expect([200, 400]).toContain(status)
      expect(body.Code).toBeTypeOf('string')
    }),
    runs,
  )
  expect(log.filter((line) => line.includes('"level":50'))).toEqual([])
})

test('whatever stands in a query, a form or an Authorization, it is refused and never a fault of ours', async () => {
  const { host, clock, key, sendBytes, log } = await startCams()
  const signed = signAcs3(await key(), host, { action: 'ListPhoneMessageQrdl', at: clock.now() })
  const line = fc.string({ unit: fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCharCode(code)) })
  const scheme = fc.constantFrom('', 'ACS3-HMAC-SHA256 ', 'ACS3-HMAC-SHA256 Credential=a,SignedHeaders=host,')
  const query = line.map((one) => one.replaceAll(/[ #]/g, '%'))
  await fc.assert(
    fc.asyncProperty(fc.tuple(scheme, line), query, line, async ([start, end], search, body) => {
      const authorization = start + end
      const headers = { ...signed.headers, authorization }
      const { status } = await sendBytes(bytesOf({ method: 'POST', path: `/?${search}`, headers, body }))
      expect(status).toBeGreaterThanOrEqual(400)
      expect(status).toBeLessThan(500)
    }),
    runs,
  )
  expect(log.filter((one) => one.includes('"level":50'))).toEqual([])
})
