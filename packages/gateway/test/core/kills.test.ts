import fc from 'fast-check'
import { expect, test } from 'vitest'
import { GatewayError } from '#gateway/core/errors/gateway-error.js'
import type { MessageId } from '#gateway/core/ids.js'
import { coreWorld, type CoreWorld } from './world.js'

/**
 * How far a message gets before the process dies: it is stored and not looked at, it is with the engine and has not left,
 * the server has it and its answer is lost, or the answer has come and may or may not be recorded.
 */
const moments = ['queued', 'encrypting', 'on the wire', 'acknowledged'] as const
type Moment = (typeof moments)[number]

interface Life {
  /** Messages handed in while this process lives. */
  readonly messages: number
  /** The message of this life with which it dies, counted over all that leave. */
  readonly dies: number
  readonly at: Moment
}

const life: fc.Arbitrary<Life> = fc.record({
  messages: fc.nat(4),
  dies: fc.nat(4),
  at: fc.constantFrom(...moments),
})

/** The server, which outlives every process of ours: what it has taken, in its order, each id once. */
class Server {
  readonly taken: MessageId[] = []

  take(id: MessageId): void {
    if (!this.taken.includes(id)) this.taken.push(id)
  }
}

/** Lives one life, and ends it as a kill does: what had not been answered never is. */
async function live(world: CoreWorld, server: Server, { messages, dies, at }: Life): Promise<MessageId[]> {
  const { whatsapp, gateway, caller } = world
  const [{ id } = fail()] = await gateway.instances.list(caller, { limit: 1 })
  const never = new Promise<void>(() => undefined)
  let left = 0
  let dead: () => void = () => undefined
  const death = new Promise<void>((resolve) => (dead = resolve))
  whatsapp.onSend = ({ id: message }) => {
    // Nothing that a dead process does is seen by anybody.
    if (left > dies) return never
    const last = left++ === dies
    if (!last || at !== 'encrypting') server.take(message)
    if (!last) return Promise.resolve()
    dead()
    return at === 'acknowledged' ? Promise.resolve() : never
  }
  if (at !== 'queued') await world.connected(id)
  const handed: MessageId[] = []
  for (let n = 0; n < messages; n++) {
    const content = { kind: 'text', text: `message ${n}` } as const
    handed.push((await gateway.messages.send(caller, id, { to: '491700000002', content })).id)
  }
  const waiting = await gateway.messages.queued(caller, id, 100)
  if (at !== 'queued' && waiting.length > dies) await death
  return handed
}

test('F3: whenever the process dies, nothing is lost, and nothing goes out under another id', async () => {
  const property = fc.asyncProperty(fc.array(life, { minLength: 1, maxLength: 4 }), async (lives) => {
    const server = new Server()
    let world = await coreWorld()
    await world.linked()
    world = await world.kill()
    const handed: MessageId[] = []
    for (const one of lives) {
      handed.push(...(await live(world, server, one)))
      world = await world.kill()
    }
    const { whatsapp, gateway, caller } = world
    const [{ id } = fail()] = await gateway.instances.list(caller, { limit: 1 })
    whatsapp.onSend = ({ id: message }) => {
      server.take(message)
      return Promise.resolve()
    }
    await world.connected(id)
    for (const message of handed) {
      expect(await gateway.messages.settled(caller, id, message, 30_000)).toMatchObject({ status: 'server-ack' })
    }
    expect(server.taken).toEqual(handed)
    const sent = (await world.events(id, 'message.sent')).map(({ data }) => data.id)
    expect(sent).toEqual(handed)
    await world.database.store.close()
  })
  await fc.assert(property, { numRuns: 12 })
}, 240_000)

test('F3: a receipt that comes before our own record says that the message was sent, once', async () => {
  let world = await coreWorld()
  const id = await world.linked()
  world.whatsapp.onSend = () => new Promise(() => undefined)
  const content = { kind: 'text', text: 'hello' } as const
  const message = await world.gateway.messages.send(world.caller, id, { to: '491700000002', content })
  await expect.poll(() => world.whatsapp.sent.length).toBe(1)
  world = await world.kill()
  // The server has it, and whoever it was for has read it by now.
  world.whatsapp.onSend = () => Promise.reject(new GatewayError('send-timed-out', 'no answer', { effect: 'unknown' }))
  await world.connected(id)
  const receipt = { kind: 'message-status', chat: message.chat, id: message.id, participant: null } as const
  await world.whatsapp.report(id, { ...receipt, status: 'read' })
  await world.whatsapp.report(id, { ...receipt, status: 'delivered' })
  const told = await world.events(id, 'message.sent', 'message.status')
  expect(told.map(({ kind, data }) => [kind, data.id, 'status' in data && data.status])).toEqual([
    ['message.sent', message.id, false],
    ['message.status', message.id, 'read'],
  ])
  expect(await world.gateway.messages.queued(world.caller, id, 10)).toEqual([])
})

function fail(): never {
  throw new Error('there is an instance')
}
