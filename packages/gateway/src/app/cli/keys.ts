import type { Key } from '@gangway/sdk'
import { scopes, type Scope } from '../../core/access/access.js'
import { readArguments } from './arguments.js'
import { askGateway } from './ask-gateway.js'
import { UsageError, type Command } from './command.js'
import { printable, table } from './table.js'
import { findTarget, targetOptions, type Target } from './target.js'

export const keysCommand: Command = {
  name: 'keys',
  parameters: 'create <name> [--scope s]… [--sandbox] | list | revoke <id>',
  summary: 'make, list and revoke API keys',
  async run(args) {
    const wish = readKeysWish(args)
    const target = await findTarget(wish, process.env)
    switch (wish.act) {
      case 'create':
        return create(target, wish)
      case 'list':
        process.stdout.write(keysTable((await askGateway(target, ({ keys }) => keys.list())).items))
        return
      case 'revoke':
        await askGateway(target, ({ keys }) => keys.revoke(wish.id))
        process.stdout.write(`Revoked: ${wish.id} is refused from now on.\n`)
    }
  },
}

export type KeysWish = { readonly url: string | undefined; readonly key: string | undefined } & (
  | { readonly act: 'create'; readonly name: string; readonly scopes: Scope[]; readonly sandbox: boolean }
  | { readonly act: 'list' }
  | { readonly act: 'revoke'; readonly id: string }
)

export function readKeysWish(args: readonly string[]): KeysWish {
  const { values, positionals } = readArguments('keys', args, {
    ...targetOptions,
    scope: { type: 'string', multiple: true },
    sandbox: { type: 'boolean' },
  })
  const { url, key, scope = [], sandbox = false } = values
  const [act, subject, ...more] = positionals
  if (more.length > 0) throw new UsageError(`'keys ${act}': one at a time.`)
  if (act !== 'create' && (scope.length > 0 || sandbox))
    throw new UsageError('--scope and --sandbox are for a new key.')
  if (act === 'create' && subject !== undefined) {
    return { act, name: subject, scopes: scope.map(knownScope), sandbox, url, key }
  }
  if (act === 'revoke' && subject !== undefined) return { act, id: subject, url, key }
  if (act === 'list' && subject === undefined) return { act, url, key }
  throw new UsageError(`'keys' is followed by: ${keysCommand.parameters}`)
}

function knownScope(word: string): Scope {
  const scope = scopes.find((one) => one === word)
  if (!scope) throw new UsageError(`there is no scope '${word}'; there are ${scopes.join(', ')}.`)
  return scope
}

/** The key goes to standard output by itself, so that `KEY=$(gangway keys create shop)` works; the rest is beside it. */
async function create(target: Target, { name, scopes, sandbox }: KeysWish & { act: 'create' }): Promise<void> {
  const made = await askGateway(target, ({ keys }) =>
    keys.create({
      name,
      ...(scopes.length === 0 ? {} : { scopes }),
      ...(sandbox ? { network: 'sandbox' } : {}),
    }),
  )
  const reach = made.network === 'sandbox' ? ', sandbox only' : ''
  process.stderr.write(
    `Key '${printable(made.name)}' (${made.scopes.join(', ')}${reach}), id ${made.id}.\nShown this once:\n`,
  )
  process.stdout.write(`${made.key}\n`)
}

export function keysTable(keys: readonly Key[]): string {
  const rows = keys.map(({ id, name, scopes, network, createdAt, revokedAt }) => [
    id,
    name,
    // It covers every other one.
    scopes.includes('admin') ? 'admin' : scopes.join(' '),
    network ?? 'both',
    day(createdAt),
    revokedAt === null ? '-' : day(revokedAt),
  ])
  return table(['ID', 'NAME', 'SCOPES', 'NETWORK', 'MADE', 'REVOKED'], rows)
}

function day(time: string): string {
  return time.slice(0, 10)
}
