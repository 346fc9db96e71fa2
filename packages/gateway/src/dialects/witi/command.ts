import type { FastifyReply } from 'fastify'
import type { Gateway } from '../../core/gateway.js'
import type { Clock } from '../../core/ports/clock.js'
import type { WitiCaller } from './auth.js'
import type { Configs } from './config.js'
import type { FailureShape } from './errors.js'

/** What a command works with. */
export interface Room {
  readonly gateway: Gateway
  readonly configs: Configs
  readonly clock: Clock
  /** Base of what is given to others, without a slash at the end. */
  readonly publicUrl: string
  /** Aborts when the server closes: nobody waits longer. */
  readonly closing: AbortSignal
}

export interface Asked {
  readonly body: unknown
  readonly query: unknown
  readonly reply: FastifyReply
}

export interface Command {
  readonly method: 'GET' | 'POST'
  readonly failure: FailureShape
  /** In its body, which may be larger than others. */
  readonly takesFiles?: true
  run(room: Room, who: WitiCaller, asked: Asked): Promise<object>
}
