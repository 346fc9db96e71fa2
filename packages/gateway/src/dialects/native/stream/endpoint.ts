import { hash } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import type { FastifyInstance } from 'fastify'
import Type from 'typebox'
import { WebSocketServer } from 'ws'
import type { Caller } from '../../../core/access/access.js'
import { GatewayError } from '../../../core/errors/gateway-error.js'
import type { EventReader } from '../../../core/gateway.js'
import { refuseUpgrade, takeUpgrades, type Upgrade } from '../../upgrades.js'
import { Viewers } from '../../viewers.js'
import { bearer, callerOf } from '../auth.js'
import { asGatewayError, problem, Refused } from '../errors.js'
import type { Room, Routes } from '../room.js'
import { StreamSession } from './session.js'

const path = '/api/v1/stream'
const subprotocol = 'gangway'
/** Of one message of a client. */
const largestMessage = 64 * 1024
/** Connections that one key may hold open. */
const mostPerKey = 1_000

/** `WSS /api/v1/stream`: the events of any number of instances over one connection. */
export function streamSockets(scope: FastifyInstance, { gateway, clock, typeOf, mediaUrl }: Room): void {
  const viewers = new Viewers(clock)
  const held = new Map<string, number>()
  const sockets = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: largestMessage,
    autoPong: false,
    // The other one is the key, which is not to come back.
    handleProtocols: (offered) => offered.has(subprotocol) && subprotocol,
  })
  takeUpgrades(scope.server, (upgrade) => {
    const [name] = (upgrade.request.url ?? '').split('?')
    if (name !== path) return false
    void admit(upgrade)
    return true
  })
  scope.addHook('preClose', async () => {
    viewers.close()
  })

  /** Whatever is wrong is said over HTTP, before there is a WebSocket. */
  async function admit({ request, socket, head }: Upgrade): Promise<void> {
    const started = performance.now()
    const swallow = () => undefined
    socket.on('error', swallow)
    const note = (status: number, cut = false) => {
      const ms = performance.now() - started
      scope.noteAnswer({ method: 'GET', route: path, status, ms, cut })
    }
    try {
      const key = keyOf(request)
      const caller = await gateway.access.authenticate(key)
      if (viewers.closing) throw new GatewayError('stale-owner', 'The server is closing.')
      if (socket.destroyed) return
      const reader = readerOf(caller, key ?? '', socket)
      socket.off('error', swallow)
      sockets.handleUpgrade(request, socket, head, (client) => {
        const recheck = async () => gateway.access.authenticate(key)
        const parts = { reader, viewers, clock, typeOf, mediaUrl, recheck, log: scope.log }
        const session = new StreamSession(client, parts)
        client.once('close', () => {
          note(101, session.wasCut)
        })
        session.begin()
      })
    } catch (thrown) {
      const error = asGatewayError(thrown)
      if (error.code === 'internal-error') scope.log.error({ err: thrown }, 'a handshake failed')
      const document = problem(error, typeOf)
      refuseUpgrade(socket, document.status, {
        headers: {
          'Content-Type': 'application/problem+json',
          'Cache-Control': 'no-store',
          ...(document.status === 401 ? { 'WWW-Authenticate': 'Bearer realm="gangway"' } : {}),
          ...(error.code === 'rate-limited' ? { 'Retry-After': '60' } : {}),
        },
        body: JSON.stringify(document),
      })
      note(document.status)
    }
  }

  /** Closed, and counted out, with the socket. */
  function readerOf(caller: Caller, key: string, socket: Duplex): EventReader {
    const reader = gateway.events.follow(caller)
    try {
      const letGo = hold(key)
      socket.once('close', () => {
        letGo()
        reader.close()
      })
      return reader
    } catch (error) {
      reader.close()
      throw error
    }
  }

  /** Counts one more connection of this key. The returned function counts it out. */
  function hold(key: string): () => void {
    const digest = hash('sha256', key, 'base64')
    const before = held.get(digest) ?? 0
    if (before >= mostPerKey) {
      throw new GatewayError('rate-limited', `This key has ${mostPerKey} streams open, which is all it may.`, {
        hint: 'One stream follows any number of instances.',
      })
    }
    held.set(digest, before + 1)
    return () => {
      const now = held.get(digest) ?? 0
      if (now <= 1) held.delete(digest)
      else held.set(digest, now - 1)
    }
  }
}

/** The path over plain HTTP, where the endpoint is documented too. */
export const streamRoute: Routes = (scope, { gateway }) => {
  scope.get(
    '/stream',
    {
      exposeHeadRoute: false,
      config: {
        problems: ['rate-limited'],
        refusal: { status: 426, code: 'bad-request', title: 'The request is no WebSocket handshake' },
      },
      schema: {
        operationId: 'openStream',
        summary: 'Follow the logs of any number of instances',
        description:
          'A WebSocket, described at `/docs/stream`. The key goes into `Authorization`, or where that cannot be set, as ' +
          'in browsers, into the subprotocols: `gangway, bearer.<key>`. Never put it into the address.',
        tags: ['Events'],
        response: { 101: Type.Null({ description: 'The WebSocket is open.' }) },
      },
    },
    async (request, reply) => {
      // A browser is not told why its handshake was refused; its page may ask here.
      gateway.events.follow(callerOf(request)).close()
      reply.header('upgrade', 'websocket').header('connection', 'Upgrade')
      throw new Refused(426, 'bad-request', 'This path is a WebSocket.', { hint: 'Connect with a WebSocket client.' })
    },
  )
}

/** Browsers cannot set a header at the handshake, so there the key is one of the subprotocols that are offered. */
function keyOf({ headers }: IncomingMessage): string | undefined {
  if (headers.authorization !== undefined) return bearer(headers.authorization)
  const offered = (headers['sec-websocket-protocol'] ?? '').split(',').map((one) => one.trim())
  const key = offered.find((one) => one.startsWith('bearer.'))?.slice('bearer.'.length)
  try {
    return key && decodeURIComponent(key)
  } catch {
    return undefined
  }
}
