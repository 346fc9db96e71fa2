import { setMaxListeners } from 'node:events'
import type { FastifyInstance } from 'fastify'
import { type Clock, systemClock } from '../../core/ports/clock.js'
import type { Dialect } from '../dialect.js'
import { answerAsVendor } from './errors.js'
import { greenApiEvents } from './event-format.js'
import { RateLimit } from './rate-limit.js'
import type { Room } from './room.js'
import { methodRoutes } from './routes.js'
import { scanSockets } from './scan-socket.js'
import { SettingsShelf } from './settings-shelf.js'

export interface GreenApiOptions {
  readonly clock?: Clock
}

/** GREEN-API's wire format: `/waInstance{idInstance}/{method}/{apiTokenInstance}` and the Partner API. */
export function greenApi({ clock = systemClock }: GreenApiOptions = {}): Dialect {
  return {
    name: 'green-api',
    events: greenApiEvents,
    routes: (gateway) => async (scope) => {
      const room: Room = {
        gateway,
        clock,
        shelf: new SettingsShelf(gateway.settings, clock),
        limit: new RateLimit(clock),
        closing: whenClosing(scope),
      }
      openToBrowsers(scope)
      answerAsVendor(scope, clock)
      // Pictures, and whatever else is not JSON; a method that wants JSON refuses it.
      scope.addContentTypeParser('*', { parseAs: 'buffer' }, async (_request: unknown, body: Buffer) => body)
      methodRoutes(scope, room)
      scanSockets(scope, room)
    },
  }
}

function whenClosing(scope: FastifyInstance): AbortSignal {
  const closing = new AbortController()
  // One for each that waits, and they are as many as there are clients.
  setMaxListeners(0, closing.signal)
  scope.addHook('preClose', async () => {
    closing.abort()
  })
  return closing.signal
}

/** The vendor's own examples call it from web pages, so any page may, and may read refusals too. */
function openToBrowsers(scope: FastifyInstance): void {
  scope.addHook('onRequest', (request, reply, next) => {
    reply.header('access-control-allow-origin', '*')
    // Tokens and QRs are in these answers.
    reply.header('cache-control', 'no-store')
    if (request.method === 'OPTIONS') {
      reply
        .header('access-control-allow-methods', 'GET, POST, DELETE, OPTIONS')
        .header('access-control-allow-headers', '*')
        .header('access-control-max-age', '86400')
    }
    next()
  })
}
