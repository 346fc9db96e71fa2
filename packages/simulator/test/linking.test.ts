import { expect, test } from 'vitest'
import { SimulatorError } from '#simulator/index.js'
import { World } from './world.js'

test('links by QR, restarts and logs in', async () => {
  const world = await World.start()
  const { phone, client } = await world.linked()
  expect(client.closes).toEqual([515])
  expect(client.creds.me).toMatchObject({ id: `${phone.number}:1@s.whatsapp.net`, lid: phone.lid.replace('@', ':1@') })
  expect(phone.devices()).toMatchObject([{ jid: `${phone.number}:1@s.whatsapp.net`, connected: true }])
  expect(phone.devices()[0]?.platform).toBe('chrome (Mac OS)')
  const events = world.simulator.history().map(({ event }) => event)
  for (const event of ['registered', 'paired', 'logged-in'] as const)
    expect(events.filter((one) => one === event)).toHaveLength(1)
  expect(world.violations()).toEqual([])
})

test('takes the QR text of older clients, without the link', async () => {
  const world = await World.start()
  const [phone, client] = [await world.phone(), await world.candidate()]
  const device = await phone.scan(client.qr?.split('#')[1] ?? '')
  expect(device.jid).toBe(`${phone.number}:1@s.whatsapp.net`)
})

test('links by pairing code', async () => {
  const world = await World.start()
  const [phone, client] = [await world.phone(), await world.candidate()]
  const code = await client.socket.requestPairingCode(phone.number)
  const device = await phone.enterCode(`${code.slice(0, 4)}-${code.slice(4).toLowerCase()}`)
  expect(device.jid).toBe(`${phone.number}:1@s.whatsapp.net`)
  await client.until(({ closes }) => closes.includes(515), 'restart')
  await client.reconnect()
  expect(phone.devices()).toMatchObject([{ connected: true }])
  expect(client.creds.registered).toBe(true)
})

test('a wrong pairing code links nothing, and the right one still works', async () => {
  const world = await World.start()
  const [phone, client] = [await world.phone(), await world.candidate()]
  const code = await client.socket.requestPairingCode(phone.number)
  await expect(phone.enterCode('AAAAAAAA')).rejects.toMatchObject({ code: 'code-not-valid' })
  expect(phone.devices()).toEqual([])
  await phone.enterCode(code)
  expect(phone.devices()).toHaveLength(1)
})

test('a code that nobody asked for is not valid', async () => {
  const world = await World.start()
  const phone = await world.phone()
  await expect(phone.enterCode('ABCD1234')).rejects.toMatchObject({ code: 'code-not-valid' })
})

test('a text that is no linking code, or of no companion here, is refused', async () => {
  const world = await World.start()
  const [phone, client] = [await world.phone(), await world.candidate()]
  await expect(phone.scan('https://example.org')).rejects.toMatchObject({ code: 'qr-not-valid' })
  const [, ...keys] = client.qr?.split(',') ?? []
  await expect(phone.scan(['2@unknown', ...keys].join(','))).rejects.toMatchObject({ code: 'qr-not-valid' })
  const parts = client.qr?.split(',') ?? []
  parts[2] = Buffer.alloc(32, 7).toString('base64')
  await expect(phone.scan(parts.join(','))).rejects.toMatchObject({ code: 'qr-not-valid' })
  expect(phone.devices()).toEqual([])
})

test('a code is worth nothing when its time is over or its connection is gone', async () => {
  const brief = await World.start({ refLifetime: 0 })
  const [phone, client] = [await brief.phone(), await brief.candidate()]
  await expect(phone.scan(client.qr ?? '')).rejects.toMatchObject({ code: 'qr-expired' })

  const world = await World.start()
  const [other, gone] = [await world.phone(), await world.candidate()]
  await gone.close()
  await expect.poll(() => world.simulator.connections()).toBe(0)
  await expect(other.scan(gone.qr ?? '')).rejects.toMatchObject({ code: 'qr-expired' })
})

test('a companion that does not believe its identity is not registered', async () => {
  const world = await World.start()
  const [phone, client] = [await world.phone(), await world.candidate()]
  const parts = client.qr?.split(',') ?? []
  // The phone signs with another secret than the companion's: to the companion this is an impostor.
  parts[3] = Buffer.alloc(32, 1).toString('base64')
  const refused = await phone.scan(parts.join(',')).catch((error: unknown) => error)
  expect(refused).toBeInstanceOf(SimulatorError)
  // The library hangs up instead of answering with an error.
  expect(refused).toMatchObject({ code: 'companion-silent' })
  expect(phone.devices()).toEqual([])
})

test('a companion that answers with an error is refused', async () => {
  const world = await World.start()
  const [phone, client] = [await world.phone(), await world.candidate()]
  const { ws, sendNode } = client.socket
  ws.removeAllListeners('CB:iq,,pair-success')
  ws.on('CB:iq,,pair-success', (stanza: { attrs: { id: string } }) => {
    const content = [{ tag: 'error', attrs: { code: '401', text: 'not-authorized' } }]
    void sendNode({ tag: 'iq', attrs: { to: '@s.whatsapp.net', type: 'error', id: stanza.attrs.id }, content })
  })
  await expect(phone.scan(client.qr ?? '')).rejects.toMatchObject({ code: 'companion-refused' })
  expect(phone.devices()).toEqual([])
  expect(world.simulator.history().some(({ event }) => event === 'paired')).toBe(false)
})

test('a phone that is away scans nothing', async () => {
  const world = await World.start()
  const [phone, client] = [await world.phone(), await world.candidate()]
  phone.leave()
  await expect(phone.scan(client.qr ?? '')).rejects.toMatchObject({ code: 'phone-offline' })
})

test('numbers are checked and taken once', async () => {
  const { simulator } = await World.start()
  await simulator.registerPhone({ number: '15550001111', name: 'Ana', owner: 'tests' })
  expect(simulator.phone('15550001111')).toMatchObject({ name: 'Ana', owner: 'tests', online: true })
  await expect(simulator.registerPhone({ number: '15550001111' })).rejects.toMatchObject({ code: 'number-taken' })
  await expect(simulator.registerPhone({ number: '+1555' })).rejects.toMatchObject({ code: 'bad-number' })
})
