import { readFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { readConfig, shownHost, type Config } from '../config.js'

/** Options of every command that talks to a running gateway. */
export const targetOptions = { url: { type: 'string' }, key: { type: 'string' } } as const
export const targetParameters = '[--url URL] [--key KEY]'

/** The gateway that a command talks to, and on whose behalf. */
export interface Target {
  /** Without a slash at the end. */
  readonly url: string
  readonly key: string | undefined
  /** Where the key is from, for a sentence about it. */
  readonly keyFrom: string
  /** What stands for the key in a line to be copied into a shell, so that the key itself is not on the screen. */
  readonly keyInShell: string
}

/** Options win over settings, and settings over the key that the gateway made for itself. */
export async function findTarget(
  options: { readonly url?: string | undefined; readonly key?: string | undefined },
  env: Readonly<Record<string, string | undefined>>,
): Promise<Target> {
  const config = readConfig(env)
  const url = (options.url ?? config.publicUrl ?? listeningUrl(config)).replace(/\/+$/, '')
  if (options.key !== undefined) return { url, key: options.key, keyFrom: 'given with --key', keyInShell: '$KEY' }
  if (config.adminKey !== undefined) {
    return { url, key: config.adminKey, keyFrom: 'GANGWAY_ADMIN_KEY', keyInShell: '$GANGWAY_ADMIN_KEY' }
  }
  const path = join(config.dataDir, 'admin-key')
  const shown = shortest(path)
  return { url, key: await keyIn(path), keyFrom: shown, keyInShell: `$(cat ${quoted(shown)})` }
}

/** Where a gateway with these settings can be called from the same machine; "every address" is not one to call. */
export function listeningUrl({ host, port }: Pick<Config, 'host' | 'port'>): string {
  const callable = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host
  return `http://${shownHost(callable)}:${port}`
}

function shortest(path: string): string {
  const fromHere = relative(process.cwd(), path)
  return fromHere.startsWith('..') ? path : fromHere
}

async function keyIn(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').then(
    (text) => text.trim(),
    () => undefined,
  )
}

function quoted(path: string): string {
  return /^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`
}
