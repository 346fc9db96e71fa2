import { startSimulator, type Simulator } from '@gangway/simulator'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { PhoneNumber } from '#gateway/core/ids.js'
import { LinkedAccount } from './linked-account.js'

let whatsapp: Simulator

beforeAll(async () => {
  whatsapp = await startSimulator()
})
afterAll(() => whatsapp.close())

/** A JPEG of one grey dot. */
const dot = Buffer.from(
  '/9j/4AAQSkZJRgABAQEAYABgAAD/2wBDAAgGBgcGBQgHBwcJCQgKDBQNDAsLDBkSEw8UHRofHh0aHBwgJC4nICIsIxwcKDcpLDAxNDQ0Hyc5PTgyPC4zNDL/wAALCAABAAEBAREA/8QAHwAAAQUBAQEBAQEAAAAAAAAAAAECAwQFBgcICQoL/8QAtRAAAgEDAwIEAwUFBAQAAAF9AQIDAAQRBRIhMUEGE1FhByJxFDKBkaEII0KxwRVS0fAkM2JyggkKFhcYGRolJicoKSo0NTY3ODk6Q0RFRkdISUpTVFVWV1hZWmNkZWZnaGlqc3R1dnd4eXqDhIWGh4iJipKTlJWWl5iZmqKjpKWmp6ipqrKztLW2t7i5usLDxMXGx8jJytLT1NXW19jZ2uHi4+Tl5ufo6erx8vP09fb3+Pn6/9oACAEBAAA/APn+v//Z',
  'base64',
)

test('numbers are looked up in the order asked', async () => {
  const [phone, friend] = [await whatsapp.registerPhone(), await whatsapp.registerPhone()]
  const { connection } = await LinkedAccount.of(whatsapp, phone)
  const phones = ['999000111222', friend.number] as PhoneNumber[]
  expect(await connection.perform('numbers.check', { phones })).toEqual([
    { phone: '999000111222', exists: false, lid: null },
    { phone: friend.number, exists: true, lid: friend.lid },
  ])
})

test('what people show of themselves is answered, and null for what they do not', async () => {
  const [phone, friend] = [await whatsapp.registerPhone(), await whatsapp.registerPhone()]
  const { connection } = await LinkedAccount.of(whatsapp, phone)
  const jid = friend.jid
  expect(await connection.perform('profile.picture', { jid, size: 'full' })).toBeNull()
  expect(await connection.perform('profile.business', { jid })).toBeNull()
  await friend.profile.setAbout('Busy')
  expect(await connection.perform('profile.about', { jid })).toBe('Busy')
  await friend.profile.setPicture(dot)
  expect(await connection.perform('profile.picture', { jid, size: 'small' })).toMatch(/^https?:/)
})

test('the account changes what it shows of itself', async () => {
  const phone = await whatsapp.registerPhone()
  const { connection } = await LinkedAccount.of(whatsapp, phone)
  await connection.perform('profile.set-about', { about: 'At work' })
  expect(phone.profile.about).toBe('At work')
  await connection.perform('profile.set-picture', { jid: null, jpeg: dot })
  expect(phone.profile.picture()).toBeDefined()
  await connection.perform('profile.set-picture', { jid: null, jpeg: null })
  expect(phone.profile.picture()).toBeUndefined()
})

test('the name of the account is what its phone reads from then on', async () => {
  const phone = await whatsapp.registerPhone({ name: 'Old' })
  const account = await LinkedAccount.of(whatsapp, phone)
  await account.connection.perform('profile.set-name', { name: 'New' })
  await expect.poll(() => phone.name).toBe('New')
})
