import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { startSimulator, type Simulator, type VirtualPhone } from '@gangway/simulator'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { GatewayProcess } from './gateway-process.js'
import { NativeClient, until } from './native-client.js'
import { asWhatsApp } from './world.js'

const preload = pathToFileURL(join(import.meta.dirname, 'kill-at-commit', 'preload.mjs')).href
/** More commits than a start and a pairing can have; the loop ends when one run goes through unharmed. */
const most = 80

let whatsapp: Simulator
/** A data folder with one instance that was never linked; each run gets a copy. */
let template: string
let id: string

beforeAll(async () => {
  whatsapp = await startSimulator()
  const gateway = await GatewayProcess.start({ env: asWhatsApp(whatsapp) })
  const api = await NativeClient.of(gateway)
  id = (await api.create({ name: 'shop' })).id
  await gateway.stop()
  template = gateway.dataDir
})

afterAll(async () => {
  await whatsapp.close()
  await rm(template, { recursive: true, force: true })
})

/** Links until the gateway is killed or the account linked; answers whether it was killed. */
async function linkUntilKilled(gateway: GatewayProcess, phone: VirtualPhone, kill: string): Promise<boolean> {
  try {
    await gateway.start({ NODE_OPTIONS: `--import=${preload}`, GANGWAY_TEST_KILL: kill })
    const api = await NativeClient.of(gateway)
    const qr = await api.qr(id)
    await phone.scan(qr)
    await api.reaches(id, 'linked')
  } catch (error) {
    if ((await gateway.gone()) === 'SIGKILL') return true
    throw error
  }
  return false
}

/** F1: either not linked, and a fresh QR is offered and works; or linked, and it comes back by itself. */
async function isWholeAgain(gateway: GatewayProcess, phone: VirtualPhone): Promise<void> {
  const devices = phone.devices().map(({ jid }) => jid)
  await gateway.start()
  const api = await NativeClient.of(gateway)
  const { state } = await until(
    () => api.instance(id),
    (instance) => instance.state === 'linked' || instance.state === 'unlinked',
  )
  // What the phone believes is what the gateway believes.
  expect(state).toBe(devices.length === 1 ? 'linked' : 'unlinked')
  if (state === 'unlinked') {
    await phone.scan(await api.qr(id))
    await api.reaches(id, 'linked')
  } else {
    expect(phone.devices().map(({ jid }) => jid)).toEqual(devices)
  }
  expect(phone.devices()).toHaveLength(1)
}

describe('F1: SIGKILL at every commit of a start and a full pairing', () => {
  test.each(['before', 'after'])(
    'right %s the commit',
    async (when) => {
      let killed = 0
      for (let commit = 1; commit <= most; commit++) {
        const dataDir = await mkdtemp(join(tmpdir(), 'gangway-killed-'))
        await cp(template, dataDir, { recursive: true })
        const phone = await whatsapp.registerPhone()
        const gateway = await GatewayProcess.start({ dataDir, env: asWhatsApp(whatsapp) })
        await gateway.kill()
        try {
          if (!(await linkUntilKilled(gateway, phone, `${when}:${commit}`))) break
          killed++
          await isWholeAgain(gateway, phone)
        } finally {
          await gateway.remove()
          await phone.remove()
        }
      }
      // The start alone has commits, and the pairing several more; a loop that saw fewer has not done its work.
      expect(killed).toBeGreaterThan(8)
      expect(killed).toBeLessThan(most)
      expect(whatsapp.history().filter(({ event }) => event === 'violation')).toEqual([])
    },
    600_000,
  )
})
