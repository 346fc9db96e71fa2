import { readFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { Worker } from 'node:worker_threads'
import type { Logger } from 'pino'
import { Gauge, Registry } from 'prom-client'
import { createCore, type Core } from '../core/create-gateway.js'
import { GatewayError } from '../core/errors/gateway-error.js'
import { instanceStates, networks, type Network } from '../core/instances/instance.js'
import { systemClock } from '../core/ports/clock.js'
import type { Engine } from '../core/ports/engine.js'
import { deliveriesOver } from '../delivery/deliveries.js'
import { cams } from '../dialects/cams/index.js'
import type { Dialect } from '../dialects/dialect.js'
import { greenApi } from '../dialects/green-api/index.js'
import { meta } from '../dialects/meta/index.js'
import { nativeApi } from '../dialects/native/index.js'
import { wavave } from '../dialects/wavave/index.js'
import { witi } from '../dialects/witi/index.js'
import { createThreadedEngine } from '../engines/threaded/threaded-engine.js'
import { metaLinks } from '../issuers/meta/graph-links.js'
import { createInspector } from '../media/inspector/inspector.js'
import { LinkPreviewReader } from '../media/link-previews/link-preview-reader.js'
import { SharpLogoImages } from '../media/logo/logo-images.js'
import { createOutbound } from '../outbound/create-outbound.js'
import { lockDataDir } from '../store/sqlite/lock.js'
import { openSqliteStore, type SqliteStore } from '../store/sqlite/open.js'
import { shownHost, type Config } from './config.js'
import { openDataDir, type DataDir } from './data-dir.js'
import type { EngineThreadData } from './engine-thread.js'
import { measureDeliveries } from './http/delivery-metrics.js'
import { buildHttpServer } from './http/server.js'
import { openMediaStorage } from './media-storage.js'
import { startSandbox, type RunningSandbox } from './sandbox.js'
import { StartupError } from './startup-error.js'

export interface App {
  /** Where it listens, without a slash at the end. */
  readonly url: string
  /** Base of what is given to others. */
  readonly publicUrl: string
  readonly adminKey: string
  /** True at the first start: the only time that the key is shown. */
  readonly adminKeyIsNew: boolean
  readonly instances: number
  /** In the reverse order of opening; safe to call twice. */
  close(): Promise<void>
}

export const version = readVersion()

/** The workspace that the admin key belongs to. */
const firstWorkspace = 'default'

/**
 * Builds everything, with nothing kept anywhere else, and starts it.
 * @param onFatal the disk failed: nothing can be promised any more and the process must end, non-zero
 */
export async function startApp(config: Config, logger: Logger, onFatal: (error: Error) => void): Promise<App> {
  const opened: (() => void | Promise<void>)[] = []
  let closing: Promise<void> | undefined
  const close = (): Promise<void> => (closing ??= closeInReverse(opened))
  try {
    return { ...(await open(config, logger, onFatal, opened)), close }
  } catch (error) {
    await close()
    throw error
  }
}

async function open(
  config: Config,
  logger: Logger,
  onFatal: (error: Error) => void,
  opened: (() => void | Promise<void>)[],
): Promise<Omit<App, 'close'>> {
  const data = await openDataDir(config)
  const lock = lockOrRefuse(config.dataDir)
  opened.push(() => {
    lock.release()
  })

  const store = await openSqliteStore({ path: data.database, secretKey: data.secretKey, onFatal })
  opened.push(() => store.close())
  if (!store.secretKeyMatches) {
    logger.error('the secret key is not the one this database was written with: linked accounts cannot be read')
  }

  const sandbox = lazySandbox(data)
  opened.push(() => sandbox.close())
  const engines = new Map<Network, Engine>(
    networks.map((network) => [network, engineFor(network, config, store, sandbox.open, logger)]),
  )
  for (const engine of engines.values()) opened.push(() => engine.close())

  const outbound = createOutbound({
    clock: systemClock,
    userAgent: `Gangway/${version}`,
    allowPrivate: config.allowPrivateTargets,
  })
  opened.push(() => outbound.close())
  const storage = await openMediaStorage(config, data)
  opened.push(() => {
    storage.close()
  })
  const inspector = createInspector()
  opened.push(() => {
    inspector.close()
  })
  const port = config.port === 0 ? await freePort(config.host) : config.port
  const url = `http://${shownHost(config.host)}:${port}`
  const publicUrl = config.publicUrl ?? url
  const dialects: readonly Dialect[] = [
    nativeApi({ version, publicUrl }),
    greenApi(),
    wavave(),
    witi({ publicUrl }),
    cams({ publicUrl }),
    meta({ publicUrl }),
  ]
  const registry = new Registry()
  const core = createCore({
    store,
    engine: (network) => {
      const engine = engines.get(network)
      if (!engine) throw new Error(`no engine for network ${network}`)
      return engine
    },
    sandbox: async () => (await sandbox.open()).sandbox,
    clock: systemClock,
    log: logger,
    random: Math.random,
    retention: config.eventRetention,
    publicUrl,
    media: { storage, inspector, outbound, limits: config.mediaRetention },
    linkPreviews: new LinkPreviewReader({ outbound, storage, inspector }),
    formats: dialects.flatMap(({ events = [] }) => events),
    permissions: dialects.flatMap(({ permissions = [] }) => permissions),
    links: { logoImages: new SharpLogoImages(), issuer: metaLinks(outbound, config.metaUrl) },
    courier: deliveriesOver(outbound, measureDeliveries(registry, store.subscriptions, systemClock)),
  })
  opened.push(() => core.close())
  const workspace = await store.access.ensureWorkspace(firstWorkspace)
  await core.access.admit(workspace, data.adminKey, 'admin')

  const server = buildHttpServer({
    gateway: core.gateway,
    dialects,
    logger,
    checks: { store: () => store.check() },
    metrics: measure(registry, core, store),
    version,
    publicUrl,
  })
  opened.push(() => server.close())
  await core.claim()
  await listen(server, config.host, port)
  // Last, so that the API answers while hundreds of accounts come back, and a port that is taken disturbs none of them.
  core.wake()
  return {
    url,
    publicUrl,
    adminKey: data.adminKey,
    adminKeyIsNew: data.adminKeyIsNew,
    instances: core.roster.size,
  }
}

function lockOrRefuse(dataDir: string): { release(): void } {
  try {
    return lockDataDir(dataDir)
  } catch (error) {
    if (!(error instanceof GatewayError) || error.code !== 'instance-busy') throw error
    throw new StartupError(
      `Another Gangway is using ${dataDir}: stop it, or set GANGWAY_DATA_DIR to another folder.`,
      error,
    )
  }
}

/** The simulated network runs only where somebody uses it. */
function lazySandbox(data: DataDir): { open: () => Promise<RunningSandbox>; close: () => Promise<void> } {
  let running: Promise<RunningSandbox> | undefined
  return {
    open: () => (running ??= startSandbox(data.sandbox)),
    close: async () => {
      await (await running)?.close()
    },
  }
}

function engineFor(
  network: Network,
  config: Config,
  store: SqliteStore,
  sandbox: () => Promise<RunningSandbox>,
  log: Logger,
): Engine {
  const server = async (): Promise<Pick<EngineThreadData, 'url' | 'rootKey'>> =>
    network === 'sandbox' ? await sandbox() : { url: config.whatsappUrl, rootKey: config.whatsappRootKey }
  const start = async (): Promise<Worker> => {
    const { url, rootKey } = await server()
    const attachment = store.attach()
    const data: EngineThreadData = { network, url, rootKey, attachment }
    return new Worker(new URL('./engine-thread.js', import.meta.url), {
      name: `engine-${network}`,
      workerData: data,
      transferList: [attachment.port],
    })
  }
  return createThreadedEngine({ network, start, log })
}

function measure(registry: Registry, core: Core, store: SqliteStore): Registry {
  new Gauge({
    name: 'gangway_instances',
    help: 'Instances by network and observed state',
    labelNames: ['network', 'state'],
    registers: [registry],
    collect() {
      for (const network of networks) for (const state of instanceStates) this.set({ network, state }, 0)
      for (const { record } of core.roster.actors()) this.inc({ network: record.network, state: record.state })
    },
  })
  new Gauge({
    name: 'gangway_store_commits',
    help: 'Group commits and the units in them since the start',
    labelNames: ['what'],
    registers: [registry],
    collect() {
      const { commits, units } = store.stats()
      this.set({ what: 'commits' }, commits)
      this.set({ what: 'units' }, units)
    },
  })
  return registry
}

async function listen(server: ReturnType<typeof buildHttpServer>, host: string, port: number): Promise<void> {
  try {
    await server.listen({ host, port })
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    const reasons = new Map<unknown, string>([
      ['EADDRINUSE', `Port ${port} is taken: stop what uses it, or set PORT to another one.`],
      ['EACCES', `Port ${port} may not be used without more rights: set PORT to one above 1023.`],
      ['EADDRNOTAVAIL', `HOST ${host} is not an address of this machine.`],
    ])
    throw new StartupError(reasons.get(code) ?? `Gangway could not listen on ${host}:${port} (${String(code)}).`, error)
  }
}

/** A port nobody uses now; PORT=0 asks for it, and links need to name it before anything listens. */
async function freePort(host: string): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(0, host, resolve)
  })
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

async function closeInReverse(opened: (() => void | Promise<void>)[]): Promise<void> {
  let failure: unknown
  for (const close of opened.reverse()) {
    try {
      await close()
    } catch (error) {
      failure ??= error
    }
  }
  if (failure !== undefined) throw failure instanceof Error ? failure : new Error('closing failed', { cause: failure })
}

function readVersion(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8')
  const manifest: unknown = JSON.parse(text)
  return typeof manifest === 'object' && manifest !== null && 'version' in manifest ? String(manifest.version) : '0'
}
