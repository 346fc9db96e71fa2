import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Caller } from '../../core/access/access.js'
import type { Gateway } from '../../core/gateway.js'

const caller = 'metaCaller'

/**
 * Every route of the scope then needs a key of the workspace where Graph has its access token: in the header, or as
 * `access_token` in the address. It is checked before the body is read.
 */
export function requireToken(scope: FastifyInstance, gateway: Gateway): void {
  scope.decorateRequest(caller, null)
  scope.addHook('onRequest', async (request) => {
    const token = inHeader(request.headers.authorization) ?? inQuery(request.query)
    request.setDecorator<Caller>(caller, await gateway.access.authenticate(token))
  })
}

/** On whose behalf the request is made. */
export function callerOf(request: FastifyRequest): Caller {
  return request.getDecorator<Caller>(caller)
}

/** The scheme is case-insensitive (RFC 9110, 11.1); `OAuth` is what Graph's older clients call it. */
function inHeader(header: string | undefined): string | undefined {
  return header === undefined ? undefined : /^(?:bearer|oauth) +(\S+) *$/i.exec(header)?.[1]
}

function inQuery(query: unknown): string | undefined {
  const { access_token: token } = query as Record<string, unknown>
  return typeof token === 'string' ? token : undefined
}
