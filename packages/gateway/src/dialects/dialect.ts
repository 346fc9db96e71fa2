import type { FastifyPluginAsync } from 'fastify'
import type { Gateway } from '../core/gateway.js'

/** One vendor's wire format over HTTP: routes, authentication, body parsers and error answers, in a scope of its own. */
export interface Dialect {
  readonly name: string
  routes(gateway: Gateway): FastifyPluginAsync
}
