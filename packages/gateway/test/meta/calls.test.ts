import { expect, test } from 'vitest'
import { decode } from '../qr/decoder.js'
import { publicUrl } from '../message-links/world.js'
import { edge, key, number, phoneNumberId, startWorld, type Page, type QrCode } from './world.js'

const cyberMonday = 'Show me Cyber Monday deals!'

test('a code is created, listed, read, updated in place and deleted', async () => {
  const { call, links, page } = await startWorld()
  const made = await call('POST', edge, { prefilled_message: cyberMonday, generate_qr_image: 'SVG' })
  const { code } = made.body as unknown as QrCode
  expect(code).toMatch(/^[A-Z2-7]{13}1$/)
  const told = { code, prefilled_message: cyberMonday, deep_link_url: `${publicUrl}/l/${code}` }
  expect([made.status, made.body]).toEqual([200, { ...told, qr_image_url: `${publicUrl}/l/${code}.svg?v=1` }])
  expect(made.headers.get('cache-control')).toBe('no-store')
  expect((await links.openPicture(code, 'SVG')).version).toBe(1)
  expect(await decode((await links.openPicture(code, 'PNG')).bytes)).toMatchObject({ text: told.deep_link_url })

  expect((await page(edge)).data).toEqual([told])
  expect((await call('GET', `${edge}/${code}`)).body).toEqual({ data: [told] })

  const updated = await call('POST', edge, { code, prefilled_message: 'Bye' })
  expect([updated.status, updated.body]).toEqual([200, { ...told, prefilled_message: 'Bye' }])
  const again = await call('POST', `${edge}/${code}`, { prefilled_message: 'Hi', generate_qr_image: 'PNG' })
  expect(again.body).toEqual({ ...told, prefilled_message: 'Hi', qr_image_url: `${publicUrl}/l/${code}.png?v=3` })
  expect(new URL((await links.open(code, null)).target?.web ?? '').searchParams.get('text')).toMatch(/^Hi/)

  const deleted = await call('DELETE', `${edge}/${code}`)
  expect([deleted.status, deleted.body]).toEqual([200, { success: true }])
  expect((await call('GET', `${edge}/${code}`)).status).toBe(404)
  expect(await page(edge)).toEqual({ data: [] })
})

/** One wish in each way that Graph takes parameters. */
const form = new FormData()
form.set('prefilled_message', 'Grüße & 你好 👩‍👩‍👧‍👦 +1%\n2')
form.set('generate_qr_image', 'PNG')
const wish = Object.fromEntries(form) as Record<string, string>
const encoded = new URLSearchParams(wish).toString()
const ways: Readonly<Record<string, { query?: string; body?: string | FormData; type?: string }>> = {
  JSON: { body: JSON.stringify(wish), type: 'application/json' },
  'JSON with a charset': { body: JSON.stringify(wish), type: 'application/json; charset=utf-8' },
  'a form': { body: encoded, type: 'application/x-www-form-urlencoded' },
  'a form whose bytes are not escaped': {
    body: `prefilled_message=${wish.prefilled_message?.replaceAll(/[%&+]/g, encodeURIComponent)}&generate_qr_image=PNG`,
    type: 'application/x-www-form-urlencoded;charset=UTF-8',
  },
  'a form of parts': { body: form },
  'the address alone': { query: `?${encoded}` },
  'the address, with an empty form': { query: `?${encoded}`, body: '', type: 'application/x-www-form-urlencoded' },
  'the body before the address': {
    query: '?prefilled_message=other&generate_qr_image=SVG',
    body: JSON.stringify(wish),
    type: 'application/json',
  },
}

test.each(Object.entries(ways))('parameters are taken from %s', async (_, { query = '', body, type }) => {
  const { url, links } = await startWorld()
  const response = await fetch(`${url}${edge}${query}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, ...(type !== undefined && { 'content-type': type }) },
    ...(body !== undefined && { body }),
  })
  const made = (await response.json()) as QrCode
  // A form of parts carries its line ends as its own standard has them.
  expect([response.status, made.prefilled_message]).toEqual([200, wish.prefilled_message])
  expect(made.qr_image_url).toMatch(/\.png\?v=1$/)
  const { target } = await links.open(made.code, null)
  expect(target?.web).toContain(`https://wa.me/${number}?text=${encodeURIComponent(made.prefilled_message)}`)
})

test('what is asked for besides the usual fields is told, and the usual ones always', async () => {
  const { call, make, page } = await startWorld()
  const { code, ...rest } = await make()
  const usual = { code, ...rest }
  const [png, svg] = ['png', 'svg'].map((ending) => `${publicUrl}/l/${code}.${ending}?v=1`)
  const asked: readonly (readonly [fields: string, told: object])[] = [
    ['', usual],
    ['code', usual],
    ['code,prefilled_message,deep_link_url', usual],
    ['code,creation_time', usual],
    ['code,prefilled_message,qr_image_url.format(SVG)', { ...usual, qr_image_url: svg }],
    ['qr_image_url.format(PNG)', { ...usual, qr_image_url: png }],
    [' code , qr_image_url.format(png) ', { ...usual, qr_image_url: png }],
    ['qr_image_url', { ...usual, qr_image_url: png }],
    ['qr_image_url.format(SVG),qr_image_url', { ...usual, qr_image_url: svg }],
  ]
  for (const [fields, told] of asked) {
    const query = `fields=${encodeURIComponent(fields)}`
    expect((await page(`${edge}?${query}`)).data, fields).toEqual([told])
    expect((await call('GET', `${edge}/${code}?${query}`)).body, fields).toEqual({ data: [told] })
  }
})

test('a list is filtered by a code, which need not be there', async () => {
  const { make, page } = await startWorld()
  const first = await make('one')
  await make('two')
  expect((await page(`${edge}?code=${first.code.toLowerCase()}`)).data).toEqual([first])
  const { paging } = await page(`${edge}?code=${first.code}&limit=1`)
  expect(Object.keys(paging ?? {})).toEqual(['cursors'])
  expect(await page(`${edge}?code=AAAAAAAAAAAAA1`)).toEqual({ data: [] })
})

test('a number at Meta is named by its id there or by its digits, and its codes are made there', async () => {
  const { call, links, caller, issuer, page } = await startWorld()
  await links.attachNumber(caller, { phone: number as never, phoneNumberId, token: 'EAAGm0PX4ZCpsBA' })
  const atMeta = `/v23.0/${phoneNumberId}/message_qrdls`
  const made = await call('POST', atMeta, { prefilled_message: 'Hello', generate_qr_image: 'PNG' })
  const { code } = made.body as unknown as QrCode
  expect(made.body).toEqual({
    code,
    prefilled_message: 'Hello',
    deep_link_url: `https://wa.me/message/${code}`,
    qr_image_url: `${publicUrl}/l/${code}.png?v=1`,
  })
  expect([...issuer.links]).toEqual([[code, 'Hello']])
  expect(await page(edge)).toMatchObject({ data: [{ code }] })
  expect((await call('POST', atMeta, { code, prefilled_message: 'Bye' })).body).toMatchObject({ code })
  expect(issuer.links.get(code as never)).toBe('Bye')
  expect((await call('DELETE', `${edge}/${code}`)).body).toEqual({ success: true })
  expect(issuer.links.size).toBe(0)
})

test('a workspace that wants another code after a change of text has its way here too', async () => {
  const { call, links, caller, make } = await startWorld()
  await links.setSettings(caller, { rotateOnUpdate: true })
  const { code } = await make()
  const changed = (await call('POST', edge, { code, prefilled_message: 'Bye' })).body as unknown as QrCode
  expect(changed.code).not.toBe(code)
  expect((await call('GET', `${edge}/${code}`)).status).toBe(404)
  expect((await call('GET', `${edge}/${changed.code}`)).status).toBe(200)
})

test('140 characters are as many code points, with line ends as they are kept', async () => {
  const { call } = await startWorld()
  for (const text of ['x'.repeat(140), '😀'.repeat(140), '你'.repeat(140), `${'x'.repeat(138)}\r\ny`]) {
    const answer = await call('POST', edge, { prefilled_message: text })
    expect([answer.status, answer.body.prefilled_message]).toEqual([200, text.replace('\r', '')])
  }
})

test('a test key makes, sees and changes what is in the sandbox', async () => {
  const { call, keyWith, make, links, caller } = await startWorld()
  const ours = await make()
  const authorization = `Bearer ${await keyWith(['message-links:read', 'message-links:write'], 'sandbox')}`
  const made = await call('POST', edge, { prefilled_message: 'Hello' }, { authorization })
  const { code } = made.body as unknown as QrCode
  const seen = (await call('GET', edge, undefined, { authorization })).body as unknown as Page
  expect(seen.data.map((one) => one.code)).toEqual([code])
  expect((await call('GET', `${edge}/${ours.code}`, undefined, { authorization })).status).toBe(404)
  expect(await links.byCode(caller, number as never, code)).toMatchObject({ network: 'sandbox' })
})

test('any version is answered alike, and HEAD as GET without its body', async () => {
  const { call, make, page } = await startWorld()
  const made = await make()
  for (const version of ['v2.0', 'v16.0', 'v23.0', 'v25.0', 'v101.12']) {
    expect((await page(`/${version}/${number}/message_qrdls/`)).data).toEqual([made])
  }
  const head = await call('HEAD', edge)
  expect([head.status, head.text]).toEqual([200, ''])
})
