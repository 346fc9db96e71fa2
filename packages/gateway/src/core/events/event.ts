import type { EventId, InstanceId } from '../ids.js'
import type { InstanceState, StateReason } from '../instances/instance.js'
import type { ErrorCode } from '../errors/gateway-error.js'
import type { Content, MessageStatus } from '../messages/message.js'

/** Something that happened to an instance, in the core's own vocabulary. */
export type EventBody =
  | {
      readonly kind: 'instance.state'
      readonly data: { readonly state: InstanceState; readonly previous: InstanceState; readonly reason: StateReason }
    }
  | {
      readonly kind: 'link.step'
      /** Never the QR or code itself: those are read from the attempt while they are valid, and are not kept. */
      readonly data: {
        readonly attempt: string
        readonly step: 'opening' | 'scan' | 'type-code' | 'starting' | 'linked' | 'failed'
        readonly error: ErrorCode | null
      }
    }
  | {
      readonly kind: 'message.received' | 'message.sent-from-phone'
      readonly data: {
        readonly id: string
        readonly chat: string
        readonly sender: string
        readonly phone: string | null
        readonly lid: string | null
        readonly name: string | null
        readonly content: Content
        readonly sentAt: string
      }
    }
  | {
      readonly kind: 'message.status'
      readonly data: {
        readonly id: string
        readonly chat: string
        readonly status: MessageStatus
        readonly failure: ErrorCode | null
      }
    }
export const eventKinds = [
  'instance.state',
  'link.step',
  'message.received',
  'message.sent-from-phone',
  'message.status',
] as const satisfies readonly EventBody['kind'][]
export type EventKind = (typeof eventKinds)[number]

/** `seq` starts at 1 and has no gaps within an instance; `id` is unique everywhere and never changes. */
export type GatewayEvent = EventBody & {
  readonly seq: number
  readonly id: EventId
  readonly instance: InstanceId
  readonly time: Date
}
