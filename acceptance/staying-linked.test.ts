import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { until } from './native-client.js'
import { startWorld, type World } from './world.js'

/** How often a phone was asked to link: one `paired` per QR that was really scanned. */
const pairings = ({ whatsapp }: World): number => whatsapp.history().filter(({ event }) => event === 'paired').length

describe('staying linked', () => {
  test('after SIGKILL the accounts come back without a QR, and what was sent meanwhile arrives', async () => {
    const world = await startWorld()
    const { whatsapp, gateway, api } = world
    const [shop, office] = [await world.linked('shop'), await world.linked('office')]
    await gateway.kill()
    const friend = await whatsapp.registerPhone()
    await friend.send(shop.phone.number, 'are you there?')
    await gateway.start()
    await api.reaches(shop.instance.id, 'linked')
    await api.reaches(office.instance.id, 'linked')
    const event = await api.event(shop.instance.id, ({ kind }) => kind === 'message.received')
    expect(event.data).toMatchObject({ content: { text: 'are you there?' } })
    expect(pairings(world)).toBe(2)
  })

  test('a clean stop and start does the same', async () => {
    const world = await startWorld()
    const { instance } = await world.linked()
    expect(await world.gateway.stop()).toBe(0)
    await world.gateway.start()
    await world.api.reaches(instance.id, 'linked')
    expect(pairings(world)).toBe(1)
  })

  test('paused and resumed: the socket goes and comes back, the link stays', async () => {
    const world = await startWorld()
    const { instance } = await world.linked()
    await world.api.ok('POST', `/instances/${instance.id}/pause`)
    expect(await world.api.instance(instance.id)).toMatchObject({ state: 'paused' })
    await until(
      () => world.whatsapp.connections(),
      (count) => count === 0,
    )
    await world.gateway.kill()
    await world.gateway.start()
    expect(await world.api.instance(instance.id)).toMatchObject({ state: 'paused' })
    expect(world.whatsapp.connections()).toBe(0)
    await world.api.ok('POST', `/instances/${instance.id}/resume`)
    await world.api.reaches(instance.id, 'linked')
    expect(pairings(world)).toBe(1)
  })

  test('the phone removes the device: unlinked, said once, and a new scan links again', async () => {
    const world = await startWorld()
    const { instance, phone } = await world.linked()
    await phone.unlink()
    expect(await world.api.reaches(instance.id, 'unlinked')).toMatchObject({
      reason: 'logged-out-by-phone',
      account: null,
    })
    const states = (await world.api.events(instance.id)).filter(({ kind }) => kind === 'instance.state')
    expect(states.filter(({ data }) => data.reason === 'logged-out-by-phone')).toHaveLength(1)
    await phone.scan(await world.api.qr(instance.id))
    await world.api.reaches(instance.id, 'linked')
  })

  test('logged out here, the device is gone from the phone', async () => {
    const world = await startWorld()
    const { instance, phone } = await world.linked()
    await world.api.ok('POST', `/instances/${instance.id}/logout`)
    expect(await world.api.instance(instance.id)).toMatchObject({ state: 'unlinked', reason: 'logout-requested' })
    await until(
      () => phone.devices(),
      (devices) => devices.length === 0,
    )
    // The attempt that once linked it says nothing of today.
    expect(await world.api.call('GET', `/instances/${instance.id}/link`)).toMatchObject({
      status: 404,
      body: { code: 'attempt-not-found' },
    })
  })

  test('a logout survives a crash: WhatsApp is told once it can be reached', async () => {
    const world = await startWorld()
    const { instance, phone } = await world.linked()
    world.whatsapp.faults.add({ kind: 'refuse-login', reason: 503, times: 1000 })
    await world.api.ok('POST', `/instances/${instance.id}/logout`)
    expect(phone.devices()).toHaveLength(1)
    await world.gateway.kill()
    world.whatsapp.faults.clear()
    await world.gateway.start()
    await until(
      () => phone.devices(),
      (devices) => devices.length === 0,
    )
    expect(await world.api.instance(instance.id)).toMatchObject({ state: 'unlinked', reason: 'logout-requested' })
  })

  test('deleted: logged out, and nothing of it is left to ask for', async () => {
    const world = await startWorld()
    const { instance, phone } = await world.linked()
    await world.api.ok('DELETE', `/instances/${instance.id}`)
    expect((await world.api.call('GET', `/instances/${instance.id}`)).status).toBe(404)
    await until(
      () => phone.devices(),
      (devices) => devices.length === 0,
    )
  })

  test.each([503, 500, 428, 999])('stream error %i: it comes back by itself, credentials untouched', async (code) => {
    const world = await startWorld()
    const { instance } = await world.linked()
    world.whatsapp.faults.add({ kind: 'stream-error', code })
    await world.api.event(instance.id, ({ data }) => data.state === 'reconnecting')
    await world.api.reaches(instance.id, 'linked')
    expect(pairings(world)).toBe(1)
  })

  test('replaced by somebody else: not fought', async () => {
    const world = await startWorld()
    const { instance } = await world.linked()
    const logins = (): number => world.whatsapp.history().filter(({ event }) => event === 'logged-in').length
    const before = logins()
    world.whatsapp.faults.add({ kind: 'conflict', type: 'replaced' })
    expect(await world.api.reaches(instance.id, 'reconnecting')).toMatchObject({ reason: 'replaced' })
    // The one attempt that follows comes after a minute at the earliest; the policy for a second eviction is in afterClose.
    expect(logins()).toBe(before)
  })

  test('the account is banned: stopped, and said', async () => {
    const world = await startWorld()
    const { instance } = await world.linked()
    world.whatsapp.faults.add({ kind: 'refuse-login', reason: 403 })
    world.whatsapp.faults.add({ kind: 'close-socket' })
    expect(await world.api.reaches(instance.id, 'banned')).toMatchObject({ reason: 'banned' })
  })

  test('the client is outdated: nothing of this network connects any more', async () => {
    const world = await startWorld()
    const { instance } = await world.linked()
    world.whatsapp.faults.add({ kind: 'refuse-login', reason: 405 })
    world.whatsapp.faults.add({ kind: 'close-socket' })
    await world.api.event(instance.id, ({ data }) => data.reason === 'client-outdated')
    const other = await world.api.create({ name: 'other' })
    expect(await world.api.link(other.id)).toMatchObject({ step: 'failed', error: { code: 'client-outdated' } })
    expect(world.whatsapp.connections()).toBe(0)
  })
})

describe('what is never written down', () => {
  test('no QR, code, key, number or text is in the log, and none of the secrets in the database', async () => {
    const world = await startWorld({ env: { GANGWAY_LOG_LEVEL: 'debug' } })
    const { instance, phone } = await world.linked()
    const friend = await world.whatsapp.registerPhone()
    await world.api.ok('POST', `/instances/${instance.id}/messages`, {
      to: friend.number,
      text: 'canary-outgoing-text',
    })
    await friend.received(({ text }) => text === 'canary-outgoing-text')
    await friend.send(phone.number, 'canary-incoming-text')
    await world.api.event(instance.id, ({ kind }) => kind === 'message.received')
    world.whatsapp.faults.add({ kind: 'close-socket' })
    await world.api.event(instance.id, ({ data }) => data.state === 'reconnecting')
    await world.api.reaches(instance.id, 'linked')
    const key = await world.api.ok<{ key: string }>('POST', '/keys', { name: 'canary' })
    await world.gateway.stop()

    const log = world.gateway.output.split('Link a first account').slice(1).join('')
    expect(log).toContain('connection to WhatsApp closed')
    for (const secret of [phone.number, friend.number, key.key, 'canary-', await world.gateway.adminKey()]) {
      expect(log).not.toContain(secret)
    }
    const database = await readFile(join(world.gateway.dataDir, 'gangway.db'), 'latin1')
    for (const secret of [
      key.key,
      await world.gateway.adminKey(),
      'noiseKey',
      'advSecretKey',
      'canary-outgoing-text',
    ]) {
      expect(database).not.toContain(secret)
    }
  })
})
