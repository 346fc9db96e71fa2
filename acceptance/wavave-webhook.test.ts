import { expect, test } from 'vitest'
import { Endpoint, toThisMachine } from './endpoint.js'
import { until } from './native-client.js'
import { startWorld } from './world.js'

test('Wavave’s webhook is a subscription of the native API in its format', async () => {
  const world = await startWorld({ env: toThisMachine })
  const { api, whatsapp } = world
  const endpoint = await Endpoint.open()
  const { instance, phone } = await world.linked()
  const made = await api.ok('POST', '/subscriptions', {
    url: `${endpoint.url}/webhook.php?secret=1`,
    format: 'wavave',
    instance: instance.id,
  })
  expect(made).toMatchObject({ format: 'wavave', secret: null })
  const ana = await whatsapp.registerPhone({ name: 'Ana' })
  const hello = await ana.send(phone.number, 'Halo apa kabar hari ini?')
  const reaction = await ana.react(hello.id, '👍')
  const revocation = await ana.revoke(hello.id)
  await until(
    () => endpoint.requests,
    ({ length }) => length === 3,
  )
  await api.ok('POST', `/instances/${instance.id}/pause`)
  await until(
    () => endpoint.requests,
    ({ length }) => length === 4,
  )

  const sender = { device: phone.number, from: ana.number, profilename: 'Ana' }
  expect(endpoint.bodies()).toEqual([
    { ...sender, messagebody: 'Halo apa kabar hari ini?', isForwarded: false, messageid: hello.id, type: 'text' },
    {
      ...sender,
      messagebody: '👍',
      isForwarded: false,
      messageid: reaction.id,
      type: 'reaction',
      reactionsid: hello.id,
    },
    { ...sender, messageid: revocation.id, MessagesDelete: hello.id },
    { device: phone.number, deviceStatus: 'disconnect', code: 503, reason: 'pause-requested' },
  ])
  for (const { path, headers } of endpoint.requests) {
    expect([path, headers['content-type']]).toEqual(['/webhook.php?secret=1', 'application/json'])
  }
})
