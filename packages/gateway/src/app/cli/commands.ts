import type { Command } from './command.js'
import { demoCommand } from './demo.js'
import { doctorCommand } from './doctor.js'
import { instancesCommand } from './instances.js'
import { keysCommand } from './keys.js'
import { linkCommand } from './link.js'
import { posterCommand } from './poster.js'
import { startCommand } from './start.js'

const all: readonly Command[] = [
  startCommand,
  linkCommand,
  instancesCommand,
  posterCommand,
  keysCommand,
  doctorCommand,
  demoCommand,
]

export const commands: ReadonlyMap<string, Command> = new Map(all.map((command) => [command.name, command]))

/** The summary stands below its call: some calls are as long as a line. */
export function usage(): string {
  const lines = all.map(
    ({ name, parameters, summary }) => `  ${`gangway ${name} ${parameters}`.trimEnd()}\n      ${summary}`,
  )
  return `Usage:
${lines.join('\n')}

link, instances, poster and keys talk to a running gateway: the one that the settings name, or --url URL and --key KEY.
`
}
