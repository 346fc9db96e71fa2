import type { Finding } from '../doctor/finding.js'
import { readArguments } from './arguments.js'
import { UsageError, type Command } from './command.js'

export const doctorCommand: Command = {
  name: 'doctor',
  parameters: '',
  summary: 'check the machine, the settings and the data; needs no gateway',
  async run(args) {
    if (readArguments('doctor', args, {}).positionals.length > 0) throw new UsageError(`'doctor' takes no arguments.`)
    // It looks at parts of the server, which take a while to load.
    const { examine } = await import('../doctor/examine.js')
    const findings = await examine(process.env)
    process.stdout.write(report(findings, { colour: process.stdout.isTTY && process.env.NO_COLOR === undefined }))
    if (findings.some(({ level }) => level === 'fail')) process.exitCode = 1
  },
}

const colours: Readonly<Record<Finding['level'], number>> = { ok: 32, warn: 33, fail: 31 }
const indent = ' '.repeat(2)

export function report(findings: readonly Finding[], { colour }: { readonly colour: boolean }): string {
  const width = Math.max(...findings.map(({ subject }) => subject.length))
  const lines = findings.flatMap(({ level, subject, what, advice }) => {
    const word = level.padEnd(4)
    const shown = colour ? `\x1b[${colours[level]}m${word}\x1b[0m` : word
    const head = `${indent}${shown}  ${subject.padEnd(width)}  ${what}`
    return advice === undefined ? [head] : [head, `${indent}${' '.repeat(4 + 2 + width + 2)}→ ${advice}`]
  })
  return `${[...lines, '', verdict(findings)].join('\n')}\n`
}

function verdict(findings: readonly Finding[]): string {
  const count = (level: Finding['level']): number => findings.filter((finding) => finding.level === level).length
  const [failed, warned] = [count('fail'), count('warn')]
  if (failed > 0) return `Gangway does not work like this: ${failed} to correct.`
  return warned === 0 ? 'All is well.' : `Gangway works, with ${warned} to look at.`
}
