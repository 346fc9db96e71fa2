import { randomBytes } from 'node:crypto'
import { GatewayError } from '../errors/gateway-error.js'
import type { SigningSecret } from './subscription.js'

/** So many secrets may be valid at once: each adds a signature to every delivery. */
const mostValid = 5

/** 256 random bits as Standard Webhooks writes them. */
export const newSigningSecret = (): string => `whsec_${randomBytes(32).toString('base64')}`

/** Those that sign now, the newest first. */
export function validSecrets(secrets: readonly SigningSecret[], now: Date): string[] {
  return secrets.filter(({ until }) => until === null || until > now).map(({ secret }) => secret)
}

/**
 * The secrets after a rotation. The ones before stay valid until `previousUntil`, unless they end sooner anyway, so that no
 * delivery is refused while its receiver learns the new one.
 */
export function rotated(
  secrets: readonly SigningSecret[],
  fresh: string,
  now: Date,
  previousUntil: Date,
): SigningSecret[] {
  const before = secrets
    .filter(({ until }) => until === null || until > now)
    .map(({ secret, until }) => ({ secret, until: until === null || until > previousUntil ? previousUntil : until }))
    .filter(({ until }) => until > now)
  if (before.length >= mostValid) {
    throw new GatewayError('rate-limited', `At most ${mostValid} secrets are valid at once.`, {
      hint: 'Let one expire, or rotate without an overlap.',
    })
  }
  return [{ secret: fresh, until: null }, ...before]
}
