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

test('a profile picture is not set, and the answer says so', async () => {
  const { call, instance, clock } = await startWorld()
  const { path } = await instance({ state: 'linked', account })
  const form = new FormData()
  form.set('file', new Blob([new Uint8Array([0xff, 0xd8, 0xff])], { type: 'image/jpeg' }), 'me.jpg')
  const encoded = new Response(form)
  const [bytes, type] = [new Uint8Array(await encoded.arrayBuffer()), encoded.headers.get('content-type') ?? '']
  // As a form, and as the vendor's JavaScript client sends the same form.
  for (const contentType of [type, 'image/jpeg']) {
    const answer = await call('POST', path('setProfilePicture'), bytes, { 'content-type': contentType })
    expect([answer.status, answer.body]).toEqual([
      200,
      { reason: 'setting a profile picture is not supported', urlAvatar: '', setProfilePicture: false },
    ])
    expect((await call('POST', path('setProfilePicture'), bytes, { 'content-type': type })).status).toBe(429)
    clock.advance(10_000)
  }
})

test('a picture that is missing or has no account', async () => {
  const { call, instance } = await startWorld()
  const type = { 'content-type': 'multipart/form-data; boundary=x' }
  const linked = { state: 'linked', account } as const
  const missing = "Validation failed. Details: 'file' is required"
  const said = async (path: string, body?: string) =>
    (await call('POST', path, body, body === undefined ? {} : type)).body.message
  expect(await said((await instance(linked)).path('setProfilePicture'))).toBe(missing)
  expect(await said((await instance(linked)).path('setProfilePicture'), '--x--\r\n')).toBe(missing)
  expect(await said((await instance()).path('setProfilePicture'), '--x\r\nname="file"\r\n\r\nx\r\n--x--')).toBe(
    'instance is starting or not authorized',
  )
})
