import type { FastifyInstance, FastifyRequest } from 'fastify'
import { GatewayError } from '../../core/errors/gateway-error.js'
import type { Gateway } from '../../core/gateway.js'
import { systemClock, type Clock } from '../../core/ports/clock.js'
import type { Dialect } from '../dialect.js'
import { callerByWid, type WitiCaller } from './auth.js'
import type { Command, Room } from './command.js'
import { commands } from './commands.js'
import { Configs } from './config.js'
import { answerFailures } from './errors.js'
import { witiEvents } from './event-format.js'

export interface WitiOptions {
  /** Base of the links in its answers, without a slash at the end. */
  readonly publicUrl: string
  readonly clock?: Clock
}

/** File names come in any case, as ASP.NET has them, and routes here are told apart by theirs: so one takes them all. */
const anyFile = '/:file(^\\w+[.][Aa][Ss][Pp][Xx]$)'
/** As everywhere else. */
const usualBody = 1024 * 1024
/** Of a command that takes a file. A body is read as a whole, so one of more than about 24 MB has to come by URL. */
const largestBody = 32 * 1024 * 1024

/** WITI (witi.me): one `.aspx` file per command, the instance's access key in the query. */
export function witi({ publicUrl, clock = systemClock }: WitiOptions): Dialect {
  return {
    name: 'witi',
    events: witiEvents,
    routes: (gateway) => async (scope) => {
      addCommands(scope, gateway, { publicUrl, clock })
    },
  }
}

function addCommands(scope: FastifyInstance, gateway: Gateway, options: Required<WitiOptions>): void {
  const room: Room = { ...options, gateway, configs: new Configs(gateway.settings), closing: whenClosing(scope) }
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

  scope.removeContentTypeParser('application/json')
  scope.addContentTypeParser(
    'application/json',
    { parseAs: 'buffer', bodyLimit: largestBody },
    async (request: FastifyRequest, body: Buffer) => {
      if (body.length > usualBody && requireCommand(request).takesFiles !== true) {
        throw new GatewayError('body-too-large', 'The body is too large.')
      }
      return scope.parseJson(body)
    },
  )

  scope.route({
    method: scope.supportedMethods,
    url: anyFile,
    exposeHeadRoute: false,
    schema: { hide: true },
    handler: async (request, reply) => {
      const { body, query } = request
      return requireCommand(request).run(room, request.getDecorator<WitiCaller>('witiCaller'), { body, query, reply })
    },
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
