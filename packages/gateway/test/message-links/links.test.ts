import sharp from 'sharp'
import { expect, test } from 'vitest'
import type { Caller } from '#gateway/core/access/access.js'
import { GatewayError } from '#gateway/core/errors/gateway-error.js'
import type { PhoneNumber } from '#gateway/core/ids.js'
import { draftOf } from '#gateway/core/message-links/link-mark.js'
import type { MessageLink } from '#gateway/core/message-links/message-link.js'
import type { NewMessageLink } from '#gateway/core/message-links/message-links.js'
import { decode } from '../qr/decoder.js'
import { phone } from './sample.js'
import { noonClock, publicUrl, startLinks } from './world.js'

const wish = (more: Partial<NewMessageLink> = {}): NewMessageLink => ({ phone, text: 'Hello', ...more })
const gone = { code: 'message-link-not-found' }

async function opened() {
  const world = await startLinks(noonClock())
  const caller = await world.callerOf('shop')
  const make = (more: Partial<NewMessageLink> = {}): Promise<MessageLink> => world.links.create(caller, wish(more))
  return { ...world, caller, make }
}

test('a link has an address of this gateway and leads to its number with its text', async () => {
  const { links, make } = await opened()
  const link = await make({ text: 'Ein Tisch für 2, bitte & danke?', reference: 'none' })
  expect(link.url).toBe(`${publicUrl}/l/${link.code}`)
  expect(link.imageUrl).toEqual({
    PNG: `${publicUrl}/l/${link.code}.png?v=1`,
    SVG: `${publicUrl}/l/${link.code}.svg?v=1`,
  })
  const { target } = await links.open(link.code, null)
  expect(target).toEqual({
    web: `https://wa.me/${phone}?text=Ein%20Tisch%20f%C3%BCr%202%2C%20bitte%20%26%20danke%3F`,
    app: `whatsapp://send?phone=${phone}&text=Ein%20Tisch%20f%C3%BCr%202%2C%20bitte%20%26%20danke%3F`,
  })
  expect(await decode((await links.openPicture(link.code, 'PNG')).bytes)).toMatchObject({ text: link.url })
})

test('the draft carries the reference that the link is set to, the workspace’s unless told', async () => {
  const { links, caller, make } = await opened()
  const textOf = async ({ code }: MessageLink) =>
    new URL((await links.open(code, null)).target?.web ?? '').searchParams.get('text')
  const hidden = await make()
  expect(await textOf(hidden)).toBe(draftOf('Hello', 'marker', hidden.mark))
  await links.setSettings(caller, { reference: 'code' })
  const shown = await make()
  expect(await textOf(shown)).toBe(`Hello (#${shown.mark})`)
  expect(await textOf(await make({ reference: 'text' }))).toBe('Hello')
})

test('a change keeps the code and what is printed, and takes effect at once', async () => {
  const { links, caller, make } = await opened()
  const link = await make({ reference: 'none' })
  await links.open(link.code, null)
  const changed = await links.edit(caller, link.id, { text: 'Bye' })
  expect(changed).toMatchObject({ code: link.code, url: link.url, text: 'Bye', version: 2 })
  expect(changed.imageUrl.PNG).toMatch(/\?v=2$/)
  expect((await links.open(link.code, null)).target?.web).toBe(`https://wa.me/${phone}?text=Bye`)
})

test('a code is rotated when that is asked for, or set for changes of the text; the one before is nobody’s', async () => {
  const { links, caller, make } = await opened()
  const link = await make()
  const rotated = await links.edit(caller, link.id, { rotateCode: true })
  expect(rotated.code).not.toBe(link.code)
  await expect(links.open(link.code, null)).rejects.toMatchObject(gone)
  await links.setSettings(caller, { rotateOnUpdate: true })
  expect((await links.edit(caller, link.id, { name: 'Door' })).code).toBe(rotated.code)
  expect((await links.edit(caller, link.id, { text: 'Bye', rotateCode: false })).code).toBe(rotated.code)
  expect((await links.edit(caller, link.id, { text: 'Again' })).code).not.toBe(rotated.code)
})

test('a link that is disabled or has expired leads nowhere, keeps its image, and shows its own words', async () => {
  const { links, caller, make, clock } = await opened()
  const fallback = { title: 'Closed', text: 'Come back in spring' }
  const link = await make({ expiresAt: new Date(clock.now().getTime() + 1000), fallback })
  expect((await links.open(link.code, null)).target).not.toBeNull()
  clock.advance(1000)
  expect(await links.open(link.code, null)).toEqual({ code: link.code, fallback, target: null })
  await links.edit(caller, link.id, { expiresAt: null })
  expect((await links.open(link.code, null)).target).not.toBeNull()
  await links.edit(caller, link.id, { enabled: false })
  expect((await links.open(link.code, null)).target).toBeNull()
  expect((await links.openPicture(link.code, 'SVG')).version).toBe(3)
})

test('deleting kills the link and its image at once', async () => {
  const { links, caller, make } = await opened()
  const link = await make()
  await links.open(link.code, null)
  await links.openPicture(link.code, 'PNG')
  await links.remove(caller, link.id)
  await expect(links.open(link.code, null)).rejects.toMatchObject(gone)
  await expect(links.openPicture(link.code, 'PNG')).rejects.toMatchObject(gone)
  await expect(links.get(caller, link.id)).rejects.toMatchObject(gone)
  await expect(links.remove(caller, link.id)).rejects.toMatchObject(gone)
})

test('pages of a list go both ways and say whether there is more', async () => {
  const { links, caller, make } = await opened()
  for (let i = 0; i < 5; i++) await make({ name: `${i}` })
  const page = async (query: { after?: number; before?: number; phone?: PhoneNumber }) => {
    const { items, hasOlder, hasNewer } = await links.list(caller, { ...query, limit: 2 })
    return [items.map(({ name }) => name).join(), hasOlder, hasNewer]
  }
  expect(await page({})).toEqual(['4,3', true, false])
  expect(await page({ after: 4 })).toEqual(['2,1', true, true])
  expect(await page({ after: 2 })).toEqual(['0', false, true])
  expect(await page({ before: 1 })).toEqual(['2,1', true, true])
  expect(await page({ before: 3 })).toEqual(['4,3', true, false])
  expect(await page({ phone: '4915100000000' as PhoneNumber })).toEqual(['', false, false])
})

test('what belongs to another workspace or network is not there, whatever is asked', async () => {
  const { links, callerOf, make } = await opened()
  const link = await make()
  const stranger = await callerOf('bar')
  const tester = await callerOf('shop', { network: 'sandbox' })
  for (const other of [stranger, tester]) {
    await expect(links.get(other, link.id)).rejects.toMatchObject(gone)
    await expect(links.byCode(other, phone, link.code)).rejects.toMatchObject(gone)
    await expect(links.edit(other, link.id, { enabled: false })).rejects.toMatchObject(gone)
    await expect(links.remove(other, link.id)).rejects.toMatchObject(gone)
    await expect(links.picture(other, link.id, { type: 'PNG' })).rejects.toMatchObject(gone)
    const span = { from: new Date(0), to: new Date(1), by: 'hour' } as const
    await expect(links.statistics(other, link.id, span)).rejects.toMatchObject(gone)
    expect((await links.list(other, { limit: 9 })).items).toEqual([])
  }
  expect((await links.create(tester, wish())).network).toBe('sandbox')
  const forbidden = { code: 'forbidden' }
  await expect(links.create(tester, wish({ network: 'whatsapp' }))).rejects.toMatchObject(forbidden)
  await expect(links.setSettings(tester, {})).rejects.toMatchObject(forbidden)
  const reader = await callerOf('shop', { scopes: ['message-links:read'] })
  expect((await links.get(reader, link.id)).id).toBe(link.id)
  await expect(links.edit(reader, link.id, {})).rejects.toMatchObject(forbidden)
  const sender = await callerOf('shop', { scopes: ['messages:write', 'instances:read'] })
  await expect(links.get(sender, link.id)).rejects.toMatchObject(forbidden)
})

test('a vendor names a link by its number and code', async () => {
  const { links, caller, make } = await opened()
  const link = await make()
  expect((await links.byCode(caller, phone, link.code)).id).toBe(link.id)
  await expect(links.byCode(caller, '4915100000000' as PhoneNumber, link.code)).rejects.toMatchObject(gone)
  await expect(links.byCode(caller, phone, '../x')).rejects.toMatchObject(gone)
  const only = { phone, code: link.code, limit: 9 }
  await make()
  expect((await links.list(caller, only)).items.map(({ id }) => id)).toEqual([link.id])
  expect((await links.list(caller, { ...only, phone: '4915100000000' as PhoneNumber })).items).toEqual([])
})

test.each([
  ['phone', { phone: '0491511' as PhoneNumber }],
  ['phone', { phone: '49/evil.example' as PhoneNumber }],
  ['phone', { phone: '4915112345678@evil.example' as PhoneNumber }],
  ['text', { text: '' }],
  ['name', { name: 'x'.repeat(101) }],
  ['tags', { tags: Array.from({ length: 21 }, (_, i) => `${i}`) }],
  ['tags', { tags: ['a\nb\u0000'] }],
  ['expiresAt', { expiresAt: new Date(NaN) }],
  ['fallback.text', { fallback: { title: 'x', text: '' } }],
  ['style.size', { style: { size: 100_000 } }],
  ['style.margin', { style: { margin: 0 } }],
  ['style.dark', { style: { dark: '#eeeeee' } }],
  ['style.light', { style: { light: 'url(#x)' } }],
  ['logo', { logo: Buffer.from('<svg/>') }],
] as [string, Partial<NewMessageLink>][])('a wrong %s is named, and nothing is made', async (field, more) => {
  const { links, caller, make } = await opened()
  await expect(make(more)).rejects.toMatchObject({ code: 'bad-request', field })
  expect((await links.list(caller, { limit: 1 })).items).toEqual([])
})

test('a picture may be drawn in another style, and its tag is that of its bytes', async () => {
  const { links, caller, make } = await opened()
  const logo = await sharp({ create: { width: 64, height: 64, channels: 3, background: '#25d366' } })
    .png()
    .toBuffer()
  const link = await make({ logo })
  expect(link.hasLogo).toBe(true)
  const usual = await links.picture(caller, link.id, { type: 'PNG' })
  const small = await links.picture(caller, link.id, { type: 'PNG', style: { size: 200, dark: '#075E54' } })
  expect(small.tag).not.toBe(usual.tag)
  expect((await links.picture(caller, link.id, { type: 'PNG' })).tag).toBe(usual.tag)
  for (const { bytes } of [usual, small]) expect(await decode(bytes)).toMatchObject({ text: link.url, level: 'H' })
  const pdf = await links.picture(caller, link.id, { type: 'PDF' })
  expect(Buffer.from(pdf.bytes).toString('latin1', 0, 5)).toBe('%PDF-')
  await links.edit(caller, link.id, { logo: null })
  expect((await links.picture(caller, link.id, { type: 'PNG' })).tag).not.toBe(usual.tag)
})

test('many links are made in the background, each row by itself, and a restart goes on', async () => {
  const world = await opened()
  const { links, caller, restart } = world
  const rows = Array.from({ length: 250 }, (_, i) => ({
    row: i + 2,
    wish: { phone, text: i === 7 ? '' : `Table ${i}`, tags: ['tables'] },
  }))
  const begun = await links.startImport(caller, rows)
  expect(begun).toMatchObject({ state: 'running', total: 250, made: 0 })
  const again = await restart()
  await expect.poll(() => again.links.getImport(caller, begun.id)).toMatchObject({ state: 'done', made: 249 })
  const done = await again.links.getImport(caller, begun.id)
  expect(done.failures).toEqual([{ row: 9, why: 'text: A text says something.' }])
  expect((await again.links.list(caller, { tag: 'tables', limit: 500 })).items).toHaveLength(249)
  const stranger = await again.callerOf('bar')
  await expect(again.links.getImport(stranger, begun.id)).rejects.toMatchObject({ code: 'link-import-not-found' })
})

test('an import that finds no more room makes what fits and says so of the rest', async () => {
  const { links, caller, database } = await opened()
  const rows = (count: number) => Array.from({ length: count }, (_, i) => ({ row: i + 2, wish: { phone, text: 'x' } }))
  const full = await links.startImport(caller, rows(1995))
  await expect.poll(() => links.getImport(caller, full.id)).toMatchObject({ state: 'done', made: 1995 })
  const { id } = await links.startImport(caller, rows(8))
  await expect.poll(() => links.getImport(caller, id)).toMatchObject({ state: 'done', made: 5 })
  expect((await links.getImport(caller, id)).failures.map(({ row }) => row)).toEqual([7, 8, 9])
  expect(await database.store.messageLinks.openImports()).toEqual([])
})

const number = { phone, phoneNumberId: '106540352242922', token: 'EAAGm0PX4ZCpsBA' }

test('links of a number at Meta are made, changed and deleted there, and carry Meta’s address', async () => {
  const { links, caller, make, issuer } = await opened()
  expect(await links.attachNumber(caller, number)).not.toHaveProperty('token')
  const link = await make()
  expect(link).toMatchObject({ issuer: 'meta', reference: 'text', url: `https://wa.me/message/${link.code}` })
  expect([...issuer.links]).toEqual([[link.code, 'Hello']])
  expect([...issuer.tokens]).toEqual([number.token])
  expect((await links.open(link.code, null)).target).toEqual({ web: link.url, app: null })
  expect(await decode((await links.openPicture(link.code, 'PNG')).bytes)).toMatchObject({ text: link.url })
  await links.edit(caller, link.id, { text: 'Bye', name: 'Door' })
  expect(issuer.links.get(link.code)).toBe('Bye')
  await expect(links.edit(caller, link.id, { rotateCode: true })).rejects.toMatchObject({ code: 'not-supported' })
  await links.remove(caller, link.id)
  expect(issuer.links.size).toBe(0)
})

test('what Meta refuses is passed on in its words and changes nothing here', async () => {
  const { links, caller, make, issuer } = await opened()
  await links.attachNumber(caller, number)
  const link = await make()
  for (const attempt of [
    () => make(),
    () => links.edit(caller, link.id, { text: 'Bye', name: 'Door' }),
    () => links.remove(caller, link.id),
  ]) {
    issuer.failNext = new GatewayError('issuer-refused', 'Meta: Invalid OAuth access token')
    await expect(attempt()).rejects.toMatchObject({
      code: 'issuer-refused',
      message: 'Meta: Invalid OAuth access token',
    })
  }
  expect((await links.list(caller, { limit: 9 })).items).toMatchObject([{ id: link.id, text: 'Hello', name: null }])
  await expect(make({ text: 'x'.repeat(141) })).rejects.toMatchObject({ code: 'bad-request', field: 'text' })
})

test('a number is detached by its workspace; what was made there stays and leads where it led', async () => {
  const { links, caller, callerOf, make, issuer } = await opened()
  await links.attachNumber(caller, number)
  const link = await make()
  const absent = { code: 'meta-number-not-found' }
  await expect(links.detachNumber(await callerOf('bar'), phone)).rejects.toMatchObject(absent)
  await links.detachNumber(caller, phone)
  expect(await links.listNumbers(caller)).toEqual([])
  expect((await links.open(link.code, null)).target?.web).toBe(link.url)
  await expect(links.edit(caller, link.id, { text: 'Bye' })).rejects.toMatchObject(absent)
  expect((await links.edit(caller, link.id, { name: 'Door' })).name).toBe('Door')
  expect((await make()).issuer).toBe('gateway')
  await links.remove(caller, link.id)
  expect(issuer.links.size).toBe(1)
  for (const other of [
    await callerOf('shop', { network: 'sandbox' }),
    await callerOf('shop', { scopes: ['message-links:write'] }),
  ]) {
    await expect(links.attachNumber(other, number)).rejects.toMatchObject({ code: 'forbidden' })
  }
  for (const field of ['phoneNumberId', 'token'] as const) {
    const bad = { ...number, [field]: '../x y' }
    await expect(links.attachNumber(caller, bad)).rejects.toMatchObject({ code: 'bad-request', field })
  }
})

test('the id of a number at Meta names it in its workspace, for whoever may have links', async () => {
  const { links, caller, callerOf } = await opened()
  await links.attachNumber(caller, number)
  const named = async (by: Partial<Caller>, workspace = 'shop', id = number.phoneNumberId) =>
    links.phoneOf(await callerOf(workspace, by), id)
  for (const scope of ['message-links:read', 'message-links:write'] as const) {
    expect(await named({ scopes: [scope] })).toBe(phone)
  }
  expect(await named({}, 'shop', '106540352242923')).toBeUndefined()
  expect(await named({}, 'bar')).toBeUndefined()
  expect(await named({ network: 'sandbox' })).toBeUndefined()
  await expect(named({ scopes: ['messages:write'] })).rejects.toMatchObject({ code: 'forbidden' })
})
