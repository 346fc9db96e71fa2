import type { Client, Instance } from '@gangway/sdk'
import { readArguments } from './arguments.js'
import { askGateway } from './ask-gateway.js'
import { UsageError, type Command } from './command.js'
import { table } from './table.js'
import { findTarget, targetOptions } from './target.js'

export const instancesCommand: Command = {
  name: 'instances',
  parameters: '[--json]',
  summary: 'list the instances of a running gateway',
  async run(args) {
    const options = { ...targetOptions, json: { type: 'boolean' } } as const
    const { values, positionals } = readArguments('instances', args, options)
    if (positionals.length > 0) throw new UsageError(`'instances' takes no arguments.`)
    const instances = await askGateway(await findTarget(values, process.env), allInstances)
    process.stdout.write(values.json === true ? `${JSON.stringify(instances, null, 2)}\n` : instancesTable(instances))
  },
}

const pageSize = 500

/** Page by page, however many there are. */
export async function allInstances(client: Client): Promise<Instance[]> {
  const instances: Instance[] = []
  let after: number | null = 0
  while (after !== null) {
    const page: { items: Instance[]; next: number | null } = await client.instances.list({ limit: pageSize, after })
    instances.push(...page.items)
    after = page.next
  }
  return instances
}

export function instancesTable(instances: readonly Instance[]): string {
  if (instances.length === 0) return 'There is no instance yet: gangway link my-shop makes the first.\n'
  const rows = instances.map(({ serial, name, network, state, account, id }) => [
    String(serial),
    name,
    network,
    state,
    account === null ? '-' : `+${account.phone}`,
    id,
  ])
  return table(['SERIAL', 'NAME', 'NETWORK', 'STATE', 'PHONE', 'ID'], rows)
}
