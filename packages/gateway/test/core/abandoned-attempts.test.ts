import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startSimulator } from '@gangway/simulator'
import { expect, onTestFinished, test } from 'vitest'
import { createCore } from '#gateway/core/create-gateway.js'
import type { Caller } from '#gateway/core/access/access.js'
import { abandonedAfter } from '#gateway/core/linking/link-attempt.js'
import { createBaileysEngine } from '#gateway/engines/baileys/engine.js'
import { openSqliteStore } from '#gateway/store/sqlite/open.js'
import { ManualClock } from '../manual-clock.js'

const attempts = 200
const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined }

/** Sockets and timers that this process holds now. */
function held(): { sockets: number; timers: number } {
  const resources = process.getActiveResourcesInfo()
  return {
    sockets: resources.filter((kind) => kind === 'TCPSocketWrap').length,
    timers: resources.filter((kind) => kind === 'Timeout').length,
  }
}

test('F14: two hundred attempts that nobody looks at leave no socket and no timer behind', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'gangway-abandoned-'))
  onTestFinished(() => rm(dataDir, { recursive: true, force: true }))
  const whatsapp = await startSimulator()
  onTestFinished(() => whatsapp.close())
  const store = await openSqliteStore({
    path: join(dataDir, 'gangway.db'),
    secretKey: Buffer.alloc(32, 7),
    onFatal: (error) => {
      throw error
    },
  })
  onTestFinished(() => store.close())
  const clock = new ManualClock()
  const { url, rootKey } = whatsapp
  const engine = createBaileysEngine({ network: 'whatsapp', url, rootKey, credentials: store.credentials, clock })
  onTestFinished(() => engine.close())
  const core = createCore({
    store,
    engine: () => engine,
    clock,
    log: silent,
    random: Math.random,
    publicUrl: 'http://gateway.test',
  })
  onTestFinished(() => core.close())
  const workspace = await store.access.ensureWorkspace('default')
  const caller: Caller = { workspace, scopes: ['admin'], network: null }
  const { instances, links } = core.gateway

  const before = held()
  const pendingBefore = clock.pending
  const ids = await Promise.all(
    Array.from({ length: attempts }, async (_, index) => {
      const { instance } = await instances.create(caller, { name: `shop ${index}` })
      return instance.id
    }),
  )
  const starts = ids.map((id) => links.start(caller, id, { method: 'qr' }, { wait: 20_000 }))
  const snapshots = await Promise.all(starts)
  expect(new Set(snapshots.map(({ step }) => step.kind))).toEqual(new Set(['scan']))
  expect(whatsapp.connections()).toBe(attempts)

  clock.advance(abandonedAfter + 1_000)
  await expect.poll(() => whatsapp.connections(), { timeout: 20_000 }).toBe(0)
  const ended = await Promise.all(ids.map((id) => links.current(caller, id)))
  for (const { step } of ended) {
    expect(step).toMatchObject({ kind: 'failed', error: { code: 'link-abandoned' } })
  }
  for (const id of ids) expect(await instances.get(caller, id)).toMatchObject({ state: 'unlinked' })
  await expect.poll(() => held().sockets, { timeout: 20_000 }).toBeLessThanOrEqual(before.sockets)
  await expect.poll(() => held().timers, { timeout: 20_000 }).toBeLessThanOrEqual(before.timers)
  expect(clock.pending).toBe(pendingBefore)

  // And the next attempt of one of them works as if nothing had been.
  const [first] = ids
  if (!first) throw new Error('no instance')
  expect(await links.start(caller, first, { method: 'qr' }, { wait: 20_000 })).toMatchObject({ step: { kind: 'scan' } })
}, 60_000)
