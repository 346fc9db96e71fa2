import { startSimulator } from '@gangway/simulator'
import { describe, expect, onTestFinished, test } from 'vitest'
import { freePort } from './gateway-process.js'
import { until } from './native-client.js'
import { asWhatsApp, startWorld } from './world.js'

describe('linking', () => {
  test('a phone scans the picture, and messages flow both ways', async () => {
    const { whatsapp, api } = await startWorld()
    const phone = await whatsapp.registerPhone({ name: 'Ana' })
    const friend = await whatsapp.registerPhone({ name: 'Budi' })
    const { id } = await api.create({ name: 'shop' })

    const snapshot = await api.link(id)
    expect(snapshot.step).toBe('scan')
    await phone.scanImage(snapshot.png)
    expect(await api.linkEnd(id)).toMatchObject({ step: 'linked', phone: phone.number })
    expect(await api.instance(id)).toMatchObject({ state: 'linked', account: { phone: phone.number } })

    const sent = await api.ok('POST', `/instances/${id}/messages`, { to: friend.number, text: 'apa kabar? 👋' })
    const arrived = await friend.received(({ text }) => text === 'apa kabar? 👋')
    expect(arrived).toMatchObject({ id: sent.id, from: phone.number })
    await friend.send(phone.number, 'baik!')
    const event = await api.event(id, ({ kind }) => kind === 'message.received')
    expect(event.data).toMatchObject({ phone: friend.number, content: { kind: 'text', text: 'baik!' } })
    await friend.read()
    await api.event(id, ({ kind, data }) => kind === 'message.status' && data.status === 'read')
  })

  test('the SVG is the same code as the PNG and the text', async () => {
    const { whatsapp, api } = await startWorld()
    const phone = await whatsapp.registerPhone()
    const { id } = await api.create({ name: 'shop' })
    await phone.scanImage((await api.link(id)).svg)
    expect(await api.linkEnd(id)).toMatchObject({ step: 'linked' })
  })

  test('someone on the phone itself types the pairing code', async () => {
    const { whatsapp, api } = await startWorld()
    const phone = await whatsapp.registerPhone()
    const { id } = await api.create({ name: 'shop' })
    const snapshot = await api.link(id, { method: 'code', phone: phone.number })
    expect(snapshot.code).toMatch(/^[0-9A-Z]{8}$/)
    await phone.enterCode(snapshot.code)
    expect(await api.linkEnd(id)).toMatchObject({ step: 'linked', phone: phone.number })
  })

  test('F14: fifty readers of one attempt share one socket', async () => {
    const { whatsapp, api } = await startWorld()
    const { id } = await api.create({ name: 'shop' })
    const snapshots = await Promise.all(Array.from({ length: 50 }, () => api.link(id)))
    expect(new Set(snapshots.map(({ qr }) => qr)).size).toBe(1)
    expect(whatsapp.connections()).toBe(1)
  })

  test('another account than the expected one is logged out again', async () => {
    const { whatsapp, api } = await startWorld()
    const expected = await whatsapp.registerPhone()
    const wrong = await whatsapp.registerPhone()
    const { id } = await api.create({ name: 'shop', phone: expected.number })
    await wrong.scan(await api.qr(id))
    expect(await api.linkEnd(id)).toMatchObject({ step: 'failed', error: { code: 'wrong-account' } })
    await until(
      () => wrong.devices(),
      (devices) => devices.length === 0,
    )
    expect(await api.instance(id)).toMatchObject({ state: 'unlinked', reason: 'wrong-account', account: null })

    await expected.scan(await api.qr(id))
    expect(await api.linkEnd(id)).toMatchObject({ step: 'linked', phone: expected.number })
  })

  test('WhatsApp cannot be reached: the attempt says so and names the sandbox', async () => {
    const { api } = await startWorld({ env: { GANGWAY_WHATSAPP_URL: `ws://127.0.0.1:${await freePort()}/ws/chat` } })
    const { id } = await api.create({ name: 'shop' })
    const end = await api.link(id)
    expect(end).toMatchObject({ step: 'failed', error: { code: 'whatsapp-unreachable' } })
    expect(end.error.hint).toContain('sandbox')
    expect(await api.instance(id)).toMatchObject({ state: 'unlinked' })
  })
})

describe('the two networks of one process', () => {
  test('neither root key is accepted on the other', async () => {
    const stranger = await startSimulator()
    onTestFinished(() => stranger.close())
    // The server at the address of WhatsApp proves itself with a key that is not the one configured.
    const { whatsapp, api } = await startWorld({ env: { GANGWAY_WHATSAPP_URL: stranger.url } })
    expect(asWhatsApp(whatsapp).GANGWAY_WHATSAPP_ROOT_KEY).not.toBe(asWhatsApp(stranger).GANGWAY_WHATSAPP_ROOT_KEY)

    // The sandbox links meanwhile: its key is in use in the same process, and helps the stranger nothing.
    const ana = await api.ok<{ number: string }>('POST', '/sandbox/phones', { name: 'Ana' })
    const sandboxed = await api.create({ name: 'test', network: 'sandbox' })
    const qr = await api.qr(sandboxed.id)
    await api.ok('POST', `/sandbox/phones/${ana.number}/scan`, { qr })
    await api.reaches(sandboxed.id, 'linked')

    const real = await api.create({ name: 'shop' })
    expect(await api.link(real.id)).toMatchObject({ step: 'failed', error: { code: 'whatsapp-refused' } })
    expect(await api.instance(sandboxed.id)).toMatchObject({ state: 'linked' })
    expect(stranger.history().filter(({ event }) => event === 'registered')).toEqual([])
  })

  test("WhatsApp's own root key is what is trusted when nothing else is configured", async () => {
    const { api } = await startWorld({ env: { GANGWAY_WHATSAPP_ROOT_KEY: '' } })
    const { id } = await api.create({ name: 'shop' })
    expect(await api.link(id)).toMatchObject({ step: 'failed', error: { code: 'whatsapp-refused' } })
  })
})
