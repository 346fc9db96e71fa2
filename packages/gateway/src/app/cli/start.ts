import { relative } from 'node:path'
import pino, { type Logger } from 'pino'
import type { App } from '../app.js'
import { readConfig, type Config } from '../config.js'
import { keepTickShape } from '../tick-shape.js'
import { UsageError, type Command } from './command.js'

export const startCommand: Command = {
  name: 'start',
  parameters: '',
  summary: 'serve; settings come from the environment',
  async run(args) {
    if (args.length > 0) throw new UsageError(`'start' takes no arguments; settings come from the environment.`)
    const config = readConfig(process.env)
    // Before garbage is collected, which is while the server loads.
    keepTickShape()
    // The server takes a while to load, and every other command does without it.
    const { startApp, version } = await import('../app.js')
    const logger = pino(
      { level: config.logLevel, base: null, timestamp: pino.stdTimeFunctions.isoTime },
      pino.destination(2),
    )
    const app = await startApp(config, logger, (error) => {
      endAtOnce(logger, error)
    })
    stopOnSignal(app, logger)
    process.stdout.write(greeting(app, config, version))
  },
}

/** How long closing may take before the process ends as it is, in ms; everything promised is on disk anyway. */
const closePatience = 20_000

function stopOnSignal(app: App, logger: Logger): void {
  let asked = false
  const stop = (signal: NodeJS.Signals): void => {
    // A second Ctrl-C means now.
    if (asked) process.exit(130)
    asked = true
    logger.info({ signal }, 'stopping')
    setTimeout(() => process.exit(1), closePatience).unref()
    app.close().then(
      () => process.exit(0),
      (error: unknown) => {
        logger.error({ err: error }, 'stopping failed')
        process.exit(1)
      },
    )
  }
  process.on('SIGINT', stop)
  process.on('SIGTERM', stop)
}

/** The disk failed: whatever is acknowledged from here on could be a lie, so nothing is. */
function endAtOnce(logger: Logger, error: Error): void {
  logger.error({ err: error }, 'the database failed: Gangway stops, and WhatsApp keeps what was not acknowledged')
  process.exit(1)
}

function greeting(app: App, config: Config, version: string): string {
  const seconds = (performance.now() / 1000).toFixed(1)
  const folder = relative(process.cwd(), config.dataDir) || '.'
  const key = app.adminKeyIsNew
    ? `${app.adminKey}   (shown this once; kept in ${folder}/admin-key)`
    : config.adminKey === undefined
      ? `in ${folder}/admin-key`
      : 'as set in GANGWAY_ADMIN_KEY'
  const accounts = app.instances === 0 ? '' : `\n  Instances    ${app.instances}, coming back now`
  return `
Gangway ${version} is up at ${app.url} (after ${seconds} s)

  API          ${app.publicUrl}/api/v1, described at ${app.publicUrl}/docs
  Admin key    ${key}
  Data         ${folder}${accounts}

Link a first account, in another terminal:

  npx gangway link my-shop             a real phone: WhatsApp → Linked devices → Link a device
  npx gangway link demo --sandbox      a virtual phone, no WhatsApp needed
`
}
