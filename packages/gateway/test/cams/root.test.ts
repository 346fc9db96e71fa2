import { expect, test } from 'vitest'
import { signerNames, signers } from './signer.js'
import { shop, startCams } from './world.js'

test('a browser that opens the address of the gateway finds the page for people', async () => {
  const { url } = await startCams()
  for (const path of ['/', '/?utm_source=%zz', '/?action=x', '/?Signature=x', '/?Version=2020-06-06']) {
    const response = await fetch(url + path)
    expect([response.status, response.headers.get('content-type')], path).toEqual([200, 'text/html; charset=utf-8'])
    expect(await response.text()).toContain('<h1>Gangway</h1>')
  }
  expect((await fetch(url, { method: 'HEAD' })).status).toBe(200)
})

test.each(signerNames)('%s: an action may be asked for with GET', async (name) => {
  const { host, clock, key, send } = await startCams()
  const ask = { method: 'GET', action: 'ListPhoneMessageQrdl', query: { PhoneNumber: shop }, at: clock.now() } as const
  expect((await send(signers[name](await key(), host, ask))).body).toMatchObject({ Code: 'OK', Data: [] })
})

test('no action is done for who asks for the head of its answer', async () => {
  const { host, clock, key, send } = await startCams()
  const ask = { method: 'GET', action: 'ListPhoneMessageQrdl', query: { PhoneNumber: shop }, at: clock.now() } as const
  const { head } = await send({ ...signers['HMAC-SHA1'](await key(), host, ask), method: 'HEAD' })
  expect(head).toMatch(/^content-type: text\/html/im)
})

test('neither secrets nor signatures, numbers, texts or codes are in the log or in a failure', async () => {
  const { host, clock, key, call, send, log, core, callerOf } = await startCams()
  const own = await key()
  const form = { PhoneNumber: shop, GenerateQrImage: 'PNG', PrefilledMessage: 'canary of a text' }
  const made = await call(own, 'CreatePhoneMessageQrdl', form)
  const { QrdlCode } = made.body.Data as { QrdlCode: string }
  const canaries = [own.secret, own.id, shop, form.PrefilledMessage, QrdlCode, 'canary-of-a-nonce']
  const failures = []
  for (const name of signerNames) {
    const ask = { action: 'CreatePhoneMessageQrdl', form, nonce: 'canary-of-a-nonce', at: clock.now() }
    const signed = signers[name](own, host, ask)
    const Signature = /Signature=([^&,]+)/.exec(signed.headers.authorization ?? signed.body)?.[1]
    canaries.push(Signature ?? '')
    for (let i = 0; i < 2; i++) failures.push(await send(signed))
    failures.push(await send(signers[name]({ ...own, secret: 'x' }, host, ask)))
    failures.push(await send({ ...signed, body: `${signed.body}&PhoneNumber=1` }))
  }
  await core.gateway.accessKeys.revoke(await callerOf('shop'), own.record.id)
  failures.push(await call(own, 'CreatePhoneMessageQrdl', form))
  const refused = failures.filter(({ status }) => status !== 200)
  expect(refused.length).toBeGreaterThanOrEqual(8)
  await expect.poll(() => log.filter((line) => line.includes('"msg":"request"')).length).toBe(failures.length + 1)
  for (const canary of canaries) {
    expect(canary).not.toBe('')
    expect(log.join('')).not.toContain(canary)
    expect(refused.map(({ text }) => text).join('')).not.toContain(canary)
  }
})
