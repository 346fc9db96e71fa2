import type { FastifyInstance, FastifyReply } from 'fastify'
import { instanceOf, partnerOf } from './auth.js'
import { noRoute } from './errors.js'
import { instanceMethods } from './methods.js'
import { partnerMethods } from './partner.js'
import { type Call, Elsewhere, type Method, type PartnerMethod, type Room } from './room.js'

interface InstanceAddress {
  Params: { idInstance: string; method: string; apiTokenInstance: string; pathId?: string }
}
interface PartnerAddress {
  Params: { method: string; partnerToken: string }
}

const admitted = 'greenApiCall'
type Admitted = Pick<Call, 'caller' | 'instance'> & { readonly method: Method }
type AdmittedPartner = Pick<Call, 'caller'> & { readonly method: PartnerMethod }

/**
 * One route for all methods, because their names are matched in any case and the server's router knows one case only, and
 * one for those that read their bodies themselves. Who calls is checked before the body is read. A path that fits no method
 * is answered in the vendor's form too.
 */
export function methodRoutes(scope: FastifyInstance, room: Room): void {
  const all = instanceMethods(room)
  const methods = byCall(all)
  const partner = byCall(partnerMethods(room))
  const everyVerb = scope.supportedMethods.filter((verb) => verb !== 'OPTIONS')
  scope.decorateRequest(admitted, null)

  const address = '/waInstance:idInstance/:method/:apiTokenInstance'
  for (const url of [address, `${address}/:pathId`]) methodRoute(scope, everyVerb, url)
  scope.register(async (uploads) => {
    uploads.removeAllContentTypeParsers()
    uploads.addContentTypeParser('*', (_request, body, done) => {
      done(null, body)
    })
    const names = all.flatMap(({ name, streams }) => (streams ? [inAnyCase(name)] : []))
    methodRoute(uploads, ['POST'], `/waInstance:idInstance/:method(^(?:${names.join('|')})$)/:apiTokenInstance`)
  })

  function methodRoute(within: FastifyInstance, verbs: string[], url: string): void {
    within.route<InstanceAddress>({
      method: verbs,
      url,
      exposeHeadRoute: false,
      async onRequest(request) {
        const { idInstance, apiTokenInstance, pathId } = request.params
        const method = methods.get(keyOf(request.method, request.params.method))
        if (method === undefined) throw noRoute(request)
        if (pathId !== undefined && !method.takesId) throw noRoute(request)
        const known = await instanceOf(room.gateway, idInstance, apiTokenInstance)
        room.limit.take(known.instance, method.name, method.perSecond)
        request.setDecorator<Admitted>(admitted, { caller: known.caller, instance: known.instance, method })
      },
      async handler(request, reply) {
        const { method, caller, instance } = request.getDecorator<Admitted>(admitted)
        const { body, query, headers, params } = request
        const { pathId } = params
        const contentType = headers['content-type'] ?? ''
        const header = (name: string): string | undefined => headers[name]?.toString()
        const call = { caller, instance, body, query, contentType, pathId, header }
        return send(reply, await method.answer({ ...call, untilGone: () => untilGone(reply, room.closing) }))
      },
    })
  }

  scope.route<PartnerAddress>({
    method: everyVerb,
    url: '/partner/:method/:partnerToken',
    exposeHeadRoute: false,
    async onRequest(request) {
      const method = partner.get(keyOf(request.method, request.params.method))
      if (method === undefined) throw noRoute(request)
      const caller = await partnerOf(room.gateway, request.params.partnerToken)
      request.setDecorator<AdmittedPartner>(admitted, { caller, method })
    },
    async handler(request, reply) {
      const { method, caller } = request.getDecorator<AdmittedPartner>(admitted)
      return send(reply, await method.answer(caller, request.body))
    },
  })

  for (const url of ['/waInstance*', '/partner/*']) {
    scope.options(url, async (_request, reply) => reply.code(204).send())
    scope.route({
      method: everyVerb,
      url,
      exposeHeadRoute: false,
      // Before a body is read: nobody will look at it.
      onRequest: async (request) => {
        throw noRoute(request)
      },
      handler: () => undefined,
    })
  }
}

function untilGone({ raw }: FastifyReply, closing: AbortSignal): AbortSignal {
  const gone = new AbortController()
  const leave = (): void => {
    closing.removeEventListener('abort', leave)
    gone.abort()
  }
  closing.addEventListener('abort', leave)
  raw.once('close', leave)
  if (closing.aborted || raw.destroyed) leave()
  return gone.signal
}

function inAnyCase(name: string): string {
  return name.replace(/[a-z]/gi, (letter) => `[${letter.toLowerCase()}${letter.toUpperCase()}]`)
}

interface Callable {
  readonly name: string
  readonly verb: string
}

function byCall<One extends Callable>(methods: readonly One[]): ReadonlyMap<string, One> {
  return new Map(methods.map((method) => [keyOf(method.verb, method.name), method]))
}

function keyOf(verb: string, name: string): string {
  return `${verb} ${name.toLowerCase()}`
}

function send(reply: FastifyReply, answer: Buffer | object): FastifyReply {
  if (answer instanceof Elsewhere) return reply.redirect(answer.url)
  if (Buffer.isBuffer(answer) && answer.length === 0) return reply.send()
  return reply.type('application/json; charset=utf-8').send(Buffer.isBuffer(answer) ? answer : JSON.stringify(answer))
}
