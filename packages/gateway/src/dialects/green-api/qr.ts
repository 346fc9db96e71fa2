import type { Caller } from '../../core/access/access.js'
import { type ErrorCode, GatewayError } from '../../core/errors/gateway-error.js'
import type { InstanceId } from '../../core/ids.js'
import type { LinkStep } from '../../core/linking/link-step.js'
import type { Method, Room } from './room.js'

/** How long a poll waits for the first QR of an attempt, or for the end of a login. */
const patience = 5_000
/** How long a failure is repeated before a poll tries again: pollers come every second, and so would the attempts. */
const failureShown = 5_000

export const alreadyLogged = Buffer.from(
  JSON.stringify({ type: 'alreadyLogged', message: 'instance account already authorized' }),
)

export const qrMethod = ({ gateway, clock }: Room): Method => ({
  name: 'qr',
  verb: 'GET',
  perSecond: 3,
  async answer({ caller, instance }) {
    const { links, instances } = gateway
    try {
      const known = await links.current(caller, instance).catch(noneYet)
      switch (known?.step.kind) {
        case 'scan':
        case 'type-code':
          return qrReply(known.step)
        case 'opening':
        case 'starting':
          return qrReply((await links.current(caller, instance, { wait: patience })).step)
        case 'failed': {
          const { reason, stateAt } = await instances.get(caller, instance)
          const age = clock.now().getTime() - stateAt.getTime()
          const { code } = known.step.error
          if (!passes.has(code) && reason === code && age < failureShown) return qrReply(known.step)
        }
      }
      return qrReply((await links.start(caller, instance, { method: 'qr' }, { wait: patience })).step)
    } catch (error) {
      return qrRefusal(error)
    }
  },
})

/** Ends of an attempt that say nothing about the next one: nobody scanned, or nobody looked. */
const passes = new Set<ErrorCode>(['link-expired', 'link-abandoned', 'link-cancelled'])

/** Refusals that are about linking, for which this method has an answer of its own. */
const troubles = new Set<ErrorCode>([
  'instance-busy',
  'instance-banned',
  'instance-restricted',
  'storage-error',
  'whatsapp-unreachable',
  'whatsapp-refused',
  'client-outdated',
])

const pictures = new WeakMap<LinkStep, Buffer>()

/**
 * A step as it goes out, to pollers and sockets alike. A `scan` step belongs to one attempt and never changes, so each
 * is written out once, however many ask.
 */
export function qrReply(step: LinkStep): Buffer {
  switch (step.kind) {
    case 'scan': {
      const known = pictures.get(step)
      if (known) return known
      // Bare base64: clients of this vendor put `data:image/png;base64,` in front themselves.
      const message = step.qr.png.slice(step.qr.png.indexOf(',') + 1)
      const bytes = Buffer.from(JSON.stringify({ type: 'qrCode', message }))
      pictures.set(step, bytes)
      return bytes
    }
    case 'linked':
      return alreadyLogged
    case 'type-code':
      // The other way to link is under way; a QR in its place would make its code worthless.
      return errorReply('an authorization code is waiting to be entered on the phone')
    case 'opening':
    case 'starting':
      return errorReply('instance in starting process try later')
    case 'failed':
      return errorReply(step.error.message)
  }
}

/** What a refusal to start looks like; one that is not about linking is thrown on, to be answered like any other. */
export function qrRefusal(error: unknown): Buffer {
  if (error instanceof GatewayError && error.code === 'already-linked') return alreadyLogged
  if (error instanceof GatewayError && troubles.has(error.code)) return errorReply(error.message)
  throw error
}

export function errorReply(message: string): Buffer {
  return Buffer.from(JSON.stringify({ type: 'error', message }))
}

/** Joins the attempt alive, whichever way it links, or starts one that shows QRs. */
export async function joinAttempt({ gateway: { links } }: Room, caller: Caller, id: InstanceId): Promise<LinkStep> {
  const known = await links.current(caller, id).catch(noneYet)
  if (known?.method === 'code' && known.step.kind !== 'failed' && known.step.kind !== 'linked') return known.step
  return (await links.start(caller, id, { method: 'qr' })).step
}

function noneYet(error: unknown): undefined {
  if (error instanceof GatewayError && error.code === 'attempt-not-found') return undefined
  throw error
}
