import { describe, expect, test } from 'vitest'
import { type ErrorCode, errorCodes, GatewayError } from '#gateway/core/errors/gateway-error.js'
import { type InstanceState, instanceStates } from '#gateway/core/instances/instance.js'
import { greenApi } from '#gateway/dialects/green-api/index.js'
import { nativeApi } from '#gateway/dialects/native/index.js'
import { wavave } from '#gateway/dialects/wavave/index.js'
import { witi } from '#gateway/dialects/witi/index.js'
import { served, type Answer } from './served.js'
import { anAccount, type Credentials, key, stagedGateway } from './staged-gateway.js'

/** What each vendor's client is told of one core state. */
interface StateRow {
  readonly native: InstanceState
  /** `getStateInstance` */
  readonly 'green-api': string
  /** `scanqr`, the one call that tells how a device is: its HTTP status and status word. */
  readonly wavave: readonly [http: number, status: string]
  /** `status.aspx`: code, word, and whether the session can be restored without a QR. */
  readonly witi: readonly [status: number, statusString: string, canRestore: boolean]
}

/** A state without its row does not compile. */
const states: Record<InstanceState, StateRow> = {
  unlinked: {
    native: 'unlinked',
    'green-api': 'notAuthorized',
    wavave: [200, 'pending'],
    witi: [0, 'noConnection', false],
  },
  opening: {
    native: 'opening',
    'green-api': 'notAuthorized',
    wavave: [200, 'pending'],
    witi: [1, 'webSocketOpenining', false],
  },
  'awaiting-link': {
    native: 'awaiting-link',
    'green-api': 'notAuthorized',
    wavave: [200, 'pending'],
    witi: [3, 'waitForQRAuthentication', false],
  },
  starting: { native: 'starting', 'green-api': 'starting', wavave: [400, 'pending'], witi: [4, 'Starting', true] },
  linked: {
    native: 'linked',
    'green-api': 'authorized',
    wavave: [400, 'connected'],
    witi: [10, 'WhatsAppAuthenticated', true],
  },
  reconnecting: {
    native: 'reconnecting',
    'green-api': 'authorized',
    wavave: [400, 'connected'],
    witi: [11, 'WhatsAppAuthenticatedConnectionClosed', true],
  },
  paused: {
    native: 'paused',
    'green-api': 'sleepMode',
    wavave: [400, 'disconnect'],
    witi: [11, 'WhatsAppAuthenticatedConnectionClosed', true],
  },
  restricted: {
    native: 'restricted',
    'green-api': 'yellowCard',
    wavave: [400, 'connected'],
    witi: [10, 'WhatsAppAuthenticated', true],
  },
  banned: {
    native: 'banned',
    'green-api': 'blocked',
    wavave: [200, 'pending'],
    witi: [13, 'WhatsAppNotAuthenticated', false],
  },
  'storage-error': {
    native: 'storage-error',
    'green-api': 'starting',
    wavave: [503, 'disconnect'],
    witi: [0, 'noConnection', false],
  },
}

/** What each vendor's client is told that asked for a QR, when the core refuses for this reason. */
interface ErrorRow {
  readonly native: number
  /** The message, or the whole body where `qr` has one of its own. */
  readonly 'green-api': readonly [http: number, body: string | { readonly type: string; readonly message: string }]
  readonly wavave: readonly [http: number, status: string, message: string]
  readonly witi: readonly [http: number, error: string]
}

const said = 'What happened.'

/** A code without its row does not compile. */
const refusals: Record<ErrorCode, ErrorRow> = {
  'bad-request': {
    native: 400,
    'green-api': [400, 'bad request data'],
    wavave: [400, 'invalid', 'Data permintaan tidak valid, kirim JSON yang benar'],
    witi: [400, 'Bad request'],
  },
  'body-too-large': {
    native: 413,
    'green-api': [413, 'request entity too large'],
    wavave: [413, 'invalid', 'Ukuran permintaan terlalu besar'],
    witi: [413, 'Request too large'],
  },
  unauthorized: {
    native: 401,
    'green-api': [401, ''],
    wavave: [401, 'invalid', 'Api key tidak valid'],
    witi: [401, 'Invalid wid'],
  },
  forbidden: {
    native: 403,
    'green-api': [403, 'Forbidden'],
    wavave: [403, 'invalid', 'Api key tidak memiliki izin'],
    witi: [403, 'Not allowed'],
  },
  'route-not-found': {
    native: 404,
    'green-api': [404, 'Not Found'],
    wavave: [404, 'invalid', 'Endpoint tidak ditemukan'],
    witi: [404, 'Command not found'],
  },
  'method-not-allowed': {
    native: 405,
    'green-api': [404, 'Not Found'],
    wavave: [405, 'invalid', 'Metode tidak didukung, gunakan POST'],
    witi: [405, 'Method not allowed'],
  },
  'instance-not-found': {
    native: 404,
    'green-api': [403, 'Forbidden'],
    wavave: [404, 'invalid', 'Perangkat tidak ditemukan'],
    witi: [401, 'Invalid wid'],
  },
  'key-not-found': {
    native: 404,
    'green-api': [401, ''],
    wavave: [404, 'invalid', 'Data tidak ditemukan'],
    witi: [404, 'Not found'],
  },
  'access-key-not-found': {
    native: 404,
    'green-api': [401, ''],
    wavave: [404, 'invalid', 'Data tidak ditemukan'],
    witi: [404, 'Not found'],
  },
  'message-not-found': {
    native: 404,
    'green-api': [400, 'Message not found by id'],
    wavave: [404, 'invalid', 'Data tidak ditemukan'],
    witi: [404, 'Not found'],
  },
  'phone-not-found': {
    native: 404,
    'green-api': [400, 'bad request data'],
    wavave: [404, 'invalid', 'Data tidak ditemukan'],
    witi: [404, 'Not found'],
  },
  'attempt-not-found': {
    native: 404,
    'green-api': [400, 'instance is starting or not authorized'],
    wavave: [404, 'invalid', 'Data tidak ditemukan'],
    witi: [404, 'Not found'],
  },
  'link-page-not-found': {
    native: 404,
    'green-api': [403, 'Forbidden'],
    wavave: [404, 'invalid', 'Data tidak ditemukan'],
    witi: [404, 'Not found'],
  },
  'subscription-not-found': {
    native: 404,
    'green-api': [403, 'Forbidden'],
    wavave: [404, 'invalid', 'Data tidak ditemukan'],
    witi: [404, 'Not found'],
  },
  'event-not-found': {
    native: 404,
    'green-api': [400, 'bad request data'],
    wavave: [404, 'invalid', 'Data tidak ditemukan'],
    witi: [404, 'Not found'],
  },
  'chat-not-found': {
    native: 404,
    'green-api': [400, 'bad request data'],
    wavave: [404, 'invalid', 'Data tidak ditemukan'],
    witi: [404, 'Not found'],
  },
  'contact-not-found': {
    native: 404,
    'green-api': [400, 'bad request data'],
    wavave: [404, 'invalid', 'Data tidak ditemukan'],
    witi: [404, 'Not found'],
  },
  'group-not-found': {
    native: 404,
    'green-api': [400, 'bad request data'],
    wavave: [404, 'invalid', 'Data tidak ditemukan'],
    witi: [404, 'Not found'],
  },
  'media-not-found': {
    native: 404,
    'green-api': [400, 'bad request data'],
    wavave: [404, 'invalid', 'Data tidak ditemukan'],
    witi: [404, 'Not found'],
  },
  'message-link-not-found': {
    native: 404,
    'green-api': [403, 'Forbidden'],
    wavave: [404, 'invalid', 'Data tidak ditemukan'],
    witi: [404, 'Not found'],
  },
  'link-import-not-found': {
    native: 404,
    'green-api': [403, 'Forbidden'],
    wavave: [404, 'invalid', 'Data tidak ditemukan'],
    witi: [404, 'Not found'],
  },
  'meta-number-not-found': {
    native: 404,
    'green-api': [403, 'Forbidden'],
    wavave: [404, 'invalid', 'Data tidak ditemukan'],
    witi: [404, 'Not found'],
  },
  'already-linked': {
    native: 409,
    'green-api': [200, { type: 'alreadyLogged', message: 'instance account already authorized' }],
    wavave: [400, 'connected', 'Perangkat sudah terhubung'],
    witi: [200, 'Connection already established'],
  },
  'not-linked': {
    native: 409,
    'green-api': [400, 'instance is starting or not authorized'],
    wavave: [503, 'disconnect', 'Perangkat tidak terhubung'],
    witi: [200, 'No connection'],
  },
  'instance-busy': {
    native: 409,
    'green-api': [200, { type: 'error', message: said }],
    wavave: [503, 'failed', 'Perangkat sedang diproses, silakan coba lagi'],
    witi: [200, 'Connection is busy, try again'],
  },
  'instance-banned': {
    native: 409,
    'green-api': [200, { type: 'error', message: said }],
    wavave: [403, 'disconnect', 'Nomor diblokir oleh WhatsApp'],
    witi: [200, 'WhatsApp has banned this account'],
  },
  'instance-restricted': {
    native: 409,
    'green-api': [200, { type: 'error', message: said }],
    wavave: [403, 'failed', 'Nomor sedang dibatasi oleh WhatsApp'],
    witi: [200, 'WhatsApp has restricted this account'],
  },
  'storage-error': {
    native: 503,
    'green-api': [200, { type: 'error', message: said }],
    wavave: [503, 'disconnect', 'Data perangkat tidak dapat dibaca'],
    witi: [503, 'Stored session cannot be read'],
  },
  'storage-full': {
    native: 507,
    'green-api': [500, 'Internal Server Error'],
    wavave: [503, 'error', 'Penyimpanan server penuh'],
    witi: [507, 'Storage is full'],
  },
  'stale-owner': {
    native: 503,
    'green-api': [502, 'Bad Gateway'],
    wavave: [503, 'failed', 'Perangkat berpindah server, silakan coba lagi'],
    witi: [503, 'Connection has moved, try again'],
  },
  'wrong-account': {
    native: 409,
    'green-api': [400, 'instance is starting or not authorized'],
    wavave: [400, 'failed', 'Nomor yang memindai tidak sesuai dengan device'],
    witi: [200, 'Another number than the expected one was connected'],
  },
  'link-expired': {
    native: 409,
    'green-api': [400, 'instance is starting or not authorized'],
    wavave: [503, 'failed', 'Kode sudah kedaluwarsa, silakan minta kode baru'],
    witi: [200, 'QR code expired, try again'],
  },
  'link-cancelled': {
    native: 409,
    'green-api': [400, 'instance is starting or not authorized'],
    wavave: [503, 'failed', 'Proses menghubungkan perangkat terhenti, silakan minta kode baru'],
    witi: [200, 'QR code generation was interrupted, try again'],
  },
  'link-abandoned': {
    native: 409,
    'green-api': [400, 'instance is starting or not authorized'],
    wavave: [503, 'failed', 'Proses menghubungkan perangkat terhenti, silakan minta kode baru'],
    witi: [200, 'QR code generation was interrupted, try again'],
  },
  'link-interrupted': {
    native: 409,
    'green-api': [400, 'instance is starting or not authorized'],
    wavave: [503, 'failed', 'Proses menghubungkan perangkat terhenti, silakan minta kode baru'],
    witi: [200, 'QR code generation was interrupted, try again'],
  },
  'whatsapp-unreachable': {
    native: 503,
    'green-api': [200, { type: 'error', message: said }],
    wavave: [503, 'failed', 'WhatsApp tidak dapat dihubungi, silakan coba lagi'],
    witi: [200, 'WhatsApp cannot be reached'],
  },
  'whatsapp-refused': {
    native: 502,
    'green-api': [200, { type: 'error', message: said }],
    wavave: [503, 'failed', 'WhatsApp menolak koneksi'],
    witi: [200, 'WhatsApp refused the connection'],
  },
  'client-outdated': {
    native: 502,
    'green-api': [200, { type: 'error', message: said }],
    wavave: [503, 'failed', 'WhatsApp meminta versi yang lebih baru'],
    witi: [200, 'WhatsApp requires a newer client'],
  },
  'recipient-not-found': {
    native: 422,
    'green-api': [400, 'bad request data'],
    wavave: [400, 'failed', 'Nomor tujuan tidak terdaftar di WhatsApp'],
    witi: [200, 'Number is not on WhatsApp'],
  },
  'content-too-large': {
    native: 413,
    'green-api': [
      400,
      "Validation failed. Details: 'message' length must be less than or equal to 20000 characters long",
    ],
    wavave: [413, 'invalid', 'Ukuran pesan terlalu besar'],
    witi: [413, 'Content too large'],
  },
  'file-unreachable': {
    native: 422,
    'green-api': [400, 'bad request data'],
    wavave: [400, 'invalid', 'File pada url tidak dapat diunduh'],
    witi: [200, 'File cannot be fetched'],
  },
  'media-unavailable': {
    native: 410,
    'green-api': [400, 'bad request data'],
    wavave: [404, 'failed', 'File sudah tidak tersedia di WhatsApp'],
    witi: [200, 'File is no longer available'],
  },
  'not-in-group': {
    native: 409,
    'green-api': [400, 'bad request data'],
    wavave: [400, 'failed', 'Perangkat bukan anggota grup'],
    witi: [200, 'Not a member of the group'],
  },
  'not-group-admin': {
    native: 409,
    'green-api': [400, 'bad request data'],
    wavave: [403, 'failed', 'Perangkat bukan admin grup'],
    witi: [200, 'Not an admin of the group'],
  },
  'message-expired': {
    native: 409,
    'green-api': [400, 'bad request data'],
    wavave: [503, 'failed', 'Pesan kedaluwarsa sebelum terkirim'],
    witi: [200, 'Message expired'],
  },
  'message-cancelled': {
    native: 409,
    'green-api': [400, 'bad request data'],
    wavave: [400, 'failed', 'Pesan dibatalkan'],
    witi: [200, 'Message cancelled'],
  },
  'number-taken': {
    native: 409,
    'green-api': [400, 'bad request data'],
    wavave: [400, 'invalid', 'Nomor sudah digunakan'],
    witi: [409, 'Number is taken'],
  },
  'message-links-full': {
    native: 409,
    'green-api': [400, 'bad request data'],
    wavave: [400, 'failed', 'Jumlah tautan pesan sudah penuh'],
    witi: [409, 'Too many message links'],
  },
  'issuer-refused': {
    native: 422,
    'green-api': [400, 'bad request data'],
    wavave: [400, 'failed', 'Ditolak oleh Meta'],
    witi: [200, 'Meta refused'],
  },
  'issuer-unreachable': {
    native: 502,
    'green-api': [502, 'Bad Gateway'],
    wavave: [503, 'failed', 'Meta tidak dapat dihubungi, silakan coba lagi'],
    witi: [200, 'Meta cannot be reached'],
  },
  'sandbox-refused': {
    native: 422,
    'green-api': [400, 'bad request data'],
    wavave: [400, 'failed', 'Ditolak oleh sandbox'],
    witi: [200, 'The virtual phone refused'],
  },
  'sandbox-off': {
    native: 409,
    'green-api': [400, 'bad request data'],
    wavave: [503, 'failed', 'Sandbox tidak tersedia'],
    witi: [200, 'No sandbox'],
  },
  'not-supported': {
    native: 422,
    'green-api': [403, 'Forbidden'],
    wavave: [400, 'invalid', 'Permintaan tidak didukung'],
    witi: [400, 'Not supported'],
  },
  'rate-limited': {
    native: 429,
    'green-api': [429, 'Too Many Requests'],
    wavave: [429, 'throttled', 'Terlalu banyak permintaan, silakan coba lagi nanti'],
    witi: [429, 'Too many requests'],
  },
  'send-timed-out': {
    native: 504,
    'green-api': [502, 'Bad Gateway'],
    wavave: [503, 'failed', 'WhatsApp tidak menjawab tepat waktu, silakan coba lagi'],
    witi: [200, 'WhatsApp did not answer in time, try again'],
  },
  'internal-error': {
    native: 500,
    'green-api': [500, 'Internal Server Error'],
    wavave: [500, 'error', 'Terjadi kesalahan pada server'],
    witi: [500, 'Internal error'],
  },
}

type Call = (credentials: Credentials) => Promise<Answer>

async function world() {
  const gateway = stagedGateway()
  const dialects = [
    nativeApi({ version: '0.1.0', publicUrl: 'http://gateway.test' }),
    greenApi(),
    wavave(),
    witi({ publicUrl: 'http://gateway.test' }),
  ]
  const { call } = await served(gateway, ...dialects)
  const authorization = `Bearer ${key}`
  const calls = {
    getInstance: ({ id }) => call('GET', `/api/v1/instances/${id}`, undefined, { authorization }),
    startLink: ({ id }) => call('POST', `/api/v1/instances/${id}/link`, { method: 'qr' }, { authorization }),
    getStateInstance: ({ serial, token }) => call('GET', `/waInstance${serial}/getStateInstance/${token}`),
    qr: ({ serial, token }) => call('GET', `/waInstance${serial}/qr/${token}`),
    scanqr: () => call('POST', '/v1/device/scanqr', { device: anAccount.phone }, { authorization }),
    status: ({ wid }) => call('GET', `/status.aspx?wid=${wid}`),
    generateQrCode: ({ wid }) => call('POST', `/generate_qrcode.aspx?wid=${wid}`, {}),
  } satisfies Record<string, Call>
  return { gateway, calls }
}

describe('how an instance is, in the words of each vendor', () => {
  for (const state of instanceStates)
    test(state, async () => {
      const { gateway, calls } = await world()
      const one = await gateway.stage({ phone: anAccount.phone, state })
      const [native, green, scanqr, info] = await Promise.all([
        calls.getInstance(one),
        calls.getStateInstance(one),
        calls.scanqr(),
        calls.status(one),
      ])
      const told: StateRow = {
        native: native.body.state as InstanceState,
        'green-api': green.body.stateInstance as string,
        wavave: [scanqr.status, scanqr.body.status as string],
        witi: [info.body.status, info.body.statusString, info.body.CanRestoreConnection] as unknown as StateRow['witi'],
      }
      expect(told).toEqual(states[state])
      expect(info.body.connected).toBe(states[state].witi[0] === 10)
      expect(scanqr.body.success).toBe(states[state].wavave[0] === 200)
    })
})

describe('why there is no QR, in the words of each vendor', () => {
  for (const code of errorCodes)
    test(code, async () => {
      const { gateway, calls } = await world()
      const one = await gateway.stage({ phone: anAccount.phone, state: 'linked', account: anAccount })
      gateway.refusal = new GatewayError(code, said)
      const row = refusals[code]

      const native = await calls.startLink(one)
      expect([native.status, native.body.code]).toEqual([row.native, code])

      const green = await calls.qr(one)
      const [greenStatus, body] = row['green-api']
      expect(green.status).toBe(greenStatus)
      if (typeof body === 'object') expect(green.body).toEqual(body)
      else if (body === '') expect(green.text).toBe('')
      else expect(green.body).toMatchObject({ statusCode: greenStatus, message: body })

      const scanqr = await calls.scanqr()
      const [http, status, message] = row.wavave
      expect(scanqr.status).toBe(http)
      expect(scanqr.body).toEqual({ success: false, message, status, code: http, status_code: http })

      const generated = await calls.generateQrCode(one)
      expect([generated.status, generated.body]).toEqual([row.witi[0], { status: 0, error: row.witi[1], ttl: 0 }])
    })
})

test('an account that its phone has logged out is told apart only by WITI', async () => {
  const { gateway, calls } = await world()
  const one = await gateway.stage({ phone: anAccount.phone, state: 'unlinked', reason: 'logged-out-by-phone' })
  expect((await calls.getStateInstance(one)).body).toEqual({ stateInstance: states.unlinked['green-api'] })
  expect((await calls.scanqr()).body.status).toBe(states.unlinked.wavave[1])
  expect((await calls.status(one)).body).toMatchObject({ status: 13, statusString: 'WhatsAppNotAuthenticated' })
})
