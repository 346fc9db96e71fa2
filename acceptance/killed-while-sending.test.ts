import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { VirtualPhone } from '@gangway/simulator'
import { describe, expect, test } from 'vitest'
import { until, type Instance } from './native-client.js'
import { smallJpeg } from './small-files.js'
import { startWorld, type World } from './world.js'

const preload = pathToFileURL(join(import.meta.dirname, 'kill-at-commit', 'preload.mjs')).href
/** More commits than sending one message can have; a round ends when the message has arrived unharmed. */
const most = 20

interface Scene {
  readonly world: World
  readonly instance: Instance
  readonly phone: VirtualPhone
  readonly friend: VirtualPhone
  /** Where the gateway looks whether its commits count. */
  readonly armed: string
}

/** Something that is handed in, with a key of its own so that it may be handed in again. */
interface Wish {
  readonly key: string
  readonly to: string
  readonly body: object
}

interface Kind {
  readonly name: string
  readonly wish: (scene: Scene, key: string) => Wish | Promise<Wish>
}

const kinds: readonly Kind[] = [
  {
    name: 'a text in a session',
    wish: ({ friend }, key) => ({ key, to: friend.number, body: { text: `text ${key}` } }),
  },
  {
    name: 'a first text to somebody',
    wish: async ({ world }, key) => {
      const { number } = await world.whatsapp.registerPhone()
      return { key, to: number, body: { text: `first ${key}` } }
    },
  },
  {
    name: 'a text to a group',
    wish: async ({ friend, phone }, key) => {
      const group = friend.groups()[0] ?? (await friend.createGroup('picnic', [phone.number]))
      return { key, to: group.id, body: { text: `group ${key}` } }
    },
  },
  {
    name: 'a picture',
    wish: ({ friend }, key) => ({
      key,
      to: friend.number,
      body: { content: { kind: 'image', base64: smallJpeg(key), caption: `picture ${key}` } },
    }),
  },
]

describe('F3: SIGKILL at every commit of sending', () => {
  test.each(kinds)(
    '$name',
    async (kind) => {
      const scene = await setUp()
      const sent: Sent[] = []
      for (const when of ['before', 'after']) {
        let killed = 0
        while (killed < most && (await killedAt(scene, kind, `${when}:${killed + 1}`, sent))) killed++
        // A round without a kill has not done its work.
        expect(killed).toBeGreaterThan(0)
        expect(killed).toBeLessThan(most)
      }
      await startLinked(scene)
      await haveArrived(scene, sent)
      expect(scene.world.whatsapp.history().filter(({ event }) => event === 'violation')).toEqual([])
    },
    240_000,
  )
})

async function setUp(): Promise<Scene> {
  const world = await startWorld()
  const { instance, phone } = await world.linked()
  const friend = await world.whatsapp.registerPhone()
  const scene = { world, instance, phone, friend, armed: join(world.gateway.dataDir, 'armed') }
  const wish = { key: 'warm-up', to: friend.number, body: { text: 'hello' } }
  await haveArrived(scene, [{ wish, id: await handedIn(scene, wish) }])
  await world.gateway.kill()
  return scene
}

/** What was handed in; without an id where the gateway was gone before it answered. */
interface Sent {
  readonly wish: Wish
  id: string | undefined
}

/**
 * One message of the kind, and a kill at the commit; false when there was none so late. The start for it is the one after
 * the kill before, so what that one hurt is looked at first.
 */
async function killedAt(scene: Scene, kind: Kind, kill: string, sent: Sent[]): Promise<boolean> {
  const { gateway } = scene.world
  await startLinked(scene, {
    NODE_OPTIONS: `--import=${preload}`,
    GANGWAY_TEST_KILL: kill,
    GANGWAY_TEST_KILL_FROM: scene.armed,
  })
  await haveArrived(scene, sent)
  const wish = await kind.wish(scene, `${kill}-${sent.length}`)
  await writeFile(scene.armed, '')
  const id = await handedIn(scene, wish).catch(() => undefined)
  sent.push({ wish, id })
  await until(
    async () => !gateway.running || (id !== undefined && (await isSettled(scene, id))),
    (over) => over,
  )
  const killed = !gateway.running
  await gateway.kill()
  await rm(scene.armed)
  return killed
}

/** Each of them once: whoever was answered need not ask again, whoever was not does so with the same key. */
async function haveArrived(scene: Scene, sent: readonly Sent[]): Promise<void> {
  for (const one of sent) {
    const id = (one.id ??= await handedIn(scene, one.wish))
    await until(
      () => arrivals(scene, id),
      (times) => times > 0,
    )
    await until(
      () => isSettled(scene, id),
      (settled) => settled,
    )
    expect(arrivals(scene, id), id).toBe(1)
  }
}

async function handedIn({ world, instance }: Scene, { key, to, body }: Wish): Promise<string> {
  const path = `/instances/${instance.id}/messages`
  const headers = { 'idempotency-key': key }
  return (await world.api.ok<{ id: string }>('POST', path, { to, ...body }, headers)).id
}

async function isSettled({ world, instance }: Scene, id: string): Promise<boolean> {
  try {
    const { body } = await world.api.call('GET', `/instances/${instance.id}/messages/${id}`)
    return body.status !== 'queued' && body.status !== 'sent'
  } catch {
    // It was killed meanwhile.
    return false
  }
}

/** How often the message stands on the phones that it was for, the account's own not counted. */
function arrivals({ world, phone }: Scene, id: string): number {
  const others = world.whatsapp.phones().filter(({ number }) => number !== phone.number)
  return Math.max(0, ...others.map((other) => other.messages().filter((message) => message.id === id).length))
}

async function startLinked({ world, instance }: Scene, env: Readonly<Record<string, string>> = {}): Promise<void> {
  await world.gateway.start(env)
  await world.api.reaches(instance.id, 'linked')
}
