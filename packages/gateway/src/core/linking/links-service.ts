import type { Caller } from '../access/access.js'
import { GatewayError } from '../errors/gateway-error.js'
import type { Links } from '../gateway.js'
import type { InstanceId } from '../ids.js'
import type { Roster } from '../instances/roster.js'
import type { LinkMethod, LinkSnapshot } from './link-step.js'

export class LinksService implements Links {
  readonly #roster: Roster

  constructor(roster: Roster) {
    this.#roster = roster
  }

  async start(caller: Caller, id: InstanceId, how: LinkMethod, options: { wait?: number } = {}): Promise<LinkSnapshot> {
    const attempt = await this.#roster.find(caller, 'instances:write', id).link(how)
    return attempt.readWhenReady(options.wait ?? 0)
  }

  async current(caller: Caller, id: InstanceId, options: { wait?: number } = {}): Promise<LinkSnapshot> {
    const actor = this.#roster.find(caller, 'instances:read', id)
    const wait = options.wait ?? 0
    if (wait > 0 && actor.attempt?.ended === false) await actor.attempt.readWhenReady(wait)
    const snapshot = actor.snapshot()
    if (!snapshot) throw noAttempt()
    return snapshot
  }

  async *watch(caller: Caller, id: InstanceId, signal: AbortSignal): AsyncGenerator<LinkSnapshot> {
    const actor = this.#roster.find(caller, 'instances:read', id)
    if (actor.attempt?.ended === false) {
      yield* actor.attempt.watch(signal)
      return
    }
    const snapshot = actor.snapshot()
    if (!snapshot) throw noAttempt()
    yield snapshot
  }

  async cancel(caller: Caller, id: InstanceId): Promise<void> {
    await this.#roster.find(caller, 'instances:write', id).cancelLink()
  }
}

function noAttempt(): GatewayError {
  return new GatewayError('attempt-not-found', 'No link attempt was started.', { hint: 'Start one with a POST.' })
}
