// The database driver as it is, except that the process ends like at a power switch right before or right after its
// k-th commit, as GANGWAY_TEST_KILL says (`before:3`, `after:12`); commits count from the moment at which the file that
// GANGWAY_TEST_KILL_FROM names is there, if it names one. The product itself knows nothing of this.
import { existsSync } from 'node:fs'
import process from 'node:process'
import { DatabaseSync as Driver } from '@photostructure/sqlite'

const [when, number] = (process.env.GANGWAY_TEST_KILL ?? '').split(':')
const from = process.env.GANGWAY_TEST_KILL_FROM
let commits = 0

function die() {
  process.kill(process.pid, 'SIGKILL')
  // The signal is on its way; nothing may run in this thread meanwhile.
  for (;;);
}

export class DatabaseSync extends Driver {
  exec(sql) {
    if (sql !== 'commit') return super.exec(sql)
    if (from === undefined || existsSync(from)) commits++
    if (when === 'before' && commits === Number(number)) die()
    const result = super.exec(sql)
    if (when === 'after' && commits === Number(number)) die()
    return result
  }
}
