import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import type { InstanceId } from '#gateway/core/ids.js'
import type { Store } from '#gateway/core/ports/store.js'
import { bytes, noon, ownedInstance, stateEvent, text } from './sample.js'
import { newFolder, openSqlite } from './sqlite-folder.js'
import { rejects } from './store-contract.js'

const child = fileURLToPath(new URL('./writing-child.mjs', import.meta.url))
const secretKey = new Uint8Array(32)

test('SIGKILL while writing loses no acknowledged row', async () => {
  const { path, id } = await prepared()
  for (const kills of [50, 400, 1000]) {
    const { acknowledged } = await run([process.execPath, child, path, id], kills)
    expect(acknowledged.length).toBeGreaterThanOrEqual(kills)
    await expectStored(path, id, acknowledged)
  }
})

test('a disk that fails a write ends everything: no answer after it, a non-zero exit, nothing acknowledged lost', async () => {
  const { path, id } = await prepared()
  // A file size limit of 512 KB makes write() fail with EFBIG, which SQLite reports as it reports EIO.
  const limited = `trap '' XFSZ; ulimit -f 1024; exec "$@"`
  const { acknowledged, lines, code } = await run(['sh', '-c', limited, 'sh', process.execPath, child, path, id])
  expect(code).toBe(3)
  expect(acknowledged.length).toBeGreaterThan(0)
  expect(lines.filter((line) => line === 'fatal')).toHaveLength(1)
  const failed = lines.findIndex((line) => line === 'fatal' || line.startsWith('error'))
  expect(lines.slice(failed).filter(isAcknowledgement)).toEqual([])
  expect(lines).toContain('error storage-error unknown')
  await expectStored(path, id, acknowledged)
})

test('on a full disk writes are refused, reads go on, and writes go on by themselves once there is space', async (context) => {
  const folder = newFolder()
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=6m', 'tmpfs', folder], { stdio: 'pipe' })
  } catch {
    context.skip('needs the right to mount a tmpfs')
  }
  onTestFinished(() => {
    execFileSync('umount', ['-l', folder])
  })
  const { store, fatal } = await openSqlite({ path: join(folder, 'gangway.db') })
  const { instance, ref } = await ownedInstance(store)
  await store.credentials.commit(ref, [{ kind: 'new-identity', bytes: bytes('me') }])
  const filling = join(folder, 'filling')
  expect(() => {
    writeFileSync(filling, new Uint8Array(8 << 20))
  }).toThrow('ENOSPC')
  const large = { kind: 'key', keyKind: 'session', id: 'a', bytes: new Uint8Array(100_000) } as const
  const writes = Array.from({ length: 20 }, () =>
    store.instances.commit(ref, { at: noon, events: [stateEvent()], credentials: [large] }),
  )
  await Promise.all(writes.map((write) => rejects(write, 'storage-full')))
  await rejects(store.check(), 'storage-full')
  expect(await store.events.last(instance.id)).toBe(1)
  expect(text(await store.credentials.identity(instance.id))).toBe('me')
  expect(await store.credentials.keys(instance.id, 'session', ['a'])).toEqual(new Map())
  rmSync(filling)
  await store.check()
  const { events } = await store.instances.commit(ref, { at: noon, events: [stateEvent()], credentials: [large] })
  expect(events[0]?.seq).toBe(2)
  expect(fatal).toEqual([])
  await store.close()
})

async function prepared(): Promise<{ path: string; id: InstanceId }> {
  const { store, path } = await openSqlite({ secretKey })
  const { instance, ref } = await ownedInstance(store)
  await store.credentials.commit(ref, [{ kind: 'new-identity', bytes: bytes('me') }])
  await store.close()
  return { path, id: instance.id }
}

/** Runs the child until it ends, or kills it after so many acknowledgements. */
async function run([command = '', ...args]: string[], killAfter = Infinity) {
  const process = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = once(process, 'exit') as Promise<[number | null]>
  const lines: string[] = []
  let acknowledgements = 0
  for await (const line of createInterface({ input: process.stdout })) {
    lines.push(line)
    if (isAcknowledgement(line) && ++acknowledgements === killAfter) process.kill('SIGKILL')
  }
  const [code] = await ended
  return { code, lines, acknowledged: lines.filter(isAcknowledgement) }
}

function isAcknowledgement(line: string): boolean {
  return line.startsWith('event ') || line.startsWith('key ')
}

async function expectStored(path: string, id: InstanceId, acknowledged: readonly string[]): Promise<void> {
  const { store } = await openSqlite({ path, secretKey })
  const events = await allEvents(store, id)
  expect(events).toEqual(events.map((event, at) => ({ ...event, seq: at + 1 })))
  const stored = new Set(events.map((event) => `event ${event.seq} ${event.id}`))
  const keys = acknowledged.filter((line) => line.startsWith('key ')).map((line) => line.slice('key '.length))
  for (const key of (await store.credentials.keys(id, 'session', keys)).keys()) stored.add(`key ${key}`)
  expect(acknowledged.filter((line) => !stored.has(line))).toEqual([])
  await store.close()
}

async function allEvents(store: Store, id: InstanceId) {
  return store.events.read(id, { after: 0, limit: 1_000_000 })
}
