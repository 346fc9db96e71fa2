import type { CloseReason } from '../../core/connection/close-reason.js'
import { GatewayError } from '../../core/errors/gateway-error.js'

/** How far a connection had come when it ended; decides what an error without a code means. */
export type Progress = 'connecting' | 'handshake' | 'open'

/**
 * What the library's `lastDisconnect.error` means. Its codes are HTTP-like numbers in `output.statusCode` (a Boom), some
 * sent by WhatsApp (`<failure reason>`, `<stream:error code>`), some its own (408, 428); which is which stands in its
 * `Types/index.js` (DisconnectReason). Everything unknown is server trouble, on which credentials are never touched.
 */
export function closeReason(error: unknown, progress: Progress): CloseReason {
  if (error instanceof GatewayError) return storageReason(error)
  if (progress === 'connecting') return { kind: 'unreachable', detail: networkDetail(error) }
  // Until the handshake is through, everything that the server says is unproven; WhatsApp's own refusals come after it.
  if (progress === 'handshake' && isHandshakeFailure(error)) return { kind: 'not-whatsapp' }
  const code = statusCode(error)
  switch (code) {
    case 515:
      return { kind: 'restart-required' }
    case 401:
      return { kind: 'logged-out' }
    case 403:
    case 406:
      return { kind: 'banned' }
    case 402:
      return { kind: 'temporarily-banned', until: banEnd(error) }
    case 405:
    case 409:
      return { kind: 'client-outdated' }
    case 411:
      return { kind: 'multi-device-mismatch' }
    case 440:
      // One code for two conflicts: the node behind it says whether somebody took over or the device was removed.
      return conflictType(error) === 'device_removed' ? { kind: 'logged-out' } : { kind: 'replaced' }
    case 408:
      return messageOf(error).startsWith('QR refs') ? { kind: 'link-expired' } : { kind: 'connection-lost' }
    case 428:
      return { kind: 'connection-lost' }
    default:
      return { kind: 'server-trouble', code }
  }
}

/** Why a commit failed, as the reason for ending the connection that needed it. */
export function storageReason(error: GatewayError): CloseReason {
  if (error.code === 'storage-full') return { kind: 'storage-full' }
  if (error.code === 'stale-owner') return { kind: 'requested' }
  return { kind: 'storage-error', detail: error.code }
}

function statusCode(error: unknown): number {
  const output = property(error, 'output')
  const code = property(output, 'statusCode')
  return typeof code === 'number' ? code : 500
}

function isHandshakeFailure(error: unknown): boolean {
  const known = property(error, 'isBoom') === true
  // Certificates are refused with a Boom of 400; a wrong key shows as a failed authentication of the cipher, no Boom at all.
  return !known || statusCode(error) === 400
}

/** whatsmeow reads the end of a temporary ban from `expire`, in seconds from now. */
function banEnd(error: unknown): Date | null {
  const seconds = Number(property(property(error, 'data'), 'expire'))
  return Number.isFinite(seconds) && seconds > 0 ? new Date(Date.now() + seconds * 1000) : null
}

function conflictType(error: unknown): unknown {
  return property(property(property(error, 'data'), 'attrs'), 'type')
}

function networkDetail(error: unknown): string {
  const inner = property(error, 'data')
  const code = property(inner, 'code') ?? property(error, 'code')
  if (typeof code === 'string' && /^[A-Z0-9_]+$/.test(code)) return code
  return `HTTP ${statusCode(error)}`
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : ''
}

function property(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined
}
