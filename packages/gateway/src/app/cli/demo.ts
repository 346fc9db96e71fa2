import { rmSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readArguments } from './arguments.js'
import { UsageError, type Command } from './command.js'
import { GatewayChild } from './demo/gateway-child.js'
import { play } from './demo/play.js'
import { createStage, StepFailed } from './demo/stage.js'

const shownLogLines = 15

export const demoCommand: Command = {
  name: 'demo',
  parameters: '',
  summary: 'two accounts, messages and a crash in a sandbox of its own; needs no network and no gateway',
  async run(args) {
    if (readArguments('demo', args, {}).positionals.length > 0) throw new UsageError(`'demo' takes no arguments.`)
    const started = performance.now()
    const dataDir = await mkdtemp(join(tmpdir(), 'gangway-demo-'))
    const gateway = new GatewayChild(dataDir)
    const leave = onLeaving(() => {
      gateway.killAtOnce()
      rmSync(dataDir, { recursive: true, force: true })
    })
    const colour = process.stdout.isTTY && process.env.NO_COLOR === undefined
    process.stdout.write('\nGangway with a simulated WhatsApp, all on this machine:\n\n')
    try {
      await play(
        createStage((text) => process.stdout.write(text), { colour }),
        gateway,
        dataDir,
      )
      const seconds = ((performance.now() - started) / 1000).toFixed(1)
      process.stdout.write(`\nAll of it happened, in ${seconds} s. Now yours: npm start\n`)
    } catch (error) {
      throw error instanceof StepFailed ? told(error, gateway) : error
    } finally {
      leave.cancel()
      await gateway.kill()
      await rm(dataDir, { recursive: true, force: true })
    }
  },
}

function told(failure: StepFailed, gateway: GatewayChild): Error {
  const log = gateway.lastLines(shownLogLines).join('\n')
  return new Error(
    `the demo failed at '${failure.step}': ${failure.message}\n\nThe last lines of the gateway's log:\n${log}`,
    { cause: failure },
  )
}

/** However it ends, nothing is left behind. */
function onLeaving(clean: () => void): { cancel(): void } {
  const leave = (): never => {
    clean()
    process.exit(130)
  }
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
  for (const signal of signals) process.on(signal, leave)
  return {
    cancel() {
      for (const signal of signals) process.off(signal, leave)
    },
  }
}
