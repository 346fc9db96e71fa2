import { STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import type { FastifyBaseLogger, FastifyInstance } from 'fastify'
import { type WebSocket, WebSocketServer } from 'ws'
import type { InstanceCaller } from '../../core/access/access.js'
import { GatewayError } from '../../core/errors/gateway-error.js'
import type { LinkStep } from '../../core/linking/link-step.js'
import { instanceOf } from './auth.js'
import { answers, messageOf, RateLimited } from './errors.js'
import { errorReply, joinAttempt, qrRefusal, qrReply } from './qr.js'
import { widOf } from './replies.js'
import type { Room } from './room.js'
import { takeUpgrades, type Upgrade } from '../upgrades.js'
import { Viewers } from '../viewers.js'

/** Within which a QR must be scanned; a phone that has scanned gets as long again to log in. */
const scanTimeout = 100_000
/** The vendor's older word, `timeoutExpired`, went out of use in 2023. */
const timeout = Buffer.from(JSON.stringify({ type: 'timeout', message: 'timeout' }))
/** Clients of this socket send nothing. */
const largestMessage = 1024

const address = /^\/waInstance([^/?]+)\/([^/?]+)\/([^/?]*)(?:\?.*)?$/

/** `WSS /waInstance{idInstance}/scanqrcode/{apiTokenInstance}`: each QR as it comes, then how it ended. */
export function scanSockets(scope: FastifyInstance, room: Room): void {
  const viewers = new Viewers(room.clock)
  const sockets = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: largestMessage,
  })
  takeUpgrades(scope.server, (upgrade) => {
    const [, idInstance = '', method, apiTokenInstance = ''] = address.exec(upgrade.request.url ?? '') ?? []
    if (method?.toLowerCase() !== 'scanqrcode') return false
    void admit(upgrade, idInstance, apiTokenInstance)
    return true
  })
  scope.addHook('preClose', async () => {
    viewers.close()
  })

  /** Bad credentials are refused as HTTP, before there is a WebSocket. */
  async function admit({ request, socket, head }: Upgrade, idInstance: string, token: string): Promise<void> {
    const swallow = () => undefined
    socket.on('error', swallow)
    try {
      const known = await instanceOf(room.gateway, idInstance, token)
      room.limit.take(known.instance, 'scanQrCode', 1)
      if (viewers.closing) throw new GatewayError('stale-owner', 'the server is closing')
      socket.off('error', swallow)
      sockets.handleUpgrade(request, socket, head, (client) => {
        viewers.add(client)
        // A client that breaks the protocol or its connection: the socket closes by itself.
        client.on('error', swallow)
        void serve(client, known)
      })
    } catch (error) {
      refuse(socket, error, scope.log)
    }
  }

  async function serve(client: WebSocket, known: InstanceCaller): Promise<void> {
    const gone = new AbortController()
    const end = (frame: Buffer) => {
      stopTimer()
      viewers.end(client, frame)
    }
    const expire = () => {
      end(timeout)
      gone.abort()
    }
    let stopTimer = room.clock.after(scanTimeout, expire)
    client.once('close', () => {
      stopTimer()
      gone.abort()
    })
    try {
      let scanned = false
      for await (const step of steps(known, gone.signal)) {
        if (gone.signal.aborted) return
        if (step.kind === 'scan') viewers.send(client, qrReply(step))
        else if (step.kind === 'linked') end(await accountData(known))
        else if (step.kind === 'type-code' || step.kind === 'failed') end(qrReply(step))
        else if (step.kind === 'starting' && !scanned) {
          scanned = true
          stopTimer()
          stopTimer = room.clock.after(scanTimeout, expire)
        }
      }
    } catch (error) {
      end(refusal(error, scope.log))
    }
  }

  /** The steps of the attempt alive, and of the next one when nobody has scanned before its QRs ran out. */
  async function* steps({ caller, instance }: InstanceCaller, signal: AbortSignal): AsyncGenerator<LinkStep> {
    for (;;) {
      const joined = await joinAttempt(room, caller, instance)
      if (joined.kind === 'type-code') {
        yield joined
        return
      }
      let last: LinkStep | undefined
      for await (const { step } of room.gateway.links.watch(caller, instance, signal)) {
        last = step
        if (!ranOut(step)) yield step
      }
      if (signal.aborted || last === undefined || !ranOut(last)) return
    }
  }

  async function accountData({ caller, instance }: InstanceCaller): Promise<Buffer> {
    const linked = await room.gateway.instances.get(caller, instance)
    const { settings } = await room.shelf.read(caller, instance)
    const frame = {
      type: 'accountData',
      wid: widOf(linked),
      pushname: linked.account?.name ?? '',
      proxy: settings.proxyInstance ?? '',
      webhookUrl: settings.webhookUrl ?? '',
    }
    return Buffer.from(JSON.stringify(frame))
  }
}

function ranOut(step: LinkStep): boolean {
  return step.kind === 'failed' && step.error.code === 'link-expired'
}

function refusal(error: unknown, log: FastifyBaseLogger): Buffer {
  try {
    return qrRefusal(error)
  } catch {
    return errorReply(messageOf(asRefusal(error, log)))
  }
}

function refuse(socket: Duplex, thrown: unknown, log: FastifyBaseLogger): void {
  const error = asRefusal(thrown, log)
  const [status] = answers[error.code]
  const retry = error instanceof RateLimited ? `Retry-After: ${error.retryAfter}\r\n` : ''
  const text =
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\nAccess-Control-Allow-Origin: *\r\n${retry}` +
    'Connection: close\r\nContent-Length: 0\r\n\r\n'
  socket.end(text, () => socket.destroy())
}

function asRefusal(error: unknown, log: FastifyBaseLogger): GatewayError {
  if (error instanceof GatewayError) return error
  log.error({ err: error }, 'a scan socket failed')
  return new GatewayError('internal-error', 'failed', { cause: error })
}
