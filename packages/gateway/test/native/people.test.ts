import { expect, test } from 'vitest'
import { ana, team } from './fake-people.js'
import { startWorld } from './world.js'

async function people() {
  const world = await startWorld()
  return { ...world, path: `/api/v1/instances/${await world.instance()}` }
}

const contact = { ...ana, chat: ana.id, name: 'Ana', savedName: null, blocked: false }

test('contacts are listed, read, saved, removed and blocked', async () => {
  const { call, gateway, path } = await people()
  const one = `${path}/contacts/${ana.phone}`
  expect((await call('GET', `${path}/contacts?limit=1&after=${ana.lid}`)).body).toEqual({
    items: [contact],
    next: ana.id,
  })
  expect((await call('GET', one)).body).toEqual(contact)
  expect((await call('PATCH', one, { firstName: 'Ana', onPhone: true })).body).toEqual({ ...contact, savedName: 'Ana' })
  expect((await call('DELETE', one)).status).toBe(204)
  expect((await call('POST', `${one}/block`)).status).toBe(204)
  expect((await call('POST', `${one}/unblock`)).status).toBe(204)
  expect(gateway.asked).toEqual([
    { what: 'contacts', how: { limit: 2, after: ana.lid } },
    { what: 'save', of: ana.id, how: { firstName: 'Ana', onPhone: true } },
    { what: 'remove', of: ana.id },
    { what: 'block', of: ana.id, how: true },
    { what: 'block', of: ana.id, how: false },
  ])
  for (const wrong of ['nobody', team, '4915199999999'])
    expect((await call('GET', `${path}/contacts/${wrong}`)).body.code, wrong).toBe('contact-not-found')
})

test('numbers are checked, profiles read and changed', async () => {
  const { call, gateway, path } = await people()
  expect((await call('POST', `${path}/numbers/check`, { phones: ['+49 151 12345678'] })).body).toEqual({
    items: [{ phone: ana.phone, exists: false, chat: null, lid: null }],
    next: null,
  })
  expect((await call('GET', `${path}/profiles/${team}`)).body).toMatchObject({
    picture: 'https://pps.example/1',
    about: 'busy',
    business: { category: 'Shop', websites: ['https://a.example'] },
  })
  const picture = 'p'.repeat(43)
  expect((await call('PATCH', `${path}/profile`, { name: 'Shop', about: '', picture })).status).toBe(204)
  expect((await call('PATCH', `${path}/profile`, { picture: null })).status).toBe(204)
  expect((await call('POST', `${path}/presence`, { presence: 'unavailable' })).status).toBe(204)
  expect(gateway.asked).toEqual([
    { what: 'check', how: [ana.phone] },
    { what: 'profile', of: team },
    { what: 'profile', how: { name: 'Shop', about: '', picture } },
    { what: 'profile', how: { picture: null } },
    { what: 'presence', how: 'unavailable' },
  ])
  expect((await call('PATCH', `${path}/profile`, { picture: '?' })).body.code).toBe('media-not-found')
  expect((await call('PATCH', `${path}/profile`, { name: 'x'.repeat(26) })).body.field).toBe('name')
})

test('groups are made, read, edited, joined and left', async () => {
  const { call, gateway, path } = await people()
  const one = `${path}/groups/${team}`
  const group = (await call('GET', one)).body
  expect(group).toMatchObject({
    id: team,
    subject: 'Team',
    subjectChangedAt: '2026-01-02T03:04:05.678Z',
    createdAt: null,
  })
  expect((await call('GET', `${path}/groups`)).body).toEqual({ items: [group], next: null })
  const outcome = { ...ana, outcome: 'invite-needed' }
  const made = await call('POST', `${path}/groups`, { subject: 'Team', participants: [ana.phone] })
  expect([made.status, made.body]).toEqual([201, { group, outcomes: [outcome] }])
  const picture = 'p'.repeat(43)
  expect((await call('PATCH', one, { description: null, adminsWrite: true, picture })).body).toEqual(group)
  const change = { change: 'promote', participants: [ana.phone] }
  expect((await call('POST', `${one}/participants`, change)).body).toEqual({ items: [outcome], next: null })
  expect((await call('GET', `${one}/invite`)).body).toEqual({ url: 'https://chat.whatsapp.com/AbCdEfGhIj' })
  expect((await call('DELETE', `${one}/invite`)).body).toEqual({ url: 'https://chat.whatsapp.com/KlMnOpQrSt' })
  expect((await call('POST', `${path}/groups/join`, { invite: 'AbCdEfGhIj' })).body).toEqual({ id: team })
  expect((await call('POST', `${one}/leave`)).status).toBe(204)
  expect(gateway.asked).toEqual([
    { what: 'create', how: { subject: 'Team', participants: [ana.phone] } },
    { what: 'picture', of: team, how: picture },
    { what: 'edit', of: team, how: { description: null, adminsWrite: true } },
    { what: 'promote', of: team, how: [ana.phone] },
    { what: 'revoke', of: team },
    { what: 'join', how: 'AbCdEfGhIj' },
    { what: 'leave', of: team },
  ])
  for (const wrong of ['nobody', ana.phone, '99999999999@g.us'])
    expect((await call('GET', `${path}/groups/${wrong}`)).body.code, wrong).toBe('group-not-found')
})

test('options of an instance are set when it is made and afterwards', async () => {
  const { call } = await startWorld()
  const made = await call('POST', '/api/v1/instances', { name: 'shop', options: { sendGap: 500 } })
  const usual = { typing: 0, markRead: 'never', showOnline: false, linkPreview: true, files: 'lazy' }
  expect(made.body.options).toEqual({ ...usual, sendGap: 500 })
  const path = `/api/v1/instances/${String(made.body.id)}`
  const edited = await call('PATCH', path, { options: { markRead: 'on-reply' } })
  expect(edited.body.options).toEqual({ ...usual, sendGap: 500, markRead: 'on-reply' })
  expect((await call('GET', path)).body.options).toEqual(edited.body.options)
})
