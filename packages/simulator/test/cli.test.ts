import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'

const cli = fileURLToPath(new URL('../dist/cli.js', import.meta.url))
const running = new Set<ChildProcess>()
const freePorts = ['--port', '0', '--control-port', '0']

interface Run {
  readonly process: ChildProcess
  /** The first `count` lines of what it prints. Rejects when it ends before that. */
  lines(count: number): Promise<readonly string[]>
  ended: Promise<{ code: number | null; out: string; err: string }>
}

function run(...args: readonly string[]): Run {
  const child = spawn(process.execPath, [cli, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  running.add(child)
  const printed: string[] = []
  let err = ''
  child.stderr.on('data', (data: Buffer) => (err += data.toString()))
  const reader = createInterface({ input: child.stdout }).on('line', (line) => printed.push(line))
  const ended = once(child, 'close').then(([code]) => {
    running.delete(child)
    return { code: code as number | null, out: printed.join('\n'), err }
  })
  const lines = async (count: number) => {
    while (printed.length < count) {
      const outcome = await Promise.race([once(reader, 'line').then(() => 'line' as const), ended])
      if (outcome !== 'line' && printed.length < count) throw new Error(`it ended: ${outcome.err}`)
    }
    return printed.slice(0, count)
  }
  return { process: child, lines, ended }
}

interface Addresses {
  readonly url: string
  readonly rootKey: string
  readonly control: string
}

async function started(...args: readonly string[]): Promise<Run & Addresses> {
  const simulator = run('--json', ...freePorts, ...args)
  const [line = ''] = await simulator.lines(1)
  return { ...simulator, ...(JSON.parse(line) as Addresses) }
}

async function json(address: string): Promise<unknown> {
  return (await fetch(address)).json()
}

afterEach(async () => {
  for (const child of running) child.kill('SIGKILL')
})

describe('a started simulator', () => {
  test('prints one line of JSON that leads to it', async () => {
    const simulator = await started('--phone', '15550001111', '--phone', '15550002222', '--phone', '15550001111')
    expect(simulator.url).toMatch(/^ws:\/\/127\.0\.0\.1:\d+\/ws\/chat$/)
    expect(simulator.rootKey).toMatch(/^[0-9a-f]{64}$/)
    expect(await json(simulator.control)).toMatchObject({ url: simulator.url, rootKey: simulator.rootKey })
    expect(await json(`${simulator.control}/phones`)).toMatchObject({
      items: [{ number: '15550001111' }, { number: '15550002222' }],
    })
    simulator.process.kill('SIGTERM')
    expect((await simulator.ended).out.split('\n')).toHaveLength(1)
  })

  test('tells a person how to point Gangway at it', async () => {
    const simulator = run(...freePorts)
    const text = (await simulator.lines(4)).join('\n')
    const url = /ws:\/\/\S+/.exec(text)?.[0] ?? 'no url'
    const control = /http:\/\/\S+/.exec(text)?.[0] ?? 'no control url'
    const { rootKey } = (await json(control)) as Addresses
    expect(text).toContain(`GANGWAY_WHATSAPP_URL=${url} GANGWAY_WHATSAPP_ROOT_KEY=${rootKey}`)
  })

  test.each(['SIGINT', 'SIGTERM'] as const)('ends cleanly on %s, with a client connected', async (signal) => {
    const simulator = await started()
    const client = new WebSocket(simulator.url)
    await once(client, 'open')
    const cut = once(client, 'close')
    simulator.process.kill(signal)
    expect(await simulator.ended).toMatchObject({ code: 0, err: '' })
    await cut
    await expect(fetch(simulator.control)).rejects.toThrow()
  })

  test('keeps its phones and its root key in the data folder', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'simulator-cli-'))
    try {
      const before = await started('--data', folder, '--phone', '15550001111')
      before.process.kill('SIGTERM')
      await before.ended
      const after = await started('--data', folder, '--phone', '15550001111')
      expect(after.rootKey).toBe(before.rootKey)
      expect(await json(`${after.control}/phones`)).toMatchObject({ items: [{ number: '15550001111' }] })
      after.process.kill('SIGTERM')
      await after.ended
    } finally {
      await rm(folder, { recursive: true })
    }
  })
})

describe('it is refused in one sentence', () => {
  test.each(['--port', '--control-port'])('when the address of %s is taken', async (option) => {
    const taken = createServer().listen(0, '127.0.0.1')
    await once(taken, 'listening')
    const { port } = taken.address() as AddressInfo
    const { code, out, err } = await run(...freePorts, option, String(port)).ended
    taken.close()
    expect({ code, out }).toEqual({ code: 1, out: '' })
    expect(err).toBe(`gangway-simulator: 127.0.0.1:${port} is already in use: choose another with ${option}.\n`)
  })

  test.each([
    [['--port', 'abc'], 2, /--port must be a number/],
    [['--control-port', '70000'], 2, /--control-port must be a number/],
    [['--prot', '1'], 2, /--prot/],
    [['extra'], 2, /extra/],
    [['--phone', 'not-a-number', ...freePorts], 1, /^gangway-simulator: .+/],
  ])('when started with %j', async (args, code, said) => {
    const ended = await run(...args).ended
    expect(ended).toMatchObject({ code, out: '', err: expect.stringMatching(said) as string })
    expect(ended.err.trimEnd()).not.toContain('\n')
  })
})

test('--help names every option', async () => {
  const { code, out } = await run('--help').ended
  expect(code).toBe(0)
  for (const option of ['port', 'control-port', 'host', 'data', 'phone', 'json', 'help', 'version']) {
    expect(out).toContain(`--${option}`)
  }
})

test('--version is the version of the package', async () => {
  const manifest = JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8')) as {
    version: string
  }
  expect(await run('--version').ended).toMatchObject({ code: 0, out: manifest.version })
})
