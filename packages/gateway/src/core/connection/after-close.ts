import type { DesiredState, InstanceState, StateReason } from '../instances/instance.js'
import type { ErrorCode } from '../errors/gateway-error.js'
import type { CloseReason } from './close-reason.js'

/** What is known of an instance at the moment its connection ended. */
export interface Circumstances {
  readonly desired: DesiredState
  /** Whether an identity that a phone accepted is stored. */
  readonly hasIdentity: boolean
  /** Whether the account ever logged in with it; until then a refusal means that pairing was cut short. */
  readonly hasLoggedIn: boolean
  /** Whether the connection before this one was already ended by `replaced`. */
  readonly replacedBefore: boolean
}

/** The one decision that a close leads to (promise 9). */
export type AfterClose =
  /** The link attempt is over; there was no identity yet. */
  | { readonly do: 'fail-link'; readonly error: ErrorCode }
  | { readonly do: 'reconnect'; readonly delay: 'none' | 'back-off' | 'minute'; readonly reason: StateReason }
  /** No attempt before `until` (WhatsApp named it), or for a day when it named none. */
  | { readonly do: 'wait'; readonly until: Date | null; readonly state: InstanceState; readonly reason: StateReason }
  /** Nothing reconnects any more. `retire`: the identity is sealed away and never used again. */
  | {
      readonly do: 'stop'
      readonly state: InstanceState
      readonly reason: StateReason
      readonly desired: DesiredState
      readonly retire: boolean
    }
  /** WhatsApp refuses this version of the client: no instance of the network may try again until an operator acts. */
  | { readonly do: 'halt-network' }
  | { readonly do: 'nothing' }

/**
 * Pure, so that the whole table (reference: close codes of the protocol, faults B1a) is one test.
 * Credentials are retired only on codes that say the device is gone, never on an unknown one.
 */
export function afterClose(reason: CloseReason, now: Circumstances): AfterClose {
  if (reason.kind === 'requested') return { do: 'nothing' }
  if (reason.kind === 'client-outdated') return { do: 'halt-network' }
  return now.hasIdentity ? afterLinkedClose(reason, now) : { do: 'fail-link', error: linkFailure(reason) }
}

type Ordinary = Exclude<CloseReason, { kind: 'requested' | 'client-outdated' }>

function afterLinkedClose(reason: Ordinary, now: Circumstances): AfterClose {
  switch (reason.kind) {
    case 'restart-required':
      return { do: 'reconnect', delay: 'none', reason: 'restarting' }
    case 'logged-out':
      return { do: 'stop', state: 'unlinked', reason: logoutReason(now), desired: 'unlinked', retire: true }
    case 'banned':
      return { do: 'stop', state: 'banned', reason: 'banned', desired: 'unlinked', retire: true }
    case 'temporarily-banned':
      return { do: 'wait', until: reason.until, state: 'restricted', reason: 'temporarily-banned' }
    case 'multi-device-mismatch':
      return { do: 'stop', state: 'paused', reason: 'multi-device-mismatch', desired: 'paused', retire: false }
    case 'replaced':
      // Somebody else holds these credentials. One try after a while finds out whether it was a passing ghost of our
      // own; a second eviction is an answer, and fighting it would throw both sides off in turns.
      return now.replacedBefore
        ? { do: 'stop', state: 'paused', reason: 'replaced', desired: 'paused', retire: false }
        : { do: 'reconnect', delay: 'minute', reason: 'replaced' }
    case 'unresponsive':
      return { do: 'reconnect', delay: 'back-off', reason: 'unresponsive' }
    case 'connection-lost':
    case 'link-expired':
      return { do: 'reconnect', delay: 'back-off', reason: 'connection-lost' }
    case 'unreachable':
    case 'not-whatsapp':
      return { do: 'reconnect', delay: 'back-off', reason: linkFailure(reason) }
    case 'server-trouble':
      return { do: 'reconnect', delay: 'back-off', reason: 'server-trouble' }
    case 'storage-full':
      return { do: 'reconnect', delay: 'back-off', reason: 'storage-full' }
    case 'storage-error':
      return {
        do: 'stop',
        state: 'storage-error',
        reason: 'credentials-unreadable',
        desired: now.desired,
        retire: false,
      }
  }
}

function logoutReason(now: Circumstances): StateReason {
  if (now.desired === 'unlinked') return 'logout-requested'
  return now.hasLoggedIn ? 'logged-out-by-phone' : 'link-interrupted'
}

function linkFailure(reason: Ordinary): ErrorCode {
  switch (reason.kind) {
    case 'link-expired':
      return 'link-expired'
    case 'storage-full':
    case 'storage-error':
      return reason.kind
    case 'not-whatsapp':
    case 'banned':
    case 'temporarily-banned':
    case 'multi-device-mismatch':
    case 'logged-out':
      return 'whatsapp-refused'
    case 'replaced':
    case 'restart-required':
      return 'link-interrupted'
    case 'unresponsive':
    case 'connection-lost':
    case 'unreachable':
    case 'server-trouble':
      return 'whatsapp-unreachable'
  }
}
