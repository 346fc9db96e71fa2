import type { DatabaseState } from '../../store/sqlite/inspect.js'
import { fail, ok, type Finding } from './finding.js'

const subject = 'Database'

export function judgeDatabase(state: DatabaseState, inUse: boolean): Finding {
  const user = inUse ? ', in use by a running gateway' : ''
  switch (state.kind) {
    case 'absent':
      return ok(subject, 'none yet: the first start makes it')
    case 'keyless':
      return fail(
        subject,
        'there is a database and no secret-key to read it with',
        'Put the file secret-key back, or set GANGWAY_SECRET_KEY.',
      )
    case 'unreadable':
      return fail(subject, `it cannot be read: ${state.why}`, 'Put back the last good copy of the data folder.')
    case 'readable':
      if (state.newer) {
        return fail(subject, `a newer Gangway has written it (version ${state.version})${user}`, 'Update Gangway.')
      }
      return ok(subject, `it opens, with ${count(state.instances, 'instance')}${user}`)
  }
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`
}
