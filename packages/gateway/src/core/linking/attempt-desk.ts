import type { ErrorCode } from '../errors/gateway-error.js'
import type { EventBody } from '../events/event.js'
import { newAttemptId } from '../identifiers.js'
import type { PhoneNumber } from '../ids.js'
import type { Instance } from '../instances/instance.js'
import type { Clock } from '../ports/clock.js'
import { LinkAttempt } from './link-attempt.js'
import type { LinkMethod, LinkSnapshot, LinkStep } from './link-step.js'

/** The link attempts of one instance: the one alive, or the one that ended last. */
export class AttemptDesk {
  readonly #clock: Clock
  readonly #onAbandoned: (attempt: LinkAttempt) => void
  #last: LinkAttempt | undefined

  /** `onAbandoned` is called when nobody has looked at an attempt for too long. */
  constructor(clock: Clock, onAbandoned: (attempt: LinkAttempt) => void) {
    this.#clock = clock
    this.#onAbandoned = onAbandoned
  }

  get last(): LinkAttempt | undefined {
    return this.#last
  }

  get alive(): LinkAttempt | undefined {
    return this.#last?.ended === false ? this.#last : undefined
  }

  begin(instance: Instance['id'], how: LinkMethod): LinkAttempt {
    const attempt: LinkAttempt = new LinkAttempt({
      id: newAttemptId(),
      instance,
      how,
      clock: this.#clock,
      onAbandoned: () => {
        this.#onAbandoned(attempt)
      },
    })
    this.#last = attempt
    return attempt
  }

  /** The attempt as a reader sees it, keeping it alive, or what became of it since; undefined when there is nothing to say. */
  snapshot({ account, id, stateAt }: Instance, hasLoggedIn: boolean): LinkSnapshot | undefined {
    const attempt = this.#last
    if (attempt && attempt.step.kind !== 'linked') return attempt.read()
    // Linked once is not linked: the account may have been logged out since.
    if (!account) return undefined
    return {
      instance: id,
      attempt: attempt?.id ?? null,
      method: attempt?.how.method ?? 'qr',
      startedAt: stateAt,
      step: hasLoggedIn ? { kind: 'linked', phone: account.phone } : { kind: 'starting' },
    }
  }
}

export function isOfMethod({ how }: LinkAttempt, other: LinkMethod): boolean {
  const phone = (method: LinkMethod): PhoneNumber | null => (method.method === 'code' ? method.phone : null)
  return how.method === other.method && phone(how) === phone(other)
}

/** None of no attempt. */
export function stepEvents(
  attempt: LinkAttempt | undefined,
  step: LinkStep['kind'],
  error: ErrorCode | null = null,
): EventBody[] {
  return attempt ? [{ kind: 'link.step', data: { attempt: attempt.id, step, error } }] : []
}
