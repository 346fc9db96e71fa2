import type { FastifyInstance, FastifyReply } from 'fastify'
import { type ErrorCode, GatewayError } from '../../core/errors/gateway-error.js'
import type { InstanceState } from '../../core/instances/instance.js'
import { type DeviceStatus, deviceStatuses } from './replies.js'

/** Words of the vendor's error table, and of its device states where the state is the reason. */
export type FailureStatus = 'error' | 'invalid' | 'failed' | 'throttled' | DeviceStatus

export interface Face {
  /** HTTP status, repeated in the body. */
  readonly code: number
  readonly status: FailureStatus
  /** For people; Indonesian, as the vendor's. */
  readonly message: string
}

export interface FailureReply extends Face {
  readonly success: false
  /** The same once more: the vendor's own samples read this name, its published client the other one. */
  readonly status_code: number
}

const notConnected = { code: 503, status: 'disconnect', message: 'Perangkat tidak terhubung' } as const
const whatsAppAway = {
  code: 503,
  status: 'failed',
  message: 'WhatsApp tidak dapat dihubungi, silakan coba lagi',
} as const
const linkEnded = {
  code: 503,
  status: 'failed',
  message: 'Proses menghubungkan perangkat terhenti, silakan minta kode baru',
} as const
const notFound = { code: 404, status: 'invalid', message: 'Data tidak ditemukan' } as const

/**
 * Total on purpose: a new core code does not compile until this vendor has an answer for it. Statuses and codes are those
 * of the vendor's table; 404 and 405 are plain HTTP, for which it has none.
 */
export const faces: Record<ErrorCode, Face> = {
  'bad-request': { code: 400, status: 'invalid', message: 'Data permintaan tidak valid, kirim JSON yang benar' },
  'body-too-large': { code: 413, status: 'invalid', message: 'Ukuran permintaan terlalu besar' },
  unauthorized: { code: 401, status: 'invalid', message: 'Api key tidak valid' },
  forbidden: { code: 403, status: 'invalid', message: 'Api key tidak memiliki izin' },
  'route-not-found': { code: 404, status: 'invalid', message: 'Endpoint tidak ditemukan' },
  'method-not-allowed': { code: 405, status: 'invalid', message: 'Metode tidak didukung, gunakan POST' },
  'instance-not-found': { code: 404, status: 'invalid', message: 'Perangkat tidak ditemukan' },
  'key-not-found': notFound,
  'access-key-not-found': notFound,
  'message-not-found': notFound,
  'phone-not-found': notFound,
  'attempt-not-found': notFound,
  'link-page-not-found': notFound,
  'subscription-not-found': notFound,
  'event-not-found': notFound,
  'chat-not-found': notFound,
  'contact-not-found': notFound,
  'group-not-found': notFound,
  'media-not-found': notFound,
  'message-link-not-found': notFound,
  'link-import-not-found': notFound,
  'meta-number-not-found': notFound,
  'already-linked': { code: 400, status: 'connected', message: 'Perangkat sudah terhubung' },
  'not-linked': notConnected,
  'instance-busy': { code: 503, status: 'failed', message: 'Perangkat sedang diproses, silakan coba lagi' },
  'instance-banned': { code: 403, status: 'disconnect', message: 'Nomor diblokir oleh WhatsApp' },
  'instance-restricted': { code: 403, status: 'failed', message: 'Nomor sedang dibatasi oleh WhatsApp' },
  'storage-error': { code: 503, status: 'disconnect', message: 'Data perangkat tidak dapat dibaca' },
  'storage-full': { code: 503, status: 'error', message: 'Penyimpanan server penuh' },
  'stale-owner': { code: 503, status: 'failed', message: 'Perangkat berpindah server, silakan coba lagi' },
  'wrong-account': { code: 400, status: 'failed', message: 'Nomor yang memindai tidak sesuai dengan device' },
  'link-expired': { code: 503, status: 'failed', message: 'Kode sudah kedaluwarsa, silakan minta kode baru' },
  'link-cancelled': linkEnded,
  'link-abandoned': linkEnded,
  'link-interrupted': linkEnded,
  'whatsapp-unreachable': whatsAppAway,
  'whatsapp-refused': { code: 503, status: 'failed', message: 'WhatsApp menolak koneksi' },
  'client-outdated': { code: 503, status: 'failed', message: 'WhatsApp meminta versi yang lebih baru' },
  'recipient-not-found': { code: 400, status: 'failed', message: 'Nomor tujuan tidak terdaftar di WhatsApp' },
  'content-too-large': { code: 413, status: 'invalid', message: 'Ukuran pesan terlalu besar' },
  'file-unreachable': { code: 400, status: 'invalid', message: 'File pada url tidak dapat diunduh' },
  'media-unavailable': { code: 404, status: 'failed', message: 'File sudah tidak tersedia di WhatsApp' },
  'not-in-group': { code: 400, status: 'failed', message: 'Perangkat bukan anggota grup' },
  'not-group-admin': { code: 403, status: 'failed', message: 'Perangkat bukan admin grup' },
  'message-expired': { code: 503, status: 'failed', message: 'Pesan kedaluwarsa sebelum terkirim' },
  'message-cancelled': { code: 400, status: 'failed', message: 'Pesan dibatalkan' },
  'number-taken': { code: 400, status: 'invalid', message: 'Nomor sudah digunakan' },
  'message-links-full': { code: 400, status: 'failed', message: 'Jumlah tautan pesan sudah penuh' },
  'issuer-refused': { code: 400, status: 'failed', message: 'Ditolak oleh Meta' },
  'issuer-unreachable': { code: 503, status: 'failed', message: 'Meta tidak dapat dihubungi, silakan coba lagi' },
  'sandbox-refused': { code: 400, status: 'failed', message: 'Ditolak oleh sandbox' },
  'sandbox-off': { code: 503, status: 'failed', message: 'Sandbox tidak tersedia' },
  'not-supported': { code: 400, status: 'invalid', message: 'Permintaan tidak didukung' },
  'rate-limited': { code: 429, status: 'throttled', message: 'Terlalu banyak permintaan, silakan coba lagi nanti' },
  'send-timed-out': { code: 503, status: 'failed', message: 'WhatsApp tidak menjawab tepat waktu, silakan coba lagi' },
  'internal-error': { code: 500, status: 'error', message: 'Terjadi kesalahan pada server' },
}

/** A refusal that says more than the face of its code. */
export class Refused extends GatewayError {
  readonly face: Face

  constructor(
    code: ErrorCode,
    message: string,
    more: { http?: number; status?: FailureStatus; field?: string; cause?: unknown } = {},
  ) {
    const { http, status, ...rest } = more
    super(code, message, rest)
    const face = faces[code]
    this.face = { code: http ?? face.code, status: status ?? face.status, message }
  }
}

const linkedMessages: Record<DeviceStatus, string> = {
  connected: faces['already-linked'].message,
  pending: 'Perangkat sedang dihubungkan',
  disconnect: 'Perangkat sudah tertaut, tetapi tidak aktif: putuskan dulu untuk menghubungkan ulang',
}

/** There is nothing to scan because the device is linked; its status says whether that is any use just now. */
export function linkedAlready(state: InstanceState, http: number): Refused {
  const status = deviceStatuses[state]
  return new Refused('already-linked', linkedMessages[status], { http, status })
}

export function answerInEnvelopes(scope: FastifyInstance): void {
  scope.setErrorHandler((thrown, request, reply) => {
    const error = asGatewayError(thrown)
    if (error.code === 'internal-error') request.log.error({ err: thrown }, 'request failed')
    return sendFailure(reply, error)
  })
  scope.setNotFoundHandler(() => {
    throw new GatewayError('route-not-found', 'no such path')
  })
}

function sendFailure(reply: FastifyReply, error: GatewayError): FastifyReply {
  const { code, status, message } = error instanceof Refused ? error.face : faces[error.code]
  const body: FailureReply = { success: false, message, status, code, status_code: code }
  if (code === 401) reply.header('www-authenticate', 'Bearer realm="gangway"')
  return reply.code(code).send(body)
}

/** What Fastify itself refuses, in the core's words; anything else that is not a refusal is our own fault. */
function asGatewayError(thrown: unknown): GatewayError {
  if (thrown instanceof GatewayError) return thrown
  const status = thrown instanceof Error && 'statusCode' in thrown ? Number(thrown.statusCode) : 500
  if (status === 413) return new GatewayError('body-too-large', 'body too large', { cause: thrown })
  if (status === 415) {
    return new Refused('bad-request', 'Content-Type harus application/json', { http: 415, cause: thrown })
  }
  if (status >= 400 && status < 500) return new GatewayError('bad-request', 'bad request', { cause: thrown })
  return new GatewayError('internal-error', 'internal error', { cause: thrown })
}
