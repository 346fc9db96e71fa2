import { GatewayError, type Effect, type ErrorCode } from '../../core/errors/gateway-error.js'
import type { ChatId, MessageId } from '../../core/ids.js'
import type { InstanceRef } from '../../core/instances/instance.js'
import type { Content } from '../../core/messages/message.js'
import type { CredentialChange } from '../../core/ports/credentials.js'
import type { Intent, ProtocolStep, Traffic } from '../../core/ports/engine.js'

/** What the owner of an engine thread tells it. `connection` and `call` are counted by the owner and never used twice. */
export type ToEngine =
  | { readonly kind: 'open'; readonly connection: number; readonly instance: InstanceRef; readonly intent: Intent }
  | {
      readonly kind: 'send'
      readonly connection: number
      readonly call: number
      readonly chat: ChatId
      readonly id: MessageId
      readonly content: Content
    }
  | { readonly kind: 'traffic'; readonly connection: number; readonly call: number }
  | { readonly kind: 'hang-up'; readonly connection: number; readonly call: number }
  | { readonly kind: 'accepted'; readonly step: number; readonly error: WireError | null }
  | { readonly kind: 'shut-down'; readonly call: number }

export type FromEngine =
  | { readonly kind: 'step'; readonly connection: number; readonly step: number; readonly content: ProtocolStep }
  /** `traffic` answers a `traffic` call and is null for the others. */
  | { readonly kind: 'done'; readonly call: number; readonly error: WireError | null; readonly traffic: Traffic | null }

/** An error as it survives the way between threads, where classes do not. */
export interface WireError {
  readonly code: ErrorCode
  readonly message: string
  readonly effect: Effect
}

export function toWire(error: unknown): WireError {
  if (error instanceof GatewayError) return { code: error.code, message: error.message, effect: error.effect }
  return {
    code: 'internal-error',
    message: error instanceof Error ? error.message : 'unknown failure',
    effect: 'unknown',
  }
}

export function fromWire({ code, message, effect }: WireError): GatewayError {
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
