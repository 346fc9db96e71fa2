import type { Clock } from '#gateway/core/ports/clock.js'
import { witi } from '#gateway/dialects/witi/index.js'
import type { Instance } from '#gateway/core/instances/instance.js'
import { served, type Answer } from '../dialects/served.js'
import { stagedGateway, type StagedGateway } from '../dialects/staged-gateway.js'

/** Every command of the vendor's page of connections, with its verb. */
export const commands = {
  generate_qrcode: 'POST',
  status: 'GET',
  disconnect: 'GET',
  close_session: 'GET',
  save_session: 'GET',
  restore_session: 'GET',
  clear: 'GET',
  set_config: 'POST',
} as const
export type CommandName = keyof typeof commands
export const commandNames = Object.keys(commands) as CommandName[]

export interface World {
  readonly gateway: StagedGateway
  readonly url: string
  readonly log: readonly string[]
  /** An instance of ours, called by its commands. */
  readonly connection: (as?: Partial<Instance>) => Promise<Connection>
  readonly call: (method: string, path: string, body?: unknown, headers?: Record<string, string>) => Promise<Answer>
  readonly close: () => Promise<void>
}

export interface Connection {
  readonly id: Instance['id']
  readonly wid: string
  readonly run: (command: CommandName, body?: unknown, headers?: Record<string, string>) => Promise<Answer>
}

export async function startWorld(clock?: Clock, gateway = stagedGateway()): Promise<World> {
  const { url, log, call, close } = await served(
    gateway,
    witi({ publicUrl: 'http://gateway.test', ...(clock && { clock }) }),
  )
  return {
    gateway,
    url,
    log,
    call,
    close,
    async connection(as) {
      const { id, wid } = await gateway.stage(as)
      const run: Connection['run'] = (command, body, headers) =>
        call(commands[command], `/${command}.aspx?wid=${wid}`, body, headers)
      return { id, wid, run }
    },
  }
}

/** The connection info inside `Status`, which is JSON in a string. */
export function inside(answer: Answer): Record<string, unknown> {
  return JSON.parse(String(answer.body.Status)) as Record<string, unknown>
}
