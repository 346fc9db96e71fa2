import type { FastifyInstance, FastifyRequest } from 'fastify'
import { GatewayError } from '../../core/errors/gateway-error.js'
import type { Gateway } from '../../core/gateway.js'
import { systemClock, type Clock } from '../../core/ports/clock.js'
import type { Dialect } from '../dialect.js'
import { callerByWid, type WitiCaller } from './auth.js'
import { type Command, commands, type Room } from './commands.js'
import { Configs } from './config.js'
import { answerFailures } from './errors.js'
import { witiEvents } from './event-format.js'

export interface WitiOptions {
  readonly clock?: Clock
}

/** File names come in any case, as ASP.NET has them, and routes here are told apart by theirs: so one takes them all. */
const anyFile = '/:file(^\\w+[.][Aa][Ss][Pp][Xx]$)'

/** WITI (witi.me): one `.aspx` file per command, the instance's access key in the query. */
export function witi({ clock = systemClock }: WitiOptions = {}): Dialect {
  return {
    name: 'witi',
    events: witiEvents,
    routes: (gateway) => async (scope) => {
      addCommands(scope, gateway, clock)
    },
  }
}

function addCommands(scope: FastifyInstance, gateway: Gateway, clock: Clock): void {
  const room: Room = { gateway, configs: new Configs(gateway.settings), clock, closing: whenClosing(scope) }
  answerFailures(scope, (params) => commandOf(params)?.failure ?? 'status')
  scope.decorateRequest('witiCaller', null)

  // Before the body is read: whoever may not ask is not listened to.
  scope.addHook('onRequest', async (request, reply) => {
    reply.header('cache-control', 'no-store')
    const command = requireCommand(request)
    if (request.method !== command.method) {
      reply.header('allow', command.method)
      throw new GatewayError('method-not-allowed', `${request.method} is not offered here.`)
    }
    request.setDecorator<WitiCaller>('witiCaller', await callerByWid(gateway.access, request.query))
    // The vendor names no content type, and clients send what their library makes up: here every body is JSON, read by
    // the server's own strict parser.
    if (request.method === 'POST') request.headers['content-type'] = 'application/json'
  })

  scope.route({
    method: scope.supportedMethods,
    url: anyFile,
    exposeHeadRoute: false,
    schema: { hide: true },
    handler: async (request) =>
      requireCommand(request).run(room, request.getDecorator<WitiCaller>('witiCaller'), request.body),
  })
}

function requireCommand(request: FastifyRequest): Command {
  const command = commandOf(request.params)
  if (!command) throw new GatewayError('route-not-found', 'no such command')
  return command
}

function commandOf(params: unknown): Command | undefined {
  const { file } = params as { file: string }
  return commands.get(file.replace(/\.aspx$/i, '').toLowerCase())
}

function whenClosing(scope: FastifyInstance): AbortSignal {
  const closing = new AbortController()
  scope.addHook('preClose', async () => {
    closing.abort()
  })
  return closing.signal
}
