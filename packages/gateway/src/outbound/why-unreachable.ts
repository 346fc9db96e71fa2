import { errors } from 'undici'
import type { Unreachable } from '../core/ports/outbound.js'
import { TooMuchAnswered } from './connection.js'
import { NotAllowed, UnknownName } from './open-socket.js'

/** Codes of Node, its HTTP parser, OpenSSL and undici. */
const codes: ReadonlyMap<string, Unreachable> = new Map<string, Unreachable>([
  ['ETIMEDOUT', 'timed-out'],
  ['ERR_SOCKET_CONNECTION_TIMEOUT', 'timed-out'],
  ['ECONNREFUSED', 'refused'],
  ['EHOSTUNREACH', 'no-route'],
  ['ENETUNREACH', 'no-route'],
  ['EADDRNOTAVAIL', 'no-route'],
  ['EACCES', 'no-route'],
  ['EINVAL', 'no-route'],
  ['UND_ERR_HEADERS_OVERFLOW', 'invalid-answer'],
  ['UND_ERR_RES_CONTENT_LENGTH_MISMATCH', 'invalid-answer'],
  ['CERT_HAS_EXPIRED', 'certificate-expired'],
  ['CERT_NOT_YET_VALID', 'certificate-expired'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'certificate-name'],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', 'certificate-untrusted'],
  ['SELF_SIGNED_CERT_IN_CHAIN', 'certificate-untrusted'],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'certificate-untrusted'],
  ['UNABLE_TO_GET_ISSUER_CERT', 'certificate-untrusted'],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'certificate-untrusted'],
  ['CERT_UNTRUSTED', 'certificate-untrusted'],
  ['CERT_REJECTED', 'certificate-untrusted'],
  ['CERT_REVOKED', 'certificate-untrusted'],
  ['CERT_SIGNATURE_FAILURE', 'certificate-untrusted'],
  ['CERT_CHAIN_TOO_LONG', 'certificate-untrusted'],
  ['INVALID_CA', 'certificate-untrusted'],
  ['INVALID_PURPOSE', 'certificate-untrusted'],
  ['EPROTO', 'tls'],
  ['EMFILE', 'overloaded'],
  ['ENFILE', 'overloaded'],
  ['ENOBUFS', 'overloaded'],
  ['ENOMEM', 'overloaded'],
])

const families: readonly (readonly [prefix: string, why: Unreachable])[] = [
  ['ERR_SSL_', 'tls'],
  ['ERR_TLS_', 'tls'],
  ['HPE_', 'invalid-answer'],
]

/** Of an error nothing but this is ever passed on: texts of errors name hosts and addresses. */
export function whyUnreachable(error: Error): Unreachable {
  if (error instanceof NotAllowed) return 'not-allowed'
  if (error instanceof UnknownName) return 'dns'
  if (error instanceof TooMuchAnswered || error instanceof errors.HTTPParserError) return 'invalid-answer'
  const code = 'code' in error ? String(error.code) : ''
  const family = families.find(([prefix]) => code.startsWith(prefix))
  // Whatever else ends a connection (ECONNRESET, EPIPE, the other side's closing) leaves no answer either.
  return codes.get(code) ?? family?.[1] ?? 'reset'
}
