import { readArguments } from '../arguments.js'
import { UsageError } from '../command.js'
import { targetOptions } from '../target.js'

/** What was typed after `gangway link`. */
export interface LinkWish {
  /** Id, serial or name. */
  readonly instance: string
  /** The number that types a pairing code; undefined for a QR. */
  readonly code: string | undefined
  /** The number that is expected to scan. */
  readonly expected: string | undefined
  readonly sandbox: boolean
  /** A virtual phone is made and scans at once. */
  readonly scan: boolean
  readonly url: string | undefined
  readonly key: string | undefined
}

export function readLinkWish(args: readonly string[]): LinkWish {
  const { values, positionals } = readArguments('link', args, {
    ...targetOptions,
    code: { type: 'string' },
    phone: { type: 'string' },
    sandbox: { type: 'boolean' },
    scan: { type: 'boolean' },
  })
  const [instance, ...more] = positionals
  if (instance === undefined || instance === '' || more.length > 0) {
    throw new UsageError(`'link' is followed by one instance: its name, serial or id.`)
  }
  const { code, phone: expected, sandbox = false, scan = false, url, key } = values
  if (scan && !sandbox) throw new UsageError('--scan is for --sandbox: on WhatsApp itself, a real phone has to scan.')
  return { instance, code, expected, sandbox, scan, url, key }
}
