import { describe, expect, test } from 'vitest'
import { signatureWindow } from '#gateway/core/access/signed-request.js'
import { signerNames, signers } from './signer.js'
import { shop, startCams } from './world.js'

const list = { action: 'ListPhoneMessageQrdl', form: { PhoneNumber: shop }, nonce: 'n-1' }

describe.each(signerNames)('%s: a request', (name) => {
  const sign = signers[name]

  test('that was accepted is not accepted again, whatever else is sent meanwhile', async () => {
    const { host, clock, key, send } = await startCams()
    const own = await key()
    const signed = sign(own, host, { ...list, at: clock.now() })
    expect((await send(signed)).body.Code).toBe('OK')
    const other = sign(own, host, { ...list, nonce: 'n-2', at: clock.now() })
    expect((await send(other)).body.Code).toBe('OK')
    const again = await send(signed)
    expect([again.status, again.body.Code]).toEqual([400, 'SignatureNonceUsed'])
  })

  test('that is sent 100 times at once is accepted once', async () => {
    const { host, clock, key, send } = await startCams()
    const signed = sign(await key(), host, { ...list, at: clock.now() })
    const answers = await Promise.all(Array.from({ length: 100 }, () => send(signed)))
    const codes = answers.map(({ body }) => body.Code)
    expect(codes.filter((code) => code === 'OK')).toHaveLength(1)
    expect(codes.filter((code) => code === 'SignatureNonceUsed')).toHaveLength(99)
  })

  test('that was accepted before a restart is not accepted after it', async () => {
    const { host, clock, key, send, restart } = await startCams()
    const signed = sign(await key(), host, { ...list, at: clock.now() })
    expect((await send(signed)).body.Code).toBe('OK')
    const after = await restart()
    // Signed for the port before: what is signed in the newer way names it.
    expect((await after.send(signed)).body.Code).toBe('SignatureNonceUsed')
  })

  test('is accepted up to fifteen minutes away, either way, and not beyond', async () => {
    const { host, clock, key, send } = await startCams()
    const own = await key()
    const code = async (away: number) => {
      const at = new Date(clock.now().getTime() + away)
      return (await send(sign(own, host, { ...list, nonce: `${away}`, at }))).body.Code
    }
    expect(await code(-signatureWindow)).toBe('OK')
    expect(await code(signatureWindow)).toBe('OK')
    expect(await code(-signatureWindow - 1000)).toBe('InvalidTimeStamp.Expired')
    expect(await code(signatureWindow + 1000)).toBe('InvalidTimeStamp.Expired')
  })

  test('with a wrong secret uses up no nonce, and learns nothing of the time', async () => {
    const { host, clock, key, send } = await startCams()
    const own = await key()
    const wrong = { ...own, secret: 'wrong' }
    const code = async (as: typeof own, at = clock.now()) => (await send(sign(as, host, { ...list, at }))).body.Code
    expect(await code(wrong)).toBe('SignatureDoesNotMatch')
    expect(await code(wrong, new Date(0))).toBe('SignatureDoesNotMatch')
    expect(await code(own)).toBe('OK')
    expect(await code(wrong)).toBe('SignatureDoesNotMatch')
  })
})

test('a nonce that was used with one signature is used for the other', async () => {
  const { host, clock, key, send } = await startCams()
  const own = await key()
  const codes = []
  for (const name of signerNames) {
    codes.push((await send(signers[name](own, host, { ...list, at: clock.now() }))).body.Code)
  }
  expect(codes).toEqual(['OK', 'SignatureNonceUsed'])
})

test('each access key has its own nonces', async () => {
  const { host, clock, key, send } = await startCams()
  for (const own of [await key(), await key()]) {
    const signed = signers['HMAC-SHA1'](own, host, { ...list, at: clock.now() })
    expect((await send(signed)).body.Code).toBe('OK')
  }
})
