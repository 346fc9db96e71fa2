import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Gateway } from '../../core/gateway.js'
import type { LinkCode, PhoneNumber } from '../../core/ids.js'
import type { Dialect } from '../dialect.js'
import { refuseOtherMethods } from '../other-methods.js'
import { callerOf, requireToken } from './auth.js'
import { takeForms } from './bodies.js'
import { answerAsGraph, invalid } from './errors.js'
import { phoneNamed } from './numbers.js'
import { pagingOf, readCursors } from './paging.js'
import { listReply, qrCodeReply, type QrCodeListReply, type QrCodeReply } from './replies.js'
import { given, readCode, readFields, readGivenCode, readLimit, readQrCodeWish } from './requests.js'

export interface MetaOptions {
  /** Where the gateway is reached from outside. */
  readonly publicUrl: string
}

interface ListRoute {
  Params: { version: string; phone: string }
}
interface CodeRoute {
  Params: { version: string; phone: string; code: string }
}

/** Whichever version a client names: this edge has been the same in all of them. */
const anyVersion = '/:version(^v\\d{1,3}[.]\\d{1,3}$)'
const list = '/:phone/message_qrdls'

/** Meta's Graph API (graph.facebook.com), as far as message QR codes and short links go: the edge `message_qrdls`. */
export function meta({ publicUrl }: MetaOptions): Dialect {
  const base = publicUrl.replace(/\/$/, '')
  return {
    name: 'meta',
    routes: (gateway) => async (scope) => {
      await scope.register(
        async (graph) => {
          addRoutes(graph, gateway, base)
        },
        { prefix: anyVersion },
      )
    },
  }
}

function addRoutes(scope: FastifyInstance, gateway: Gateway, base: string): void {
  const { messageLinks } = gateway
  const otherMethods = refuseOtherMethods(scope)
  answerAsGraph(scope)
  requireToken(scope, gateway)
  takeForms(scope)
  scope.addHook('onRequest', async (_request, reply) => {
    reply.header('cache-control', 'no-store')
  })

  // A published client lists with a slash at the end.
  for (const path of [list, `${list}/`]) {
    scope.get<ListRoute>(path, async (request): Promise<QrCodeListReply> => {
      const { version, phone: name } = request.params
      const from = given(request)
      const [limit, image, code] = [readLimit(from), readFields(from), readGivenCode(from)]
      const cursors = readCursors(from)
      const phone = await phoneOf(request)
      const page = await messageLinks.list(callerOf(request), { phone, limit, ...cursors, ...(code && { code }) })
      return listReply(page.items, image, pagingOf(page, from, limit, `${base}/${version}/${name}/message_qrdls`))
    })

    scope.post<ListRoute>(path, async (request): Promise<QrCodeReply> => {
      const code = readGivenCode(given(request))
      const phone = await phoneOf(request)
      return code === undefined ? create(request, phone) : update(request, phone, code)
    })
  }

  scope.get<CodeRoute>(`${list}/:code`, async (request): Promise<QrCodeListReply> => {
    const [code, image] = [readCode(request.params.code), readFields(given(request))]
    const phone = await phoneOf(request)
    return listReply([await messageLinks.byCode(callerOf(request), phone, code)], image)
  })

  scope.post<CodeRoute>(`${list}/:code`, async (request): Promise<QrCodeReply> => {
    const code = readCode(request.params.code)
    const again = readGivenCode(given(request))
    if (again !== undefined && again !== code) throw invalid('code', 'It must be the one in the path')
    return update(request, await phoneOf(request), code)
  })

  scope.delete<CodeRoute>(`${list}/:code`, async (request): Promise<{ success: true }> => {
    const code = readCode(request.params.code)
    const [caller, phone] = [callerOf(request), await phoneOf(request)]
    const { id } = await messageLinks.byCode(caller, phone, code)
    await messageLinks.remove(caller, id)
    return { success: true }
  })
  otherMethods.finish()

  async function phoneOf(request: FastifyRequest<ListRoute>): Promise<PhoneNumber> {
    return phoneNamed(messageLinks, callerOf(request), request.params.phone)
  }

  async function create(request: FastifyRequest, phone: PhoneNumber): Promise<QrCodeReply> {
    const { text, imageType } = readQrCodeWish(given(request))
    const wish = { phone, text, ...(imageType && { imageType }) }
    return qrCodeReply(await messageLinks.create(callerOf(request), wish), imageType)
  }

  async function update(request: FastifyRequest, phone: PhoneNumber, code: LinkCode): Promise<QrCodeReply> {
    const { text, imageType } = readQrCodeWish(given(request))
    const caller = callerOf(request)
    const { id } = await messageLinks.byCode(caller, phone, code)
    return qrCodeReply(await messageLinks.edit(caller, id, { text, ...(imageType && { imageType }) }), imageType)
  }
}
