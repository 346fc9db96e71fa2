import { execFileSync } from 'node:child_process'
import { cpus, release, tmpdir, totalmem, type } from 'node:os'
import { canPin } from './processes.mjs'

/** What the figures were taken on, as lines of text. */
export function machine() {
  const [first, ...others] = cpus()
  return [
    `- CPU: ${first.model.trim()}, ${others.length + 1} cores`,
    `- Memory: ${(totalmem() / 2 ** 30).toFixed(1)} GiB`,
    `- Kernel: ${type()} ${release()}; data on ${fileSystem()}`,
    `- Node: ${process.version}; pinning to cores: ${canPin ? 'taskset' : 'not available'}`,
    `- Date: ${new Date().toISOString().slice(0, 16).replace('T', ' ')} UTC`,
  ]
}

function fileSystem() {
  try {
    return execFileSync('stat', ['-f', '-c', '%T', tmpdir()], { encoding: 'utf8' }).trim()
  } catch {
    return 'an unknown file system'
  }
}
