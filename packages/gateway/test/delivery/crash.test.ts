import { expect, test } from 'vitest'
import type { OutboundReply } from '#gateway/core/ports/outbound.js'
import { counted, day, down, gate, hour, manualWorld, until } from './world.js'

const shop = 'https://shop.example/hook'

test('F4: a crash between request and answer repeats the delivery, with the same id and a newer timestamp', async () => {
  const world = await manualWorld()
  const id = await world.instance()
  await world.subscribe(shop)
  world.endpoints.answer = () => gate<OutboundReply>().promise
  await world.happened(id, 2)
  await until(() => world.endpoints.open() === 1)
  world.clock.advance(5000)
  await world.crash()
  world.endpoints.answer = () => 204
  await until(() => world.endpoints.seen.length === 3)
  const [before, after, next] = world.endpoints.seen
  expect(after).toMatchObject({ seq: 2, id: before?.id })
  expect(after?.timestamp).toBe((before?.timestamp ?? 0) + 5)
  expect(next?.seq).toBe(3)
})

test('F4: a crash between answer and cursor repeats what was not stored, in order, and skips nothing', async () => {
  const world = await manualWorld()
  const id = await world.instance()
  await world.subscribe(shop)
  const events = await world.happened(id, 40)
  // Time stands still: of these, only the first can have been written.
  await until(() => world.endpoints.seen.length === 40)
  await world.settled()
  world.endpoints.seen.length = 0
  const again = await world.crash()
  await until(() => again.seqs().at(-1) === 41)
  const [first = 0] = again.seqs()
  expect(first).toBeGreaterThan(2)
  expect(again.seqs()).toEqual(counted(first, 41))
  expect(again.endpoints.seen.map((one) => one.id)).toEqual(events.slice(first - 2).map((event) => event.id))
})

test('F4: crash after crash, an endpoint has seen everything in the end, and nothing out of order but repeats', async () => {
  let world = await manualWorld()
  const id = await world.instance()
  await world.subscribe(shop)
  for (let round = 0; round < 8; round++) {
    await world.happened(id, 30)
    // Somewhere on the way.
    await until(() => world.seqs().length >= round * 17)
    if (round % 2 === 0) world.clock.advance(60)
    world = await world.crash()
  }
  await until(() => world.seqs().at(-1) === 241)
  expect(new Set(world.seqs())).toEqual(new Set(counted(2, 241)))
  // Each step is to the next one, or back to where the cursor was.
  const steps = world.seqs().map((seq, index, all) => seq - (all[index - 1] ?? 1))
  expect(Math.max(...steps)).toBe(1)
})

test('after an orderly end nothing is repeated', async () => {
  const world = await manualWorld()
  const id = await world.instance()
  await world.subscribe(shop)
  await world.happened(id, 40)
  await until(() => world.endpoints.seen.length === 40)
  const again = await world.restart()
  await again.happened(id)
  await until(() => again.seqs().at(-1) === 42)
  await again.settled()
  expect(again.seqs()).toEqual(counted(2, 42))
})

test('a restart keeps to the schedule, and to what was found out about an endpoint', async () => {
  let world = await manualWorld()
  const id = await world.instance()
  const { id: subscription } = await world.subscribe(shop)
  world.endpoints.answer = () => down
  await world.happened(id)
  await world.pass(30 * hour)
  const { length } = world.endpoints.seen
  const { failingSince } = await world.stored(subscription)
  world = await world.restart()
  await world.pass(hour)
  expect(world.endpoints.seen).toHaveLength(length)
  await world.pass(5 * day)
  expect(await world.stored(subscription)).toMatchObject({ state: 'probing', failingSince })
  world = await world.restart()
  expect(await world.stored(subscription)).toMatchObject({ state: 'probing', failingSince })
  world.endpoints.answer = () => 204
  await world.pass(30 * hour)
  expect(await world.stored(subscription)).toMatchObject({ state: 'active', failingSince: null })
})
