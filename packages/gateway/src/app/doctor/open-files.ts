import { ok, warn, type Finding } from './finding.js'

/** What the process itself needs: the database, its threads, the log, and clients of the API. */
const reserved = 200
/** The connection to WhatsApp, and now and then a webhook or a reader of events. */
const perAccount = 2
const fewAccounts = 200

/** The limit that holds, from the text of /proc/self/limits; undefined where it says none. */
export function openFilesLimit(limits: string): number | undefined {
  const [, soft] = /^Max open files\s+(\d+|unlimited)/m.exec(limits) ?? []
  if (soft === undefined) return undefined
  return soft === 'unlimited' ? Infinity : Number(soft)
}

export function judgeOpenFiles(limit: number | undefined): Finding {
  const subject = 'Open files'
  if (limit === undefined) return ok(subject, 'not checked: this system does not tell its limit')
  if (limit === Infinity) return ok(subject, 'no limit')
  const accounts = Math.max(0, Math.floor((limit - reserved) / perAccount))
  const what = `at most ${limit}, good for about ${accounts} accounts`
  if (accounts >= fewAccounts) return ok(subject, what)
  return warn(subject, what, 'Raise it for more: ulimit -n 65536, or LimitNOFILE= in the service file.')
}
