import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { until } from './native-client.js'

const program = join(import.meta.dirname, '..', 'packages', 'gateway', 'dist', 'app', 'cli', 'main.js')

/** The demo, in a temporary folder of its own so that what it leaves behind can be seen. */
async function startDemo() {
  const temporary = await mkdtemp(join(tmpdir(), 'gangway-demo-test-'))
  onTestFinished(() => rm(temporary, { recursive: true, force: true }))
  const child = spawn(process.execPath, [program, 'demo'], {
    // Settings of a gateway elsewhere, which the demo has to leave alone.
    env: {
      PATH: process.env.PATH,
      TMPDIR: temporary,
      PORT: 'not a port',
      GANGWAY_DATA_DIR: join(temporary, 'data'),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  onTestFinished(() => {
    child.kill('SIGKILL')
  })
  const printed = { stdout: '', stderr: '' }
  child.stdout.on('data', (chunk: Buffer) => (printed.stdout += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (printed.stderr += chunk.toString()))
  const ended = once(child, 'close').then(() => child.exitCode)
  return { child, printed, ended, temporary, left: () => readdir(temporary) }
}

const steps = [
  'A gateway starts with an empty data folder',
  'Two accounts and two virtual phones are made',
  "Ana's phone scans the picture of the QR, and is linked",
  "Budi's phone scans the picture of the QR, and is linked",
  'Ana writes, and Budi has it to the letter',
  'Budi answers, and Ana has it to the letter',
  'The gateway is killed without a warning (SIGKILL)',
  'It starts again on the same data',
  'Both accounts are linked as before, with no QR and no pairing',
  'Ana writes once more, and Budi has it',
  'Every message arrived once, and none is missing',
]

test('all of it happens, each step with its time, and nothing is left behind', async () => {
  const { printed, ended, left } = await startDemo()
  expect(await ended, printed.stderr).toBe(0)
  const shown = [...printed.stdout.matchAll(/^ {2}✓ (.+?) +\d+ ms$/gm)].map(([, title]) => title)
  expect(shown).toEqual(steps)
  expect(printed.stdout).toMatch(/\nAll of it happened, in \d+\.\d s\. Now yours: npm start\n$/)
  expect(printed.stdout).not.toContain('\x1b')
  expect(printed.stderr).toBe('')
  expect(await left()).toEqual([])
})

test('stopped in the middle, it takes its gateway and its data with it', async () => {
  const { child, printed, ended, left } = await startDemo()
  await until(
    () => printed.stdout,
    (stdout) => stdout.includes('Two accounts'),
  )
  const gateways = await childrenOf(child.pid)
  expect(gateways).toHaveLength(1)
  child.kill('SIGINT')
  expect(await ended).toBe(130)
  expect(await left()).toEqual([])
  await until(
    () => gateways.map(isAlive),
    (alive) => !alive.includes(true),
  )
})

test('a step that fails is named with what the gateway said last, and nothing is left behind', async () => {
  const { child, printed, ended, left } = await startDemo()
  await until(
    () => printed.stdout,
    (stdout) => stdout.includes('Two accounts'),
  )
  for (const gateway of await childrenOf(child.pid)) process.kill(gateway, 'SIGKILL')
  expect(await ended).toBe(1)
  const [, failed] = /^ {2}✗ (.+)$/m.exec(printed.stdout) ?? []
  expect(steps).toContain(failed)
  expect(printed.stderr).toContain(`gangway: the demo failed at '${failed}': `)
  expect(printed.stderr).toMatch(
    /\n\nThe last lines of the gateway's log:\n\{"level":30,.*Server listening.*\n\{"level":20,.*"route":/,
  )
  expect(printed.stdout).not.toContain('All of it happened')
  expect(await left()).toEqual([])
})

/** Of one process and its main thread (Linux). */
async function childrenOf(parent: number | undefined): Promise<number[]> {
  const text = await readFile(`/proc/${parent}/task/${parent}/children`, 'utf8')
  return text.trim().split(' ').map(Number)
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}
