import { readFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import type { Simulator } from './api.js'
import { startControl, type Control } from './control/index.js'
import { SimulatorError } from './errors.js'
import { startSimulator } from './start.js'

const help = `Usage: gangway-simulator [options]

Starts a simulated WhatsApp network with virtual phones, and an HTTP server that controls the phones.

  --port PORT          WebSocket port that clients connect to (8090; 0 takes any free one)
  --control-port PORT  HTTP port of the control server (8091; 0 takes any free one)
  --host HOST          address both listen on (127.0.0.1); the control server asks for no password
  --data DIR           keep the network in this folder; without it, it lives in memory
  --phone NUMBER       have a phone with this number (digits only); may be repeated
  --json               print one line of JSON instead: {"url", "rootKey", "control"}
  --help, --version
`

/** The command line was wrong, or an address cannot be had: told in one sentence, without a stack. */
class Refusal extends Error {
  readonly exitCode: number

  constructor(message: string, exitCode: number) {
    super(message)
    this.name = 'Refusal'
    this.exitCode = exitCode
  }
}

function readCommandLine() {
  try {
    return parseArgs({
      options: {
        port: { type: 'string', default: '8090' },
        'control-port': { type: 'string', default: '8091' },
        host: { type: 'string', default: '127.0.0.1' },
        data: { type: 'string' },
        phone: { type: 'string', multiple: true, default: [] },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
        version: { type: 'boolean', default: false },
      },
    }).values
  } catch (error) {
    throw new Refusal(error instanceof Error ? error.message : String(error), 2)
  }
}

function readPort(option: 'port' | 'control-port', text: string): number {
  const port = Number(text)
  if (/^\d{1,5}$/.test(text) && port <= 65_535) return port
  throw new Refusal(`--${option} must be a number from 0 to 65535, not '${text}'.`, 2)
}

/** Starts something that listens, and says which option to change when its address cannot be had. */
async function listening<Listener>(option: string, address: string, start: Promise<Listener>): Promise<Listener> {
  try {
    return await start
  } catch (error) {
    const code = codeOf(error) ?? (error instanceof Error ? codeOf(error.cause) : undefined)
    if (code === 'EADDRINUSE') throw new Refusal(`${address} is already in use: choose another with ${option}.`, 1)
    if (code === 'EACCES') throw new Refusal(`${address} needs more rights: choose another with ${option}.`, 1)
    if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') {
      throw new Refusal(`This machine has no address ${address}: choose another with --host.`, 1)
    }
    throw error
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined
}

async function registerMissing(simulator: Simulator, numbers: readonly string[]): Promise<void> {
  for (const number of numbers) {
    // A number that is there already was kept in the data folder, or was given twice.
    if (simulator.phone(number) === undefined) await simulator.registerPhone({ number })
  }
}

function print(simulator: Simulator, control: Control, json: boolean): void {
  const { url } = simulator
  const rootKey = Buffer.from(simulator.rootKey).toString('hex')
  if (json) {
    console.log(JSON.stringify({ url, rootKey, control: control.url }))
    return
  }
  console.log(`WhatsApp  ${url}`)
  console.log(`Root key  ${rootKey}`)
  console.log(`Control   ${control.url}`)
  console.log(`Gangway   GANGWAY_WHATSAPP_URL=${url} GANGWAY_WHATSAPP_ROOT_KEY=${rootKey} npm start`)
}

/** Closes in reverse order on the first signal; a second one ends the process at once. */
function closeOnSignal(simulator: Simulator, control: Control): void {
  const close = async () => {
    await control.close()
    await simulator.close()
    process.exit(0)
  }
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void close().catch(fail))
}

async function version(): Promise<string> {
  const manifest = JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8')) as {
    version: string
  }
  return manifest.version
}

async function main(): Promise<void> {
  const options = readCommandLine()
  if (options.help) {
    process.stdout.write(help)
    return
  }
  if (options.version) {
    console.log(await version())
    return
  }
  const { host, data } = options
  const port = readPort('port', options.port)
  const controlPort = readPort('control-port', options['control-port'])
  const starting = startSimulator({ host, port, ...(data !== undefined && { dataDir: data }) })
  const simulator = await listening('--port', `${host}:${port}`, starting)
  try {
    await registerMissing(simulator, options.phone)
    const serving = startControl(simulator, { host, port: controlPort, onError: console.error })
    const control = await listening('--control-port', `${host}:${controlPort}`, serving)
    closeOnSignal(simulator, control)
    print(simulator, control, options.json)
  } catch (error) {
    await simulator.close()
    throw error
  }
}

function fail(error: unknown): never {
  const expected = error instanceof Refusal || error instanceof SimulatorError
  console.error(expected ? `gangway-simulator: ${error.message}` : error)
  process.exit(error instanceof Refusal ? error.exitCode : 1)
}

await main().catch(fail)
