/** What one check found. `fail` means that Gangway does not work like this. */
export interface Finding {
  readonly level: 'ok' | 'warn' | 'fail'
  readonly subject: string
  readonly what: string
  /** What can be done about it. */
  readonly advice?: string
}

export const ok = (subject: string, what: string): Finding => ({ level: 'ok', subject, what })
export const warn = (subject: string, what: string, advice: string): Finding => ({
  level: 'warn',
  subject,
  what,
  advice,
})
export const fail = (subject: string, what: string, advice: string): Finding => ({
  level: 'fail',
  subject,
  what,
  advice,
})
