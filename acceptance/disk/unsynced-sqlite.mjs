// The database driver as it is, except that FULL is taken for NORMAL and not owned up to: what the bench must notice.
import { DatabaseSync as Driver } from '@photostructure/sqlite'

export class DatabaseSync extends Driver {
  exec(sql) {
    return super.exec(sql === 'pragma synchronous = full' ? 'pragma synchronous = normal' : sql)
  }

  prepare(sql) {
    if (sql === 'pragma synchronous') return { get: () => ({ synchronous: 2 }) }
    return super.prepare(sql)
  }
}
