import { expect, test } from 'vitest'
import { key, readerKey, startWorld, strangerKey, testKey } from './world.js'

const create = `/partner/createInstance/${key}`
const list = `/partner/getInstances/${key}`
const remove = `/partner/deleteInstanceAccount/${key}`

interface Row {
  readonly idInstance: number
  readonly apiTokenInstance: string
  readonly name: string
}

test('an instance is made, works, is listed and is deleted', async () => {
  const { call, clock } = await startWorld()
  const made = await call('POST', create, { name: 'Warehouse', incomingWebhook: 'yes' })
  expect(made.status).toBe(200)
  const { idInstance, apiTokenInstance } = made.body as unknown as Row
  expect(made.body).toEqual({ idInstance, apiTokenInstance, typeInstance: 'whatsapp' })
  expect(apiTokenInstance).toMatch(/^[0-9a-f]{50}$/)
  const settings = `/waInstance${idInstance}/getSettings/${apiTokenInstance}`
  expect((await call('GET', settings)).body).toMatchObject({ incomingWebhook: 'yes', stateWebhook: 'no' })

  expect((await call('GET', list)).body).toEqual([
    {
      idInstance,
      name: 'Warehouse',
      typeInstance: 'whatsapp',
      typeAccount: '',
      partnerUserUiid: '',
      timeCreated: '2026-01-02T03:04:05',
      timeDeleted: '0001-01-01T00:00:00',
      apiTokenInstance,
      deleted: false,
      tariff: '',
      isFree: false,
      isPartner: true,
      expirationDate: '9999-12-31T23:59:59',
      isExpired: false,
    },
  ])
  expect((await call('POST', remove, { idInstance })).body).toEqual({ deleteInstanceAccount: true })
  clock.advance(1000)
  expect((await call('GET', list)).body).toEqual([])
  expect((await call('POST', remove, { idInstance })).status).toBe(403)
})

test('without a name it is named by its number', async () => {
  const { call } = await startWorld()
  const { idInstance } = (await call('POST', create, {})).body as unknown as Row
  const rows = (await call('GET', list)).body as unknown as Row[]
  expect(rows.map(({ name }) => name)).toEqual([`Instance ${idInstance}`])
})

test('a token that was replaced is shown as it is now, one that nobody here knows is not', async () => {
  const { call, gateway } = await startWorld()
  const { idInstance, apiTokenInstance } = (await call('POST', create, { name: 'x' })).body as unknown as Row
  const renewed = await call('GET', `/waInstance${idInstance}/updateApiToken/${apiTokenInstance}`)
  const shown = async () => ((await call('GET', list)).body as unknown as Row[]).map((row) => row.apiTokenInstance)
  expect(await shown()).toEqual([renewed.body.apiTokenInstance])

  const ours = await gateway.access.authenticate(key)
  const [one] = await gateway.instances.list(ours, { limit: 1 })
  if (one) await gateway.instances.newToken(ours, one.id)
  await gateway.instances.create(ours, { name: 'made elsewhere' })
  expect(await shown()).toEqual(['', ''])
})

test('a test key makes instances of the sandbox', async () => {
  const { call, gateway } = await startWorld()
  await call('POST', `/partner/createInstance/${testKey}`, { name: 'try' })
  const [one] = await gateway.instances.list(await gateway.access.authenticate(testKey), { limit: 1 })
  expect(one).toMatchObject({ name: 'try', network: 'sandbox' })
})

test('whose key is wrong is refused without a body, whose key may not is forbidden', async () => {
  const { call } = await startWorld()
  for (const [method, name] of [
    ['POST', 'createInstance'],
    ['POST', 'deleteInstanceAccount'],
    ['GET', 'getInstances'],
  ] as const) {
    const answer = await call(method, `/partner/${name}/no-such-key`)
    expect([answer.status, answer.text]).toEqual([401, ''])
  }
  expect((await call('POST', `/partner/createInstance/${readerKey}`, { name: 'x' })).status).toBe(403)
})

test('F34: another workspace’s instance is as absent as one that never was', async () => {
  const { call } = await startWorld()
  const { idInstance } = (await call('POST', create, { name: 'ours' })).body as unknown as Row
  const theirs = `/partner/deleteInstanceAccount/${strangerKey}`
  const foreign = await call('POST', theirs, { idInstance })
  const absent = await call('POST', theirs, { idInstance: 999 })
  expect([foreign.status, foreign.body]).toEqual([absent.status, absent.body])
  expect(foreign.status).toBe(403)
  expect((await call('GET', `/partner/getInstances/${strangerKey}`)).body).toEqual([])
  expect((await call('GET', list)).body).toMatchObject([{ idInstance }])
})

test('an instance whose settings are refused is not made, nor one that cannot be kept', async () => {
  const { call, gateway } = await startWorld()
  for (const body of [{ name: 7 }, { name: 'x'.repeat(101) }, { name: 'x', incomingWebhook: 'maybe' }, []]) {
    expect((await call('POST', create, body)).status).toBe(400)
  }
  const working = { ...gateway.settings }
  Object.assign(gateway.settings, { write: () => Promise.reject(new Error('the disk is gone')) })
  expect((await call('POST', create, { name: 'x' })).status).toBe(500)
  Object.assign(gateway.settings, working)
  expect((await call('GET', list)).body).toEqual([])
})

test.each([{}, { idInstance: null }, { idInstance: 'x' }, { idInstance: 1.5 }, { idInstance: -1 }, [], undefined])(
  'no number to delete: %j',
  async (body) => {
    const { call } = await startWorld()
    expect((await call('POST', remove, body)).status).toBe(400)
  },
)
