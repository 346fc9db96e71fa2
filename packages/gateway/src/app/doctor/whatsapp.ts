import { request as requestPlain } from 'node:http'
import { request as requestSecure } from 'node:https'
import { fail, ok, warn, type Finding } from './finding.js'

export interface Reach {
  /** Host and port. */
  readonly address: string
  readonly reached: boolean
  /** A word of the system for why not. */
  readonly trouble?: string
  /** In ms: how far the clock here is ahead of the one there, which tells whole seconds. */
  readonly clockAhead?: number
}

const patience = 5_000

/** Connects as the gateway would, with TLS where it would, and asks for nothing but the headers. */
export async function reachWhatsApp(socketUrl: string, limit = patience): Promise<Reach> {
  const url = new URL(socketUrl)
  const secure = url.protocol === 'wss:'
  const address = `${url.hostname}:${url.port === '' ? (secure ? 443 : 80) : url.port}`
  const request = secure ? requestSecure : requestPlain
  return new Promise((resolve) => {
    let reached = false
    const started = Date.now()
    const call = request(new URL('/', socketUrl.replace(/^ws/, 'http')), {
      method: 'HEAD',
      agent: false,
      signal: AbortSignal.timeout(limit),
    })
    call.on('socket', (socket) => {
      socket.once(secure ? 'secureConnect' : 'connect', () => {
        reached = true
      })
    })
    call.on('response', (response) => {
      const there = Date.parse(response.headers.date ?? '')
      response.destroy()
      const here = (started + Date.now()) / 2
      resolve({ address, reached, ...(Number.isNaN(there) ? {} : { clockAhead: here - there }) })
    })
    // Whoever answers no HTTP has been reached all the same.
    call.on('error', (error) => {
      resolve({ address, reached, ...(reached ? {} : { trouble: troubleOf(error) }) })
    })
    call.end()
  })
}

function troubleOf(error: Error): string {
  if (error.name === 'AbortError') return 'no answer in time'
  return 'code' in error && typeof error.code === 'string' ? error.code : error.message
}

export function judgeReach({ address, reached, trouble = 'unknown trouble' }: Reach): Finding {
  if (reached) return ok('WhatsApp', `${address} can be reached`)
  return warn(
    'WhatsApp',
    `${address} cannot be reached (${trouble})`,
    'Check the internet connection and GANGWAY_WHATSAPP_URL. Without WhatsApp there is the sandbox: gangway link demo --sandbox --scan.',
  )
}

const second = 1_000
const noticeable = 30 * second
/** Signed requests are refused when they are so old. */
const harmful = 15 * 60 * second

export function judgeClock({ clockAhead }: Pick<Reach, 'clockAhead'>): Finding {
  const subject = 'Clock'
  if (clockAhead === undefined) return ok(subject, 'not checked: there was nobody to compare it with')
  const off = Math.abs(clockAhead)
  if (off <= noticeable) return ok(subject, 'right, compared with the server of WhatsApp')
  const what = `${Math.round(off / second)} s ${clockAhead > 0 ? 'ahead' : 'behind'}, compared with the server of WhatsApp`
  const advice = 'Set it by the network (systemd-timesyncd, chrony): times of messages and signatures depend on it.'
  return off > harmful ? fail(subject, what, advice) : warn(subject, what, advice)
}
