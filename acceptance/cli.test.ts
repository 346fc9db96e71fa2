import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { freePort, GatewayProcess } from './gateway-process.js'
import { NativeClient, until, type Instance } from './native-client.js'

const program = join(import.meta.dirname, '..', 'packages', 'gateway', 'dist', 'app', 'cli', 'main.js')

interface Ending {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** One `gangway …` as typed into a terminal. */
class Typed {
  readonly ending: Promise<Ending>
  readonly #child
  #stdout = ''
  #stderr = ''

  constructor(args: readonly string[], env: Readonly<Record<string, string>>) {
    const child = spawn(process.execPath, [program, ...args], {
      env: { PATH: process.env.PATH, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    this.#child = child
    child.stdout.on('data', (chunk: Buffer) => (this.#stdout += chunk.toString()))
    child.stderr.on('data', (chunk: Buffer) => (this.#stderr += chunk.toString()))
    this.ending = once(child, 'close').then(() => ({
      code: child.exitCode,
      stdout: this.#stdout,
      stderr: this.#stderr,
    }))
    onTestFinished(() => {
      child.kill('SIGKILL')
    })
  }

  /** What it has printed, once that has `text` in it. */
  async prints(text: string): Promise<string> {
    return until(
      () => this.#stdout,
      (stdout) => stdout.includes(text),
    )
  }

  pressCtrlC(): void {
    this.#child.kill('SIGINT')
  }
}

/** A gateway, and a terminal in which its settings are set. */
async function terminal(env: Readonly<Record<string, string>> = {}) {
  // Nobody there: what these tests do in the sandbox has nothing to do with WhatsApp.
  const settings = { GANGWAY_WHATSAPP_URL: `ws://127.0.0.1:${await freePort()}/ws/chat`, ...env }
  const gateway = await GatewayProcess.start({ env: settings })
  onTestFinished(() => gateway.remove())
  const here = { ...settings, GANGWAY_DATA_DIR: gateway.dataDir, PORT: new URL(gateway.url).port }
  const start = (...args: string[]): Typed => new Typed(args, here)
  return {
    gateway,
    here,
    api: await NativeClient.of(gateway),
    start,
    gangway: (...args: string[]): Promise<Ending> => start(...args).ending,
  }
}

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'gangway-cli-'))
  onTestFinished(() => rm(path, { recursive: true, force: true }))
  return path
}

/** Typed, where vitest's own is `any`. */
const matching = (pattern: RegExp | string): string => expect.stringMatching(pattern) as string
const containing = (text: string): string => expect.stringContaining(text) as string

/** A picture of what the terminal shows, as a camera in front of it would take. */
function photograph(stdout: string): string {
  const rows = stdout.split('\n').filter((line) => /^[ ▀▄█]{20,}$/u.test(line))
  const [width, height] = [rows[0]?.length ?? 0, rows.length * 2]
  const light = rows.flatMap((row, y) =>
    Array.from(row).flatMap((cell, x) => [
      ...('█▀'.includes(cell) ? [`M${x} ${y * 2}h1v1h-1z`] : []),
      ...('█▄'.includes(cell) ? [`M${x} ${y * 2 + 1}h1v1h-1z`] : []),
    ]),
  )
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" shape-rendering="crispEdges"><path d="M0 0h${width}v${height}H0z"/><path fill="#fff" d="${light.join('')}"/></svg>`
  return `data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')}`
}

describe('gangway link', () => {
  test('a stranger without a phone sees it work', async () => {
    const { gangway, api } = await terminal()
    expect(await gangway('instances')).toEqual({
      code: 0,
      stdout: 'There is no instance yet: gangway link my-shop makes the first.\n',
      stderr: '',
    })
    const linked = await gangway('link', 'demo', '--sandbox', '--scan')
    expect(linked).toMatchObject({ code: 0, stderr: '' })
    expect(linked.stdout).toMatch(/^Made instance demo \(serial \d+, sandbox\)\.\n/)
    const number = /\nLinked: \+(\d+)\n$/.exec(linked.stdout)?.[1]

    const listed = await gangway('instances')
    expect(listed.stdout).toMatch(new RegExp(`^\\d+ +demo +sandbox +linked +\\+${number} `, 'm'))
    const [instance] = JSON.parse((await gangway('instances', '--json')).stdout) as Instance[]
    expect(instance).toMatchObject({ name: 'demo', state: 'linked', account: { phone: number } })
    expect(await gangway('link', 'demo')).toMatchObject({ code: 0, stdout: `Already linked: +${number}\n` })
    const { items } = await api.ok<{ items: unknown[] }>('GET', '/instances')
    expect(items).toHaveLength(1)
  })

  test('the QR on the screen is one that a phone can scan', async () => {
    const { start, api } = await terminal()
    const link = start('link', 'shop', '--sandbox')
    const screen = await link.prints('Ctrl-C cancels.')
    const { number } = await api.ok<{ number: string }>('POST', '/sandbox/phones', {})
    await api.ok('POST', `/sandbox/phones/${number}/scan`, { image: photograph(screen) })
    expect(await link.ending).toMatchObject({ code: 0, stdout: matching(`Linked: \\+${number}\n$`) })
  })

  test.skipIf(spawnSync('curl', ['--version']).error !== undefined)(
    'the line offered for a shell makes a phone and scans, and has no key in it',
    async () => {
      const { start, gateway } = await terminal()
      const link = start('link', 'shop', '--sandbox')
      const screen = await link.prints('Ctrl-C cancels.')
      expect(screen).not.toContain(await gateway.adminKey())
      const line = screen.split('\n').find((one) => one.includes('curl')) ?? ''
      const shell = spawn('sh', ['-c', line], { stdio: 'ignore' })
      await once(shell, 'exit')
      expect(await link.ending).toMatchObject({ code: 0, stdout: containing('\nLinked: +99992') })
    },
  )

  test('by a code, and with an expected number', async () => {
    const { gangway } = await terminal()
    const byCode = await gangway('link', 'desk', '--sandbox', '--scan', '--code', '+9999 2000 1111')
    expect(byCode).toMatchObject({ code: 0, stdout: matching(/^ {4}[0-9A-Z]{4}-[0-9A-Z]{4}$/m) })
    expect(byCode.stdout).toMatch(/Linked: \+999920001111\n$/)
    const expected = await gangway('link', 'till', '--sandbox', '--scan', '--phone', '999920002222')
    expect(expected).toMatchObject({ code: 0, stdout: matching(/Linked: \+999920002222\n$/) })
  })

  test('a failure says why and what to do', async () => {
    const { gangway, start, api } = await terminal()
    const unreachable = await gangway('link', 'real')
    expect(unreachable.code).toBe(1)
    expect(unreachable.stderr).toMatch(/^gangway: WhatsApp could not be reached\. Check .*sandbox/)
    expect(unreachable.stdout).not.toContain('Linked')

    const link = start('link', 'shop', '--sandbox', '--phone', '999920003333')
    const screen = await link.prints('Ctrl-C cancels.')
    const { number } = await api.ok<{ number: string }>('POST', '/sandbox/phones', {})
    await api.ok('POST', `/sandbox/phones/${number}/scan`, { image: photograph(screen) })
    const { code, stderr } = await link.ending
    expect(code).toBe(1)
    expect(stderr).toMatch(/^gangway: Another account than the expected one scanned the code\./)
  })

  test('Ctrl-C cancels the attempt', async () => {
    const { start, api } = await terminal()
    const link = start('link', 'shop', '--sandbox')
    await link.prints('Ctrl-C cancels.')
    link.pressCtrlC()
    expect(await link.ending).toMatchObject({
      code: 130,
      stdout: matching(/Cancelled: nothing was linked\.\n$/),
      stderr: '',
    })
    const { items } = await api.ok<{ items: Instance[] }>('GET', '/instances')
    expect(items).toMatchObject([{ state: 'unlinked', reason: 'link-cancelled' }])
  })

  test.each([['kill', 'went away'] as const, ['stop', 'Start again'] as const])(
    'a gateway that goes away meanwhile (%s)',
    async (how, words) => {
      const { start, gateway } = await terminal()
      const link = start('link', 'shop', '--sandbox')
      await link.prints('Ctrl-C cancels.')
      await gateway[how]()
      const { code, stderr } = await link.ending
      expect({ code, stderr }).toEqual({ code: 1, stderr: matching(`^gangway: [^\\n]*${words}[^\\n]*\\n$`) })
    },
  )

  test('what cannot be meant is refused, and makes nothing', async () => {
    const { gangway, api } = await terminal()
    await api.create({ name: 'shop' })
    expect(await gangway('link', 'shop', '--sandbox')).toMatchObject({ code: 1, stdout: '' })
    expect(await gangway('link', '12')).toMatchObject({
      code: 1,
      stderr: 'gangway: There is no instance 12; a new one is made when it is given a name.\n',
    })
    expect(await gangway('link', 'x', '--scan')).toMatchObject({ code: 2 })
    const { items } = await api.ok<{ items: Instance[] }>('GET', '/instances')
    expect(items).toMatchObject([{ name: 'shop', state: 'unlinked', reason: 'created' }])
  })
})

describe('gangway keys', () => {
  test('a key works until it is revoked', async () => {
    const { gangway } = await terminal()
    const { code, stdout, stderr } = await gangway('keys', 'create', 'till', '--scope', 'instances:read', '--sandbox')
    expect(code).toBe(0)
    expect(stdout).toMatch(/^gw_[\w-]{43}\n$/)
    expect(stderr).toContain("Key 'till' (instances:read, sandbox only), id ")
    const key = stdout.trim()
    const id = / id (\S+)\.\n/.exec(stderr)?.[1] ?? ''

    expect(await gangway('instances', '--key', key)).toMatchObject({ code: 0, stderr: '' })
    const listed = await gangway('keys', 'list')
    expect(listed.stdout).toMatch(new RegExp(`^${id} +till +instances:read +sandbox +\\d{4}-\\d\\d-\\d\\d +-$`, 'm'))
    expect(listed.stdout).not.toContain(key)

    expect(await gangway('keys', 'revoke', id)).toMatchObject({ code: 0 })
    expect(await gangway('instances', '--key', key)).toMatchObject({
      code: 1,
      stdout: '',
      stderr: matching(/^gangway: The gateway at \S+ does not accept this key \(given with --key\)\.\n$/),
    })
    expect((await gangway('keys', 'list')).stdout).toMatch(new RegExp(`^${id} .* \\d{4}-\\d\\d-\\d\\d$`, 'm'))
    expect(await gangway('keys', 'revoke', id)).toMatchObject({ code: 1 })
  })
})

describe('gangway doctor', () => {
  test('beside a running gateway', async () => {
    const { gangway, gateway } = await terminal()
    const { code, stdout } = await gangway('doctor')
    expect(code).toBe(0)
    expect(stdout).toContain('ok    Database     it opens, with 0 instances, in use by a running gateway')
    expect(stdout).toMatch(new RegExp(`ok {4}Port +Gangway \\S+ answers at ${gateway.url}`))
    expect(stdout).toContain('the sandbox: gangway link demo --sandbox --scan')
    expect(await (await fetch(`${gateway.url}/readyz`)).json()).toEqual({ status: 'ready' })
  })

  test('after a crash, and after a stop', async () => {
    const { gangway, gateway } = await terminal()
    const untouched =
      /ok {4}Database +it opens, with 0 instances\n {2}ok {4}Files +kept in \S+\n {2}ok {4}Port +\d+ is free/
    await gateway.kill()
    expect((await gangway('doctor')).stdout).toMatch(untouched)
    await gateway.start()
    await gateway.stop()
    expect((await gangway('doctor')).stdout).toMatch(untouched)
    await gateway.start()
    expect((await gangway('doctor')).stdout).toContain('in use by a running gateway')
  })

  test('something to correct is exit code 1', async () => {
    const { gangway } = { gangway: (env: Record<string, string>) => new Typed(['doctor'], env).ending }
    expect(await gangway({ PORT: 'http' })).toMatchObject({
      code: 1,
      stdout: containing("fail  Settings  PORT must be a number from 0 to 65535, not 'http'."),
    })
  })
})

describe('no gateway to talk to', () => {
  test.each([[['instances']], [['link', 'shop']], [['keys', 'list']]])('gangway %j', async (args) => {
    const url = `http://127.0.0.1:${await freePort()}`
    const sentence = `gangway: No gateway answers at ${url}. Start it with npm start, or say with --url where it is.\n`
    const dataDir = await folder()
    const without = await new Typed([...args, '--url', url], { GANGWAY_DATA_DIR: dataDir }).ending
    expect(without).toEqual({ code: 1, stdout: '', stderr: sentence })
    const withKey = await new Typed([...args, '--url', url, '--key', 'k'], { GANGWAY_DATA_DIR: dataDir }).ending
    expect(withKey).toEqual({ code: 1, stdout: '', stderr: sentence })
  })

  test('one that answers, and no key', async () => {
    const { gateway } = await terminal()
    const { code, stderr } = await new Typed(['instances', '--url', gateway.url], { GANGWAY_DATA_DIR: await folder() })
      .ending
    expect(code).toBe(1)
    expect(stderr).toMatch(/^gangway: The gateway at \S+ wants a key and there is no \S+admin-key: use --key, or .*\n$/)
  })
})

describe('gangway start refuses in one sentence', () => {
  const start = (env: Record<string, string>): Promise<Ending> => new Typed(['start'], env).ending
  const refusal = (sentence: string): Ending => ({ code: 1, stdout: '', stderr: `gangway: ${sentence}\n` })

  test('a second gateway on the same data, and the first goes on', async () => {
    const { here, gateway } = await terminal()
    expect(await start({ ...here, PORT: String(await freePort()) })).toEqual(
      refusal(`Another Gangway is using ${gateway.dataDir}: stop it, or set GANGWAY_DATA_DIR to another folder.`),
    )
    expect(await (await fetch(`${gateway.url}/readyz`)).json()).toEqual({ status: 'ready' })
  })

  test('a port that is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1')
    await once(other, 'listening')
    onTestFinished(() => {
      other.close()
    })
    const { port } = other.address() as AddressInfo
    expect(await start({ PORT: String(port), GANGWAY_DATA_DIR: await folder() })).toEqual(
      refusal(`Port ${port} is taken: stop what uses it, or set PORT to another one.`),
    )
  })

  test('a data folder that cannot be', async () => {
    const file = join(await folder(), 'file')
    await writeFile(file, '')
    const dataDir = join(file, 'data')
    expect(await start({ PORT: '0', GANGWAY_DATA_DIR: dataDir })).toEqual(
      refusal(`The data folder ${dataDir} cannot be written (set GANGWAY_DATA_DIR to another one).`),
    )
  })

  test.each([
    ['PORT', '70000', "PORT must be a number from 0 to 65535, not '70000'."],
    ['GANGWAY_PUBLIC_URL', 'ftp://x', 'GANGWAY_PUBLIC_URL must be an http or https URL.'],
    ['GANGWAY_WHATSAPP_URL', 'http://x', 'GANGWAY_WHATSAPP_URL must be a ws or wss URL.'],
    ['GANGWAY_WHATSAPP_ROOT_KEY', 'abc', 'GANGWAY_WHATSAPP_ROOT_KEY must be 64 hexadecimal digits.'],
    ['GANGWAY_ADMIN_KEY', 'short', 'GANGWAY_ADMIN_KEY must have at least 16 characters.'],
    ['GANGWAY_ALLOW_PRIVATE_TARGETS', 'maybe', 'GANGWAY_ALLOW_PRIVATE_TARGETS must be on or off.'],
  ])('%s=%s', async (name, value, sentence) => {
    expect(await start({ GANGWAY_DATA_DIR: await folder(), PORT: '0', [name]: value })).toEqual(refusal(sentence))
  })

  test('words that are no setting', async () => {
    expect(await new Typed(['start', '--port', '81'], {}).ending).toMatchObject({ code: 2, stdout: '' })
    expect(await new Typed(['strat'], {}).ending).toMatchObject({
      code: 2,
      stderr: matching(/^gangway: there is no command 'strat'\.\n\nUsage:\n/),
    })
  })
})
