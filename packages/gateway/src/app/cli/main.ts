import { UsageError } from './command.js'
import { commands, usage } from './commands.js'

const [name = 'help', ...rest] = process.argv.slice(2)

if (['help', '--help', '-h'].includes(name)) {
  process.stdout.write(usage())
} else {
  const command = commands.get(name)
  try {
    if (!command) throw new UsageError(`there is no command '${name}'.\n\n${usage()}`)
    await command.run(rest)
  } catch (error) {
    process.stderr.write(`gangway: ${error instanceof Error ? error.message : 'unknown failure'}\n`)
    process.exitCode = error instanceof UsageError ? 2 : 1
  }
}
