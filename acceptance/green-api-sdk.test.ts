import { expect, test } from 'vitest'
import { newInstance } from './green-api/client.js'
import { inTurn, sdkOf, statusOf } from './green-api/sdk.js'
import { until } from './native-client.js'
import { startWorld } from './world.js'

test("GREEN-API's own JavaScript client: qr, state, settings, reboot, logout", async () => {
  const { whatsapp, gateway, api } = await startWorld()
  const phone = await whatsapp.registerPhone({ name: 'Ana' })
  const { credentials } = await newInstance(api)
  const { instance, settings } = sdkOf(gateway.url, credentials)
  const reaches = async (state: string) =>
    until(
      () => inTurn(() => instance.getStateInstance()),
      ({ stateInstance }) => stateInstance === state,
    )

  await reaches('notAuthorized')
  const { type, message } = await instance.qr()
  expect(type).toBe('qrCode')
  await phone.scanImage(`data:image/png;base64,${message}`)
  await reaches('authorized')
  expect(await instance.qr()).toEqual({ type: 'alreadyLogged', message: 'instance account already authorized' })

  const given = await settings.getSettings()
  expect(given.wid).toBe(`${phone.number}@c.us`)
  expect(await settings.setSettings({ ...given, delaySendMessagesMilliseconds: 3000, incomingWebhook: 'yes' })).toEqual(
    {
      saveSettings: true,
    },
  )
  expect(await inTurn(() => settings.getSettings())).toMatchObject({
    ...given,
    delaySendMessagesMilliseconds: 3000,
    incomingWebhook: 'yes',
  })

  expect(await instance.reboot()).toEqual({ isReboot: true })
  await reaches('authorized')
  expect(await instance.logout()).toEqual({ isLogout: true })
  await reaches('notAuthorized')

  const byCode = await instance.getAuthorizationCode(Number(phone.number))
  expect(byCode).toEqual({ status: true, code: expect.stringMatching(/^[0-9A-Z]{8}$/) as string })
  await phone.enterCode(byCode.code)
  await reaches('authorized')
})

test("GREEN-API's own JavaScript client is told of a wrong token and of a wrong instance", async () => {
  const { gateway, api } = await startWorld()
  const { credentials } = await newInstance(api)
  const stateOf = async (idInstance: number, apiTokenInstance: string): Promise<unknown> =>
    sdkOf(gateway.url, { idInstance, apiTokenInstance }).instance.getStateInstance().catch(statusOf)
  expect(await stateOf(credentials.idInstance, 'x'.repeat(50))).toBe(401)
  expect(await stateOf(1, credentials.apiTokenInstance)).toBe(403)
})
