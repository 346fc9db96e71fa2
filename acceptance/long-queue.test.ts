import type { VirtualPhone } from '@gangway/simulator'
import { expect, test } from 'vitest'
import { until } from './native-client.js'
import { startWorld, type World } from './world.js'

const queued = 10_000
const friends = 20

test('10,000 queued messages outlast a logout and a kill, and each arrives once and in order', async () => {
  const world = await startWorld({ env: { GANGWAY_LOG_LEVEL: 'warn' } })
  const { instance, phone } = await world.linked()
  const to = await Promise.all(Array.from({ length: friends }, () => world.whatsapp.registerPhone()))
  await world.api.ok('POST', `/instances/${instance.id}/pause`)
  const handedIn = await Promise.all(to.map((friend) => handIn(world, instance.id, friend)))
  await world.api.ok('POST', `/instances/${instance.id}/resume`)

  await arrived(to, queued / 5)
  await phone.unlink()
  await world.api.reaches(instance.id, 'unlinked')
  const whenUnlinked = total(to)
  expect(whenUnlinked).toBeLessThan(queued)
  await phone.scan(await world.api.qr(instance.id))
  await world.api.reaches(instance.id, 'linked')

  await arrived(to, whenUnlinked + queued / 5)
  await world.gateway.kill()
  expect(total(to)).toBeLessThan(queued)
  await world.gateway.start()
  await world.api.reaches(instance.id, 'linked')

  await arrived(to, queued)
  expect(to.map(inbox)).toEqual(handedIn)
  const statuses = await until(
    () => Promise.all(handedIn.map((ids) => status(world, instance.id, ids.at(-1)?.id))),
    (all) => all.every((one) => one === 'delivered'),
  )
  expect(statuses).toHaveLength(friends)
  expect(world.whatsapp.history().filter(({ event }) => event === 'violation')).toEqual([])
}, 600_000)

interface Line {
  readonly id: string
  readonly text: string
}

/** The part of the queue that goes to one friend, one after another. */
async function handIn(world: World, instance: string, friend: VirtualPhone): Promise<Line[]> {
  const lines: Line[] = []
  for (let n = 1; n <= queued / friends; n++) {
    const text = `line ${n}`
    const { id } = await world.api.ok<{ id: string }>('POST', `/instances/${instance}/messages`, {
      to: friend.number,
      text,
    })
    lines.push({ id, text })
  }
  return lines
}

function inbox(friend: VirtualPhone): Line[] {
  return friend.messages().map(({ id, text }) => ({ id, text }))
}

function total(to: readonly VirtualPhone[]): number {
  return to.reduce((sum, friend) => sum + friend.messages().length, 0)
}

/** Until so many are there. Each one more is worth waiting for anew. */
async function arrived(to: readonly VirtualPhone[], count: number): Promise<void> {
  for (let before = total(to); before < count;) {
    const known = before
    before = await until(
      () => total(to),
      (now) => now > known,
    )
  }
}

async function status(world: World, instance: string, id = ''): Promise<unknown> {
  return (await world.api.ok('GET', `/instances/${instance}/messages/${id}`)).status
}
