import type { FastifyInstance } from 'fastify'
import { GatewayError } from '../core/errors/gateway-error.js'

const hidden = { hide: true }

/**
 * Makes every other verb on a path of this scope a `method-not-allowed` with its `Allow` header, instead of a 404 that
 * sends people looking for a typing error in the path. To be called before the scope's routes, and finished after them.
 */
export function refuseOtherMethods(scope: FastifyInstance): { finish(): void } {
  const known = new Map<string, Set<string>>()
  let finished = false
  scope.addHook('onRoute', ({ path, method }) => {
    if (finished) return
    const methods = known.get(path) ?? new Set()
    for (const name of [method].flat()) methods.add(name)
    known.set(path, methods)
  })
  return {
    finish() {
      finished = true
      for (const [url, methods] of known) {
        const allow = [...methods].sort().join(', ')
        scope.route({
          url: url.slice(scope.prefix.length),
          method: scope.supportedMethods.filter((method) => !methods.has(method)),
          exposeHeadRoute: false,
          schema: hidden,
          // Before the body is read: nobody will look at it.
          onRequest: async (request, reply) => {
            reply.header('allow', allow)
            throw new GatewayError('method-not-allowed', `${request.method} is not offered here.`, {
              hint: `This path answers ${allow}.`,
            })
          },
          handler: () => undefined,
        })
      }
    },
  }
}
