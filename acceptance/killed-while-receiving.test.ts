import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { VirtualPhone } from '@gangway/simulator'
import { describe, expect, test } from 'vitest'
import { until, type GatewayEvent, type Instance } from './native-client.js'
import { startWorld, type World } from './world.js'

const preload = pathToFileURL(join(import.meta.dirname, 'kill-at-commit', 'preload.mjs')).href
/** More commits than receiving one stanza can have; a round ends when the stanza is acknowledged unharmed. */
const most = 12

interface Scene {
  readonly world: World
  readonly instance: Instance
  /** The account's own phone. */
  readonly phone: VirtualPhone
  readonly friend: VirtualPhone
  /** Where the gateway looks whether its commits count. */
  readonly armed: string
}

/** Something that the gateway gets, and how it shows that it has it. */
interface Stanza {
  readonly id: string
  readonly tag: 'message' | 'receipt'
  /** Of the event that tells of it. */
  readonly kind: string
  readonly encryption?: readonly string[]
}

interface Kind {
  readonly name: string
  /** What has to be there before; its answer makes the stanza come. */
  readonly prepare: (scene: Scene) => Promise<() => Promise<Stanza>>
}

const received = { tag: 'message', kind: 'message.received' } as const

const kinds: readonly Kind[] = [
  {
    name: 'a first contact',
    async prepare({ world, phone }) {
      const stranger = await world.whatsapp.registerPhone()
      return async () => ({
        ...received,
        encryption: ['pkmsg'],
        id: (await stranger.send(phone.number, 'do you know me?')).id,
      })
    },
  },
  {
    name: 'a message in a session',
    async prepare({ phone, friend }) {
      return async () => ({ ...received, encryption: ['msg'], id: (await friend.send(phone.number, 'and then?')).id })
    },
  },
  {
    name: 'a message to a group',
    async prepare(scene) {
      const { phone, friend } = scene
      const group = friend.groups()[0] ?? (await friend.createGroup('picnic', [phone.number]))
      // The first one brings the key.
      await acknowledged(scene, { ...received, id: (await friend.send(group.id, 'who comes?')).id })
      return async () => ({ ...received, encryption: ['skmsg'], id: (await friend.send(group.id, 'who else?')).id })
    },
  },
  {
    name: 'a message that was sent from the phone',
    async prepare({ phone, friend }) {
      return async () => ({
        tag: 'message',
        kind: 'message.sent-from-phone',
        id: (await phone.send(friend.number, 'written on the phone')).id,
      })
    },
  },
  {
    name: 'a receipt',
    async prepare(scene) {
      const id = await say(scene, 'have you read this?')
      await until(
        () => scene.world.api.events(scene.instance.id),
        (events) => events.some((event) => tells(event, { tag: 'receipt', kind: 'delivered', id })),
      )
      return async () => {
        await scene.friend.read([id])
        return { tag: 'receipt', kind: 'read', id }
      }
    },
  },
]

describe('F2: SIGKILL at every commit of receiving', () => {
  test.each(kinds)(
    '$name',
    async (kind) => {
      const scene = await setUp()
      const { world, instance } = scene
      const stanzas: Stanza[] = []
      for (const when of ['before', 'after']) {
        let killed = 0
        while (killed < most && (await killedAt(scene, kind, `${when}:${killed + 1}`, stanzas))) killed++
        // A round without a kill has not done its work.
        expect(killed).toBeGreaterThan(0)
        expect(killed).toBeLessThan(most)
      }
      await startLinked(scene)
      await areTold(scene, stanzas)
      expect(world.whatsapp.history().filter(({ event }) => event === 'violation')).toEqual([])
      const events = await world.api.events(instance.id)
      expect(events.map(({ seq }) => seq)).toEqual(events.map((_event, at) => at + 1))
    },
    240_000,
  )
})

async function setUp(): Promise<Scene> {
  const world = await startWorld()
  const { instance, phone } = await world.linked()
  const friend = await world.whatsapp.registerPhone()
  const scene = { world, instance, phone, friend, armed: join(world.gateway.dataDir, 'armed') }
  await converse(scene)
  await world.gateway.kill()
  return scene
}

/**
 * One stanza of the kind, and a kill at the commit; false when there was none so late. The start for it is the one after
 * the kill before, so what that one hurt is looked at first.
 */
async function killedAt(scene: Scene, { prepare }: Kind, kill: string, stanzas: Stanza[]): Promise<boolean> {
  const { world, armed } = scene
  const { gateway } = world
  await startLinked(scene, {
    NODE_OPTIONS: `--import=${preload}`,
    GANGWAY_TEST_KILL: kill,
    GANGWAY_TEST_KILL_FROM: armed,
  })
  await areTold(scene, stanzas)
  const send = await prepare(scene)
  await writeFile(armed, '')
  const stanza = await send()
  stanzas.push(stanza)
  await until(
    () => !gateway.running || isAcknowledged(scene, stanza),
    (over) => over,
  )
  const killed = !isAcknowledged(scene, stanza)
  await gateway.kill()
  await rm(armed)
  return killed
}

/** Each of them once, acknowledged, and the conversation goes on. */
async function areTold(scene: Scene, stanzas: readonly Stanza[]): Promise<void> {
  for (const stanza of stanzas) {
    await acknowledged(scene, stanza)
    await isToldOnce(scene, stanza)
  }
  await converse(scene)
}

async function startLinked({ world, instance }: Scene, env: Readonly<Record<string, string>> = {}): Promise<void> {
  await world.gateway.start(env)
  await world.api.reaches(instance.id, 'linked')
}

/** Both ways, in the sessions that the kill may have hurt. */
async function converse(scene: Scene): Promise<void> {
  const { phone, friend } = scene
  await acknowledged(scene, { ...received, id: (await friend.send(phone.number, 'are you there?')).id })
  const id = await say(scene, 'always')
  await friend.received((message) => message.id === id, 20_000)
}

async function say({ world, instance, friend }: Scene, text: string): Promise<string> {
  const { id } = await world.api.ok<{ id: string }>('POST', `/instances/${instance.id}/messages`, {
    to: friend.number,
    text,
  })
  return id
}

async function acknowledged(scene: Scene, stanza: Stanza): Promise<void> {
  await until(
    () => isAcknowledged(scene, stanza),
    (is) => is,
  )
}

function isAcknowledged({ world, phone }: Scene, { id, tag, kind, encryption }: Stanza): boolean {
  const deliveries = world.whatsapp.deliveries(`${phone.number}:1`).filter((one) => one.id === id && one.tag === tag)
  if (encryption && deliveries[0]) expect(deliveries[0].encryption).toEqual(encryption)
  expect(deliveries.filter(({ acked }) => acked?.by === 'nack')).toEqual([])
  // The receipt for its delivery comes before the one for its being read.
  const last = kind === 'read' ? deliveries[1] : deliveries[0]
  return last?.acked !== undefined
}

async function isToldOnce({ world, instance }: Scene, stanza: Stanza): Promise<void> {
  const events = await world.api.events(instance.id)
  expect(events.filter((event) => tells(event, stanza))).toHaveLength(1)
  expect(events.filter(({ kind }) => kind === 'message.undecryptable')).toEqual([])
}

function tells({ kind, data }: GatewayEvent, stanza: Stanza): boolean {
  if (data.id !== stanza.id) return false
  return stanza.tag === 'message' ? kind === stanza.kind : kind === 'message.status' && data.status === stanza.kind
}
