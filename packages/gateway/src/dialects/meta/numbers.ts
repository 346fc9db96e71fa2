import type { Caller } from '../../core/access/access.js'
import { GatewayError } from '../../core/errors/gateway-error.js'
import type { PhoneNumber } from '../../core/ids.js'
import type { MessageLinks } from '../../core/message-links/message-links.js'

/**
 * No numbering plan uses the fifteenth digit that E.164 allows, and ids at Meta begin there: an id that nobody has attached
 * is refused instead of becoming a number that nobody has, on a poster.
 */
const phoneDigits = /^[1-9]\d{6,13}$/

/**
 * The number that `{phone-number-id}` names: attached to Meta under this id, or the digits of the number itself. Rejects
 * with `meta-number-not-found`.
 */
export async function phoneNamed(
  links: Pick<MessageLinks, 'phoneOf'>,
  caller: Caller,
  name: string,
): Promise<PhoneNumber> {
  const attached = await links.phoneOf(caller, name)
  if (attached !== undefined) return attached
  if (phoneDigits.test(name)) return name as PhoneNumber
  throw new GatewayError('meta-number-not-found', 'There is no such number.', {
    hint: 'Put the digits of the phone number in its place, or attach the number with POST /api/v1/meta-numbers',
  })
}
