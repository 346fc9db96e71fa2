import type { Logger } from 'pino'
import type { AnswerNote } from '../../dialects/dialect.js'

/** One line per answer with the route template: no path, header or body, as each may carry a token or a number. */
export function logAnswers(logger: Logger): (answer: AnswerNote) => void {
  return ({ status, ms, cut, ...answer }) => {
    const level = status >= 500 || cut ? 'warn' : 'debug'
    if (!logger.isLevelEnabled(level)) return
    logger[level]({ ...answer, status, ms: Math.round(ms), ...(cut ? { cut } : {}) }, 'request')
  }
}

/** For the `err` of a log line: what failed and where, with what looks like a number, address or secret blotted out. */
export function blottedError(error: unknown): object {
  if (!(error instanceof Error)) return { type: typeof error }
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line))
  return {
    type: error.name,
    ...('code' in error && typeof error.code === 'string' ? { code: error.code } : {}),
    message: blot(error.message),
    stack: frames.join('\n'),
    ...(error.cause === undefined ? {} : { cause: blottedError(error.cause) }),
  }
}

function blot(text: string): string {
  return text
    .slice(0, 1000)
    .replaceAll(/(["'`])(?:(?!\1).){9,}\1/gs, '…')
    .replaceAll(/[\w+/=.~-]*\d{5}[\w+/=.~@:-]*|[\w+/=-]{24,}/g, '…')
}
