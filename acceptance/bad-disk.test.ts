import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmdirSync } from 'node:fs'
import { open, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Simulator } from '@gangway/simulator'
import { expect, onTestFinished, test } from 'vitest'
import { EventLog, HardyClient } from './chaos/event-log.js'
import { becomes } from './chaos/waiting.js'
import { faultyDisk } from './disk/faulty-disk.js'
import { startWorld, type World } from './world.js'

const noCompiler = faultyDisk === undefined
const preload = { LD_PRELOAD: faultyDisk ?? '' }

test.skipIf(noCompiler)(
  'F6: a sync fails: nothing is acknowledged any more, the process ends, a restart goes on (needs gcc)',
  async () => {
    const world = await startWorld()
    const { whatsapp, gateway, api } = world
    const { instance, phone } = await world.linked()
    const friend = await whatsapp.registerPhone()
    await gateway.stop()
    const broken = join(gateway.dataDir, 'broken')
    await gateway.start({ ...preload, DISK_FAIL_FROM: broken })
    await api.reaches(instance.id, 'linked')
    await writeFile(broken, '')
    const { id } = await friend.send(phone.number, 'not on this disk')
    expect(await gateway.gone()).toBe(1)
    expect(gateway.output).toMatch(/disk/i)
    await becomes('the end of its connection', () => whatsapp.connections() === 0)
    expect(acknowledged(whatsapp).has(id)).toBe(false)
    await gateway.start()
    await becomes('the message is acknowledged', () => acknowledged(whatsapp).has(id))
    expect((await logOf(world, instance.id)).filter((told) => told === id)).toHaveLength(1)
    expect(whatsapp.history().filter(({ event }) => event === 'violation')).toEqual([])
  },
  120_000,
)

test('F7: a full disk: nothing is acknowledged, reads go on, and all of it arrives once there is space', async (context) => {
  const disk = mkdtempSync(join(tmpdir(), 'gangway-full-'))
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64m', 'tmpfs', disk], { stdio: 'pipe' })
  } catch {
    context.skip('needs the right to mount a tmpfs')
  }
  onTestFinished(() => {
    execFileSync('umount', ['-l', disk])
    rmdirSync(disk)
  })
  const world = await startWorld({ dataDir: join(disk, 'data'), env: { GANGWAY_LOG_LEVEL: 'error' } })
  const { whatsapp, gateway, api } = world
  const { instance, phone } = await world.linked()
  const friend = await whatsapp.registerPhone()
  const filling = join(disk, 'filling')
  await fill(filling)
  const sent: string[] = []
  for (let number = 1; number <= 1000; number++) sent.push((await friend.send(phone.number, `kept: ${number}`)).id)
  const tries = (): number => whatsapp.history().filter(({ event }) => event === 'disconnected').length
  const before = tries()
  await becomes('it has tried, and tried again', () => tries() >= before + 2, { ms: 120_000 })

  expect(sent.filter((id) => acknowledged(whatsapp).has(id))).toEqual([])
  expect((await fetch(`${gateway.url}/healthz`)).status).toBe(200)
  expect((await api.call('GET', `/instances/${instance.id}/events`)).status).toBe(200)
  const refused = await api.call('POST', `/instances/${instance.id}/messages`, { to: friend.number, text: 'no room' })
  expect(refused).toMatchObject({ status: 507, body: { code: 'storage-full' } })

  await rm(filling)
  const all = (): boolean => sent.every((id) => acknowledged(whatsapp).has(id))
  await becomes('all of them are acknowledged', all, { ms: 180_000 })
  const told = (await logOf(world, instance.id)).filter((id) => sent.includes(id))
  expect(told).toEqual(sent)
  expect(gateway.running).toBe(true)
  expect(whatsapp.history().filter(({ event }) => event === 'violation')).toEqual([])
}, 400_000)

test.skipIf(noCompiler)(
  'F8: every sync takes half a second: connections stay, the API answers, all arrives (needs gcc)',
  async () => {
    const world = await startWorld()
    const { whatsapp, gateway, api } = world
    const { instance, phone } = await world.linked()
    const friend = await whatsapp.registerPhone()
    await gateway.stop()
    await gateway.start({ ...preload, DISK_DELAY_MS: '500' })
    await api.reaches(instance.id, 'linked')
    const before = whatsapp.history().length
    const sent: string[] = []
    for (let number = 1; number <= 200; number++) sent.push((await friend.send(phone.number, `slowly: ${number}`)).id)
    const answers: number[] = []
    await becomes('all of them are acknowledged', async () => {
      const asked = performance.now()
      await fetch(`${gateway.url}/healthz`)
      answers.push(performance.now() - asked)
      return sent.every((id) => acknowledged(whatsapp).has(id))
    })
    // Where the main thread waited for the disk, no answer in all that time would be faster than half a sync.
    expect(answers.toSorted((one, other) => one - other)[Math.floor(answers.length / 2)]).toBeLessThan(250)
    expect(await logOf(world, instance.id)).toEqual(sent)
    expect(whatsapp.history(before).filter(({ event }) => event === 'disconnected' || event === 'violation')).toEqual(
      [],
    )
  },
  120_000,
)

function acknowledged(whatsapp: Simulator): Set<string> {
  return new Set(
    whatsapp.history().flatMap((entry) => (entry.event === 'acked' && entry.by !== 'nack' ? [entry.id] : [])),
  )
}

/** Ids of the messages that the log tells of as received, in its order. */
async function logOf({ gateway }: World, instance: string): Promise<string[]> {
  const log = new EventLog(new HardyClient(gateway.url, await gateway.adminKey()), instance)
  const events = await log.fromStart()
  return events.flatMap(({ kind, data }) => (kind === 'message.received' ? [String(data.id)] : []))
}

/** Takes all the space there is. */
async function fill(path: string): Promise<void> {
  const file = await open(path, 'w')
  try {
    for (let size = 1 << 20; size >= 1;) {
      try {
        await file.write(Buffer.alloc(size))
      } catch {
        size >>= 1
      }
    }
  } finally {
    await file.close()
  }
}
