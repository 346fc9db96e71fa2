import type { InstanceId } from '../ids.js'
import type { SeqRange } from './event-page.js'
import type { GatewayEvent } from './event.js'

/** What somebody who follows logs is told, in this order for each instance. */
export type EventNews =
  | { readonly kind: 'event'; readonly event: GatewayEvent }
  /** These were asked for and are no longer kept; what comes next follows them. */
  | { readonly kind: 'expired'; readonly instance: InstanceId; readonly range: SeqRange }
  /** Everything up to `seq` has been told or was not asked for: a place to go on from. */
  | { readonly kind: 'caught-up'; readonly instance: InstanceId; readonly seq: number }
  /** There is no such instance, or no longer: nothing more comes of it. */
  | { readonly kind: 'gone'; readonly instance: InstanceId }
  /** A change of what is followed has taken effect; so many instances are followed now. */
  | { readonly kind: 'following'; readonly instances: number }

export type EventNewsOf<Kind extends EventNews['kind']> = Extract<EventNews, { readonly kind: Kind }>
