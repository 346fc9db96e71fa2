import { expect, test } from 'vitest'
import { instanceStates, type InstanceState } from '#gateway/core/instances/instance.js'
import { account, startWorld } from './world.js'

interface Row {
  readonly stateInstance: string
  readonly statusInstance: string
  /** Whether `getWaSettings` shows the account. */
  readonly shown: boolean
}

/** DESIGN §4, as this vendor's clients see it. */
const table: Record<InstanceState, Row> = {
  unlinked: { stateInstance: 'notAuthorized', statusInstance: 'offline', shown: false },
  opening: { stateInstance: 'notAuthorized', statusInstance: 'offline', shown: false },
  'awaiting-link': { stateInstance: 'notAuthorized', statusInstance: 'offline', shown: false },
  starting: { stateInstance: 'starting', statusInstance: 'offline', shown: false },
  linked: { stateInstance: 'authorized', statusInstance: 'online', shown: true },
  reconnecting: { stateInstance: 'authorized', statusInstance: 'offline', shown: true },
  paused: { stateInstance: 'sleepMode', statusInstance: 'offline', shown: true },
  restricted: { stateInstance: 'yellowCard', statusInstance: 'offline', shown: true },
  banned: { stateInstance: 'blocked', statusInstance: 'offline', shown: false },
  'storage-error': { stateInstance: 'starting', statusInstance: 'offline', shown: false },
}

test.each(instanceStates)('how %s is told', async (state) => {
  const { call, instance } = await startWorld()
  const { path } = await instance({ state, account })
  const { stateInstance, statusInstance, shown } = table[state]
  expect((await call('GET', path('getStateInstance'))).body).toEqual({ stateInstance })
  expect((await call('GET', path('getStatusInstance'))).body).toEqual({ statusInstance })
  expect((await call('GET', path('getWaSettings'))).body).toEqual({
    avatar: '',
    phone: shown ? '79001234567' : '',
    stateInstance,
    deviceId: shown ? '79001234567:26@s.whatsapp.net' : '',
    chatId: shown ? '123456789012345@lid' : '',
  })
})

test('the history tells each change once, oldest first, and the number of the present link', async () => {
  const { call, instance, gateway, clock } = await startWorld()
  const { path, id } = await instance({ state: 'reconnecting', account })
  const states: InstanceState[] = [
    'opening',
    'awaiting-link',
    'starting',
    'linked',
    'unlinked',
    'opening',
    'awaiting-link',
    'starting',
    'linked',
    'reconnecting',
  ]
  let previous: InstanceState = 'unlinked'
  for (const state of states) {
    gateway.happened(id, { kind: 'instance.state', data: { state, previous, reason: 'connected' } })
    previous = state
  }
  const record = (stateInstance: string, phoneNumber: number) => ({ stateInstance, timestamp: 1767323045, phoneNumber })
  const whole = [
    record('starting', 0),
    record('authorized', 0),
    record('notAuthorized', 0),
    record('starting', 79001234567),
    record('authorized', 79001234567),
  ]
  expect((await call('GET', path('GetStateInstanceHistory'))).body).toEqual(whole)
  clock.advance(1000)
  expect((await call('GET', `${path('getStateInstanceHistory')}?count=2`)).body).toEqual(whole.slice(-2))
  for (const count of ['0', '-1', 'x', '', '1.5']) {
    clock.advance(1000)
    expect((await call('GET', `${path('getStateInstanceHistory')}?count=${count}`)).status, count).toBe(400)
  }
})

test('a long history is read to its end', async () => {
  const { call, instance, gateway } = await startWorld()
  const { path, id } = await instance({ state: 'linked', account })
  for (let i = 0; i < 600; i++) {
    gateway.happened(id, { kind: 'instance.state', data: { state: 'paused', previous: 'linked', reason: 'connected' } })
    gateway.happened(id, { kind: 'instance.state', data: { state: 'linked', previous: 'paused', reason: 'connected' } })
  }
  gateway.happened(id, { kind: 'instance.state', data: { state: 'banned', previous: 'linked', reason: 'banned' } })
  const history = (await call('GET', `${path('getStateInstanceHistory')}?count=3`)).body as unknown as object[]
  expect(history.map((record) => 'stateInstance' in record && record.stateInstance)).toEqual([
    'sleepMode',
    'authorized',
    'blocked',
  ])
})

test('reboot, logout and a new token', async () => {
  const { call, instance, gateway, clock } = await startWorld()
  const { path, id, idInstance } = await instance({ state: 'linked', account })
  const ours = await gateway.access.authenticate('key-of-ours')
  expect((await call('GET', path('reboot'))).body).toEqual({ isReboot: true })
  expect((await gateway.instances.get(ours, id)).reason).toBe('restarting')
  expect((await call('GET', path('logout'))).body).toEqual({ isLogout: true })
  expect((await gateway.instances.get(ours, id)).state).toBe('unlinked')

  const { apiTokenInstance } = (await call('GET', path('updateApiToken'))).body
  expect(apiTokenInstance).toMatch(/^[0-9a-f]{50}$/)
  expect((await call('GET', path('getSettings'))).status).toBe(401)
  clock.advance(1000)
  expect((await call('GET', `/waInstance${idInstance}/getSettings/${String(apiTokenInstance)}`)).status).toBe(200)
})

const jpeg = new Uint8Array([0xff, 0xd8, 0xff])

async function formOf(file: Uint8Array): Promise<{ bytes: Uint8Array; type: string }> {
  const form = new FormData()
  form.set('file', new Blob([file], { type: 'image/jpeg' }), 'me.jpg')
  const encoded = new Response(form)
  return { bytes: new Uint8Array(await encoded.arrayBuffer()), type: encoded.headers.get('content-type') ?? '' }
}

test('a profile picture is set, and shown from then on', async () => {
  const { call, instance, clock, core } = await startWorld()
  const { path } = await instance({ state: 'linked', account })
  const own = '79001234567@s.whatsapp.net'
  const picture = 'https://pps.whatsapp.net/v/me.jpg'
  core.profiles.set(own, { id: own, phone: null, lid: null, picture, about: null, business: null })
  const { bytes, type } = await formOf(jpeg)
  // As a form, and as the vendor's JavaScript client sends the same form.
  for (const contentType of [type, 'image/jpeg']) {
    const answer = await call('POST', path('setProfilePicture'), bytes, { 'content-type': contentType })
    expect([answer.status, answer.body]).toEqual([200, { reason: null, urlAvatar: picture, setProfilePicture: true }])
    const [id, stored] = [...core.files].at(-1) ?? []
    expect(stored?.bytes).toEqual(Buffer.from(jpeg))
    expect(core.asked).toContainEqual(['contacts.setProfile', { picture: id }])
    expect((await call('POST', path('setProfilePicture'), bytes, { 'content-type': type })).status).toBe(429)
    clock.advance(10_000)
  }
  expect((await call('GET', path('getWaSettings'))).body).toMatchObject({ avatar: picture })
})

test('a picture that is none is told by a reason, one that is missing or has no account by a refusal', async () => {
  const { call, instance, core, clock } = await startWorld()
  const { path } = await instance({ state: 'linked', account })
  const { bytes, type } = await formOf(jpeg)
  core.refusals.set('contacts.setProfile', 'bad-request')
  const unfit = await call('POST', path('setProfilePicture'), bytes, { 'content-type': type })
  expect(unfit.body).toEqual({ reason: 'bad image file', urlAvatar: '', setProfilePicture: false })
  core.refusals.set('contacts.setProfile', 'not-linked')
  for (const [body, message] of [
    [undefined, "Validation failed. Details: 'file' is required"],
    ['--x--\r\n', "Validation failed. Details: 'file' is required"],
    [bytes, 'instance is starting or not authorized'],
  ] as const) {
    clock.advance(10_000)
    const headers = { 'content-type': body === bytes ? type : 'multipart/form-data; boundary=x' }
    const answer = await call('POST', path('setProfilePicture'), body, body === undefined ? {} : headers)
    expect([answer.status, answer.body.message]).toEqual([400, message])
  }
})

test('an avatar is nothing to fail for', async () => {
  const { call, instance, core } = await startWorld()
  const { path } = await instance({ state: 'linked', account })
  core.refusals.set('contacts.picture', 'send-timed-out')
  expect((await call('GET', path('getWaSettings'))).body).toMatchObject({ avatar: '', phone: '79001234567' })
})
