import { GatewayError, type Effect, type ErrorCode } from '../../core/errors/gateway-error.js'
import { Restriction } from '../../core/errors/restriction.js'
import type { InstanceRef } from '../../core/instances/instance.js'
import type { CredentialChange } from '../../core/ports/credentials.js'
import type { EngineActName, EngineActs } from '../../core/ports/engine-acts.js'
import type { EngineMessage, Intent, ProtocolStep, Traffic } from '../../core/ports/engine.js'

/** What the owner of an engine thread tells it. `connection` and `call` are counted by the owner and never used twice. */
export type ToEngine =
  | { readonly kind: 'open'; readonly connection: number; readonly instance: InstanceRef; readonly intent: Intent }
  | {
      readonly kind: 'send'
      readonly connection: number
      readonly call: number
      readonly message: EngineMessage
    }
  | {
      readonly kind: 'perform'
      readonly connection: number
      readonly call: number
      readonly name: EngineActName
      readonly wish: EngineActs[EngineActName]['wish']
    }
  | { readonly kind: 'traffic'; readonly connection: number; readonly call: number }
  | { readonly kind: 'hang-up'; readonly connection: number; readonly call: number }
  | { readonly kind: 'accepted'; readonly step: number; readonly error: WireError | null }
  | { readonly kind: 'shut-down'; readonly call: number }

export type FromEngine =
  | { readonly kind: 'step'; readonly connection: number; readonly step: number; readonly content: ProtocolStep }
  | { readonly kind: 'done'; readonly call: number; readonly error: WireError | null; readonly answer: Answer }

/** Of a `traffic` call, or of the act that was performed; null for the other calls. */
export type Answer = Traffic | EngineActs[EngineActName]['result'] | null

/** An error as it survives the way between threads, where classes do not. */
export interface WireError {
  readonly code: ErrorCode
  readonly message: string
  readonly effect: Effect
  /** Of a restriction. */
  readonly until?: Date | null
}

export function toWire(error: unknown): WireError {
  if (error instanceof GatewayError) {
    const { code, message, effect } = error
    return { code, message, effect, ...(error instanceof Restriction && { until: error.until }) }
  }
  return {
    code: 'internal-error',
    message: error instanceof Error ? error.message : 'unknown failure',
    effect: 'unknown',
  }
}

export function fromWire({ code, message, effect, until }: WireError): GatewayError {
  if (until !== undefined) return new Restriction(message, until)
  return new GatewayError(code, message, { effect })
}

/** A change that costs its own bytes to post: a slice of Node's pool would take all of the pool along. */
export function light(change: CredentialChange): CredentialChange {
  switch (change.kind) {
    case 'retire':
      return change
    case 'key':
      return change.bytes === null ? change : { ...change, bytes: new Uint8Array(change.bytes) }
    case 'received':
      return {
        ...change,
        bytes: new Uint8Array(change.bytes),
        message: new Uint8Array(change.message),
        ciphertext: new Uint8Array(change.ciphertext),
      }
    default:
      return { ...change, bytes: new Uint8Array(change.bytes) }
  }
}
