import { expect, test } from 'vitest'
import { SettingsShelf } from '#gateway/dialects/green-api/settings-shelf.js'
import { account, startWorld } from './world.js'

const initial = {
  wid: '',
  countryInstance: '',
  typeAccount: '',
  webhookUrl: '',
  webhookUrlToken: '',
  delaySendMessagesMilliseconds: 500,
  markIncomingMessagesReaded: 'no',
  markIncomingMessagesReadedOnReply: 'no',
  sharedSession: 'no',
  proxyInstance: '',
  outgoingWebhook: 'no',
  outgoingMessageWebhook: 'no',
  outgoingAPIMessageWebhook: 'no',
  incomingWebhook: 'no',
  deviceWebhook: 'no',
  statusInstanceWebhook: 'no',
  stateWebhook: 'no',
  enableMessagesHistory: 'no',
  keepOnlineStatus: 'no',
  pollMessageWebhook: 'no',
  incomingBlockWebhook: 'no',
  incomingCallWebhook: 'no',
  editedMessageWebhook: 'no',
  deletedMessageWebhook: 'no',
  autoTyping: 0,
  linkPreview: true,
  enableLidMode: false,
}

test('all off after creation but for link previews, and every field is there', async () => {
  const { call, instance } = await startWorld()
  expect((await call('GET', (await instance()).path('getSettings'))).body).toEqual(initial)
})

test('every field is stored, and what is left out stays', async () => {
  const { call, instance, clock } = await startWorld()
  const { path } = await instance({ state: 'linked', account })
  const changed = {
    countryInstance: 'ru',
    typeAccount: 'vip',
    webhookUrl: 'https://shop.example/hook?x=1',
    webhookUrlToken: 'Basic abc',
    delaySendMessagesMilliseconds: 15000,
    proxyInstance: '10.0.0.1:3128:login:password',
    autoTyping: 10,
    linkPreview: false,
    enableLidMode: true,
    ...Object.fromEntries(Object.entries(initial).flatMap(([name, value]) => (value === 'no' ? [[name, 'yes']] : []))),
  }
  expect(Object.keys(changed).sort()).toEqual(
    Object.keys(initial)
      .filter((name) => name !== 'wid')
      .sort(),
  )
  const saved = await call('POST', path('SetSettings'), changed)
  expect([saved.status, saved.body]).toEqual([200, { saveSettings: true }])
  expect((await call('GET', path('getSettings'))).body).toEqual({ wid: '79001234567@c.us', ...changed })
  clock.advance(1000)
  await call('POST', path('setSettings'), { incomingWebhook: 'no' })
  expect((await call('GET', path('getSettings'))).body).toEqual({
    wid: '79001234567@c.us',
    ...changed,
    incomingWebhook: 'no',
  })
})

test('what getSettings gives can be sent back, and unknown names are passed over', async () => {
  const { call, instance, clock, kept } = await startWorld()
  const { path, id } = await instance({ state: 'linked', account })
  const given = (await call('GET', path('getSettings'))).body
  const body = { ...given, catalogWebhook: 'yes', proxy: null, webhookUrl: 'http://10.0.0.7/' }
  expect((await call('POST', path('setSettings'), body)).body).toEqual({ saveSettings: true })
  clock.advance(1000)
  expect((await call('GET', path('getSettings'))).body).toEqual({ ...given, webhookUrl: 'http://10.0.0.7/' })
  expect(JSON.stringify(kept.get(`${id} green-api`))).not.toContain('catalogWebhook')
})

test.each([
  [{ incomingWebhook: 'Yes' }, "'incomingWebhook' must be one of [yes, no]"],
  [{ incomingWebhook: true }, "'incomingWebhook' must be one of [yes, no]"],
  [{ incomingWebhook: null }, "'incomingWebhook' must be one of [yes, no]"],
  [{ webhookUrl: 7 }, "'webhookUrl' must be a string"],
  [{ webhookUrl: 'shop.example' }, "'webhookUrl' must be a valid uri with a scheme matching the http|https pattern"],
  [{ webhookUrl: 'file:///x' }, "'webhookUrl' must be a valid uri with a scheme matching the http|https pattern"],
  [
    { webhookUrl: `http://x/${'y'.repeat(2048)}` },
    "'webhookUrl' length must be less than or equal to 2048 characters long",
  ],
  [{ webhookUrlToken: 'a\r\nb' }, "'webhookUrlToken' must only contain printable ASCII characters"],
  [{ delaySendMessagesMilliseconds: 499 }, "'delaySendMessagesMilliseconds' must be greater than or equal to 500"],
  [
    { delaySendMessagesMilliseconds: 86_400_001 },
    "'delaySendMessagesMilliseconds' must be less than or equal to 86400000",
  ],
  [{ delaySendMessagesMilliseconds: '1000' }, "'delaySendMessagesMilliseconds' must be a number"],
  [{ delaySendMessagesMilliseconds: 600.5 }, "'delaySendMessagesMilliseconds' must be an integer"],
  [{ autoTyping: -1 }, "'autoTyping' must be greater than or equal to 0"],
  [{ linkPreview: 1 }, "'linkPreview' must be a boolean"],
  [{ countryInstance: ['ru'] }, "'countryInstance' must be a string"],
])('%j is refused, and nothing of it is stored', async (wrong, details) => {
  const { call, instance, kept } = await startWorld()
  const { path } = await instance()
  const answer = await call('POST', path('setSettings'), { stateWebhook: 'yes', ...wrong })
  expect([answer.status, answer.body.message]).toEqual([400, `Validation failed. Details: ${details}`])
  expect(kept.size).toBe(0)
})

test.each([[{}], [undefined], [[]], ['text'], [{ wid: '1@c.us' }], [{ nothing: 'yes' }]])(
  'no setting at all: %j',
  async (body) => {
    const { call, instance, kept } = await startWorld()
    const { path } = await instance()
    const answer = await call('POST', path('setSettings'), body)
    expect(answer.status).toBe(400)
    expect(kept.size).toBe(0)
  },
)

test('the newest switches are read in both of the vendor’s spellings', async () => {
  const { call, instance } = await startWorld()
  const { path } = await instance()
  await call('POST', path('setSettings'), { linkPreview: 'no', enableLidMode: 'yes' })
  expect((await call('GET', path('getSettings'))).body).toMatchObject({ linkPreview: false, enableLidMode: true })
})

test('two changes at the same time both stay', async () => {
  const { instance, gateway, kept, clock } = await startWorld()
  const { id } = await instance()
  const ours = await gateway.access.authenticate('key-of-ours')
  const slow = {
    ...gateway.settings,
    async read(...asked: Parameters<typeof gateway.settings.read>) {
      const found = await gateway.settings.read(...asked)
      // As slow as a database.
      await new Promise((resolve) => setImmediate(resolve))
      return found
    },
  }
  const shelf = new SettingsShelf(slow, clock)
  await Promise.all([
    shelf.change(ours, id, { settings: { stateWebhook: 'yes' } }),
    shelf.change(ours, id, { settings: {}, apiTokenInstance: 'new' }),
    shelf.change(ours, id, { settings: { autoTyping: 3 } }),
  ])
  expect(kept.get(`${id} green-api`)).toEqual({
    settings: { stateWebhook: 'yes', autoTyping: 3 },
    apiTokenInstance: 'new',
    switchedOn: { stateWebhook: '1970-01-01T00:00:00.000Z' },
  })
  gateway.failNext(new Error('the disk is gone'))
  await expect(shelf.change(ours, id, { settings: {} })).rejects.toThrow('the disk is gone')
  await shelf.change(ours, id, { settings: { stateWebhook: 'no' } })
  expect(kept.get(`${id} green-api`)).toMatchObject({ settings: { stateWebhook: 'no', autoTyping: 3 } })
})

test('a stored value that no longer fits counts as not set', async () => {
  const { call, instance, kept } = await startWorld()
  const { path, id } = await instance()
  kept.set(`${id} green-api`, { settings: { autoTyping: 99, stateWebhook: 'yes' }, apiTokenInstance: 7 })
  expect((await call('GET', path('getSettings'))).body).toEqual({ ...initial, stateWebhook: 'yes' })
  kept.set(`${id} green-api`, { settings: null })
  const other = await instance()
  kept.set(`${other.id} green-api`, { settings: null })
  expect((await call('GET', other.path('getSettings'))).body).toEqual(initial)
})

test('settings that the core has as well are its options, for every API', async () => {
  const { call, instance, clock, optionsOf } = await startWorld()
  const owned = await instance()
  const becomes = async (settings: object): Promise<object> => {
    clock.advance(1000)
    expect((await call('POST', owned.path('setSettings'), settings)).status).toBe(200)
    return optionsOf(owned)
  }
  const fresh = await optionsOf(owned)
  expect(await becomes({ incomingWebhook: 'yes' })).toEqual(fresh)
  expect(await becomes({ delaySendMessagesMilliseconds: 3000 })).toEqual({ ...fresh, sendGap: 3000 })
  expect(await becomes({ autoTyping: 3 })).toMatchObject({ sendGap: 3000, typing: 3000 })
  expect(await becomes({ keepOnlineStatus: 'yes', linkPreview: false })).toMatchObject({
    showOnline: true,
    linkPreview: false,
  })
  expect(await becomes({ markIncomingMessagesReaded: 'yes' })).toMatchObject({ markRead: 'on-arrival' })
  expect(await becomes({ markIncomingMessagesReadedOnReply: 'yes' })).toMatchObject({ markRead: 'on-reply' })
  expect(await becomes({ markIncomingMessagesReadedOnReply: 'no' })).toMatchObject({ markRead: 'on-arrival' })
  expect(await becomes({ markIncomingMessagesReaded: 'no' })).toMatchObject({ markRead: 'never' })
})

test('what another API has changed is shown as it is', async () => {
  const { call, instance, become, optionsOf, clock } = await startWorld()
  const owned = await instance()
  await call('POST', owned.path('setSettings'), { delaySendMessagesMilliseconds: 3000, autoTyping: 3 })
  const shown = async (options: object): Promise<unknown> => {
    await become(owned, { options: { ...(await optionsOf(owned)), ...options } })
    clock.advance(1000)
    return (await call('GET', owned.path('getSettings'))).body
  }
  expect(await shown({ sendGap: 7000 })).toMatchObject({ delaySendMessagesMilliseconds: 7000, autoTyping: 3 })
  expect(await shown({ sendGap: 0, typing: 60_000 })).toMatchObject({
    delaySendMessagesMilliseconds: 500,
    autoTyping: 10,
  })
  expect(await shown({ markRead: 'on-reply', showOnline: true })).toMatchObject({
    markIncomingMessagesReaded: 'no',
    markIncomingMessagesReadedOnReply: 'yes',
    keepOnlineStatus: 'yes',
  })
})

test('an address that is refused changes no option', async () => {
  const { call, instance, optionsOf } = await startWorld()
  const owned = await instance()
  const body = { webhookUrl: 'http://forbidden/', delaySendMessagesMilliseconds: 3000 }
  expect((await call('POST', owned.path('setSettings'), body)).status).toBe(400)
  expect(await optionsOf(owned)).toMatchObject({ sendGap: 0 })
})
