import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { GatewayError } from '#gateway/core/errors/gateway-error.js'
import { lockDataDir } from '#gateway/store/sqlite/lock.js'
import { newFolder } from './sqlite-folder.js'

const busy = expect.objectContaining({ code: 'instance-busy' }) as GatewayError

test('a data directory is held by one at a time, and made if there is none', () => {
  const folder = join(newFolder(), 'data')
  const held = lockDataDir(folder)
  expect((statSync(folder).mode & 0o777).toString(8)).toBe('700')
  expect(() => lockDataDir(folder)).toThrow(busy)
  expect(() => lockDataDir(folder)).toThrow(`another Gangway is using ${folder}`)
  held.release()
  held.release()
  lockDataDir(folder).release()
})

test('another process is kept out until it is killed', async () => {
  const folder = newFolder()
  const script = `
    import { lockDataDir } from ${JSON.stringify(import.meta.resolve('#gateway/store/sqlite/lock.js'))}
    lockDataDir(${JSON.stringify(folder)})
    console.log('held')
    setInterval(() => undefined, 1000)`
  const other = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] })
  await once(other.stdout, 'data')
  expect(() => lockDataDir(folder)).toThrow(busy)
  other.kill('SIGKILL')
  await once(other, 'exit')
  lockDataDir(folder).release()
})
