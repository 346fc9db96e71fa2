import { execFile, spawnSync } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { call, type Credentials, GreenClient, newInstance } from './green-api/client.js'
import { until } from './native-client.js'
import { startWorld } from './world.js'

describe('GREEN-API by polling', () => {
  test('a phone scans the picture of `qr`; state, settings, reboot and logout follow', async () => {
    const { whatsapp, gateway, api } = await startWorld()
    const phone = await whatsapp.registerPhone({ name: 'Ana' })
    const { credentials } = await newInstance(api)
    const client = new GreenClient(gateway, credentials)

    expect((await client.get('getStateInstance')).body).toEqual({ stateInstance: 'notAuthorized' })
    const qr = await client.get('qr')
    expect(qr.body.type).toBe('qrCode')
    expect((await client.get('qr')).body).toEqual(qr.body)
    await phone.scanImage(`data:image/png;base64,${String(qr.body.message)}`)
    await client.reaches('authorized')
    expect((await client.get('qr')).body).toEqual({
      type: 'alreadyLogged',
      message: 'instance account already authorized',
    })
    expect((await client.get('getStatusInstance')).body).toEqual({ statusInstance: 'online' })
    expect((await client.get('getWaSettings')).body).toMatchObject({
      phone: phone.number,
      stateInstance: 'authorized',
      deviceId: expect.stringMatching(`^${phone.number}:\\d+@s\\.whatsapp\\.net$`) as string,
    })

    expect((await client.post('setSettings', { webhookUrlToken: 'secret-word', incomingWebhook: 'yes' })).body).toEqual(
      {
        saveSettings: true,
      },
    )
    await gateway.stop()
    await gateway.start()
    await client.reaches('authorized')
    expect((await client.get('getSettings')).body).toMatchObject({
      wid: `${phone.number}@c.us`,
      webhookUrlToken: 'secret-word',
      incomingWebhook: 'yes',
      stateWebhook: 'no',
    })

    expect((await client.get('reboot')).body).toEqual({ isReboot: true })
    await client.reaches('authorized')
    expect((await client.get('logout')).body).toEqual({ isLogout: true })
    await client.reaches('notAuthorized')
    await until(
      () => phone.devices(),
      (devices) => devices.length === 0,
    )
    const history = (await client.get('getStateInstanceHistory')).body as unknown as { stateInstance: string }[]
    expect(history.map(({ stateInstance }) => stateInstance)).toEqual(['starting', 'authorized', 'notAuthorized'])
    expect((await client.get('qr')).body.type).toBe('qrCode')
    expect(gateway.output).not.toContain(credentials.apiTokenInstance)
  })

  test('someone on the phone itself types the authorization code', async () => {
    const { whatsapp, gateway, api } = await startWorld()
    const phone = await whatsapp.registerPhone()
    const { credentials } = await newInstance(api)
    const client = new GreenClient(gateway, credentials)
    const { body } = await client.post('getAuthorizationCode', { phoneNumber: Number(phone.number) })
    expect(body).toEqual({ status: true, code: expect.stringMatching(/^[0-9A-Z]{8}$/) as string })
    await phone.enterCode(String(body.code))
    await client.reaches('authorized')
  })

  test('a new token replaces the old one', async () => {
    const { gateway, api } = await startWorld()
    const { credentials } = await newInstance(api)
    const client = new GreenClient(gateway, credentials)
    const { apiTokenInstance } = (await client.get('updateApiToken')).body as unknown as Credentials
    expect(await client.get('getStateInstance')).toMatchObject({ status: 401, text: '' })
    const renewed = new GreenClient(gateway, { ...credentials, apiTokenInstance })
    expect((await renewed.get('getStateInstance')).status).toBe(200)
  })
})

describe('GREEN-API by scan socket', () => {
  test('qrCode, then accountData; alreadyLogged from then on', async () => {
    const { whatsapp, gateway, api } = await startWorld()
    const phone = await whatsapp.registerPhone({ name: 'Ana' })
    const { credentials } = await newInstance(api)
    const client = new GreenClient(gateway, credentials)
    await client.post('setSettings', { webhookUrl: 'https://shop.example/hook' })
    const scan = client.scan()
    await phone.scanImage(await scan.qr())
    expect(await scan.ended).toBe(1000)
    expect(scan.frames.at(-1)).toEqual({
      type: 'accountData',
      wid: `${phone.number}@c.us`,
      pushname: expect.any(String) as string,
      proxy: '',
      webhookUrl: 'https://shop.example/hook',
    })
    expect((await client.get('getStateInstance')).body).toEqual({ stateInstance: 'authorized' })

    const again = await inTurn(() => client.scan())
    expect(again.code).toBe(1000)
    expect(again.frames).toEqual([{ type: 'alreadyLogged', message: 'instance account already authorized' }])
  })

  test('another account than the expected one: error', async () => {
    const { whatsapp, gateway, api } = await startWorld()
    const [expected, wrong] = [await whatsapp.registerPhone(), await whatsapp.registerPhone()]
    const { credentials } = await newInstance(api, { name: 'shop', phone: expected.number })
    const scan = new GreenClient(gateway, credentials).scan()
    await wrong.scanImage(await scan.qr())
    expect(await scan.ended).toBe(1000)
    expect(scan.frames.at(-1)).toMatchObject({ type: 'error', message: expect.stringContaining('account') as string })
  })

  test('bad credentials are refused at the handshake', async () => {
    const { gateway, api } = await startWorld()
    const { credentials } = await newInstance(api)
    expect(await new GreenClient(gateway, { ...credentials, apiTokenInstance: 'x' }).scan().ended).toBe(401)
    expect(await new GreenClient(gateway, { ...credentials, idInstance: 1 }).scan().ended).toBe(403)
  })

  test('two clients and a poller share one attempt', async () => {
    const { whatsapp, gateway, api } = await startWorld()
    const phone = await whatsapp.registerPhone()
    const { credentials } = await newInstance(api)
    const client = new GreenClient(gateway, credentials)
    const one = client.scan()
    const qr = await one.qr()
    const polled = await client.get('qr')
    expect(`data:image/png;base64,${String(polled.body.message)}`).toBe(qr)
    expect(whatsapp.connections()).toBe(1)
    await phone.scanImage(qr)
    expect(await one.ended).toBe(1000)
    await client.reaches('authorized')
  })

  test('the gateway stops with sockets open', async () => {
    const { gateway, api } = await startWorld()
    const { credentials } = await newInstance(api)
    const scan = new GreenClient(gateway, credentials).scan()
    await scan.qr()
    expect(await gateway.stop()).toBe(0)
    expect(await scan.ended).toBe(1001)
  })
})

test('the Partner API with a test key: made, linked by a virtual phone, listed, deleted', async () => {
  const { gateway, api } = await startWorld()
  const { key } = await api.ok<{ key: string }>('POST', '/keys', { name: 'try', network: 'sandbox' })
  const partner = (method: string, name: string, body?: object) =>
    call(method, `${gateway.url}/partner/${name}/${key}`, body)
  const made = await partner('POST', 'createInstance', { name: 'Warehouse', stateWebhook: 'yes' })
  const credentials = made.body as unknown as Credentials
  const client = new GreenClient(gateway, credentials)

  const ana = await api.ok<{ number: string }>('POST', '/sandbox/phones', { name: 'Ana' })
  const qr = await client.get('qr')
  const image = `data:image/png;base64,${String(qr.body.message)}`
  await api.ok('POST', `/sandbox/phones/${ana.number}/scan`, { image })
  await client.reaches('authorized')

  const { idInstance, apiTokenInstance } = credentials
  expect((await partner('GET', 'getInstances')).body).toMatchObject([
    { idInstance, apiTokenInstance, name: 'Warehouse', typeInstance: 'whatsapp', deleted: false },
  ])
  expect((await partner('POST', 'deleteInstanceAccount', { idInstance })).body).toEqual({ deleteInstanceAccount: true })
  expect((await partner('GET', 'getInstances')).body).toEqual([])
  expect((await call('GET', client.url('getStateInstance'))).status).toBe(403)
  expect(gateway.output).not.toContain(key)
})

const hasPython = spawnSync('python3', ['-c', 'pass']).status === 0
const hasRequests = spawnSync('python3', ['-c', 'import requests']).status === 0

test.skipIf(!hasPython)('the Python program of the page about `qr`, as it is (left out without python3)', async () => {
  const { gateway, api } = await startWorld()
  const { credentials } = await newInstance(api)
  const folder = join(import.meta.dirname, 'green-api')
  const page = await readFile(join(folder, 'qr-sample.py'), 'utf8')
  const program = page
    .replace('https://api.green-api.com', gateway.url)
    .replace('{{idInstance}}', String(credentials.idInstance))
    .replace('{{apiTokenInstance}}', credentials.apiTokenInstance)
  const { stdout } = await promisify(execFile)('python3', ['-c', program], {
    env: { ...process.env, ...(hasRequests ? {} : { PYTHONPATH: join(folder, 'stand-in') }) },
  })
  expect(stdout).toMatch(/^b'\{"type":"qrCode","message":"iVBORw0KGgo[\w+/=]+"\}'\s*$/)
})

/** Tries again while one connection a second is too many. */
async function inTurn(
  open: () => ReturnType<GreenClient['scan']>,
): Promise<{ code: number; frames: ReturnType<GreenClient['scan']>['frames'] }> {
  return until(
    async () => {
      const scan = open()
      return { code: await scan.ended, frames: scan.frames }
    },
    ({ code }) => code !== 429,
  )
}
