import type { MessagePort } from 'node:worker_threads'
import { GatewayError, type Effect, type ErrorCode } from '../../core/errors/gateway-error.js'
import type { CommandName } from '../commands/index.js'
import { GenerationMoved } from '../write.js'
import { storageFailure } from './errors.js'

/** What the writer thread is started with. */
export interface WriterOptions {
  readonly path: string
  readonly busyTimeout: number
  readonly gauges: SharedArrayBuffer
}

export type ToWriter = { readonly kind: 'attach'; readonly port: MessagePort } | { readonly kind: 'close' }

export type FromWriter =
  | { readonly kind: 'ready' }
  | { readonly kind: 'refused'; readonly error: WireError }
  /** Writing is over for this process. What was waiting has been refused. */
  | { readonly kind: 'fatal'; readonly error: WireError }

/** One command on its way; clients send arrays of these, and get arrays of answers. */
export interface Unit {
  readonly id: number
  readonly command: CommandName
  readonly input: unknown
  /** About how many rows it writes, so that a group stays of bounded size. */
  readonly rows: number
  /**
   * Units of one strand build on each other: after one that failed, all later ones of its strand are refused. A ratchet that
   * moved on must never be stored where the message before it was not.
   */
  readonly strand?: string
}

export type Outcome = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly error: WireError }
export type Answer = Outcome & { readonly id: number }

/** An error that survives being posted: a class would arrive as a plain `Error`. */
export type WireError =
  | { readonly kind: 'generation-moved' }
  | {
      readonly kind: 'gateway'
      readonly code: ErrorCode
      readonly message: string
      readonly effect: Effect
      readonly hint: string | undefined
      readonly cause: string | undefined
    }

export function packError(error: unknown, effect?: Effect): WireError {
  if (error instanceof GenerationMoved) return { kind: 'generation-moved' }
  const failure = storageFailure(error, effect)
  const { cause } = failure
  const { code, message, hint } = failure
  const reason = cause instanceof Error ? cause.message : undefined
  return { kind: 'gateway', code, message, effect: failure.effect, hint, cause: reason }
}

export function unpackError(wire: WireError): Error {
  if (wire.kind === 'generation-moved') return new GenerationMoved()
  return new GatewayError(wire.code, wire.message, {
    effect: wire.effect,
    ...(wire.hint !== undefined && { hint: wire.hint }),
    ...(wire.cause !== undefined && { cause: new Error(wire.cause) }),
  })
}
