import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Caller } from '../../core/access/access.js'
import type { Gateway } from '../../core/gateway.js'

const caller = 'caller'

/** Every route of the scope then needs `Authorization: Bearer <key>`, checked before the body is read. */
export function requireKey(scope: FastifyInstance, gateway: Gateway): void {
  scope.decorateRequest(caller, null)
  scope.addHook('onRequest', async (request) => {
    request.setDecorator<Caller>(caller, await gateway.access.authenticate(bearer(request.headers.authorization)))
  })
}

/** On whose behalf the request is made. */
export function callerOf(request: FastifyRequest): Caller {
  return request.getDecorator<Caller>(caller)
}

/** The scheme is case-insensitive (RFC 9110, 11.1). */
export function bearer(header: string | undefined): string | undefined {
  return header === undefined ? undefined : /^bearer +(\S+) *$/i.exec(header)?.[1]
}
