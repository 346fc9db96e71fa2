import type { FastifyInstance, FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import { GatewayError } from '../../core/errors/gateway-error.js'
import type { Gateway, LinkPageMoment, OpenLinkPage } from '../../core/gateway.js'
import type { PhoneNumber } from '../../core/ids.js'
import type { Clock } from '../../core/ports/clock.js'
import { browserFiles } from './browser-files.js'
import type { StartRefusal, StartWish } from './browser/wire.js'
import { contentSecurityPolicy, goneDocument, linkDocument } from './document.js'
import { chooseLocale } from './locale.js'
import { failureOf, pageStep } from './page-step.js'
import { isOwnPage } from './same-origin.js'
import { streamEvents, untilGone, type ServerEvent } from './server-sent-events.js'
import { wordsIn } from './words/index.js'

export interface LinkPageOptions {
  readonly gateway: Pick<Gateway, 'linkPages'>
  readonly publicUrl: string
  readonly clock: Clock
}

interface PageRoute {
  Params: { token: string }
  Querystring: { attempt?: unknown }
}
type PageRequest = FastifyRequest<PageRoute>

const hidden = { hide: true }
/** Nothing that a person types is longer. */
const bodyLimit = 1024
const year = 31_536_000

/** The page that a person without a key links from. Its address is its only credential, so it is kept out of everything. */
export function linkPage({ gateway: { linkPages }, publicUrl, clock }: LinkPageOptions): FastifyPluginAsync {
  const { version, files } = browserFiles()
  // Behind a proxy that serves the gateway under a path, everything of the page is under that path.
  const base = new URL(publicUrl).pathname.replace(/\/$/, '')
  const folder = `${base}/link-assets/${version}`

  return async (scope) => {
    const closing = whenClosing(scope)
    scope.addHook('onRequest', async (_request, reply) => {
      reply.header('cache-control', 'no-store').header('x-robots-tag', 'noindex, nofollow')
    })

    scope.get<PageRoute>('/link/:token', { schema: hidden }, async (request, reply) => {
      reply.type('text/html; charset=utf-8').header('content-security-policy', contentSecurityPolicy)
      reply.header('vary', 'accept-language')
      const browser = chooseLocale(request.headers['accept-language'])
      try {
        const page = await open(request)
        return linkDocument(page, wordsIn[page.locale ?? browser], folder)
      } catch (error) {
        if (!isGone(error)) throw error
        return reply.code(404).send(goneDocument(wordsIn[browser], folder))
      }
    })

    scope.get<PageRoute>('/link/:token/steps', { schema: hidden, exposeHeadRoute: false }, async (request, reply) => {
      requireOwnPage(request)
      const page = await open(request)
      const signal = untilGone(reply, closing)
      const moments = page.watch(signal)[Symbol.asyncIterator]()
      // The first moment is there at once or refused, and a refusal still needs its status.
      const first = await moments.next()
      await streamEvents(reply, events(first, moments), signal, clock)
    })

    scope.post<PageRoute>('/link/:token/start', { schema: hidden, bodyLimit }, async (request, reply) => {
      requireOwnPage(request)
      const page = await open(request)
      const wish = readStart(request.body)
      if (wish === undefined) return reply.code(400).send(refusal('trouble'))
      if (wish.method === 'code' && page.expected === null && readPhone(wish.phone) === undefined) {
        return reply.code(400).send(refusal('phone'))
      }
      return start(page, wish, reply)
    })

    scope.get<{ Params: { version: string; file: string } }>(
      '/link-assets/:version/:file',
      { schema: hidden },
      async (request, reply) => {
        const file = request.params.version === version ? files.get(request.params.file) : undefined
        if (!file) throw new GatewayError('route-not-found', 'no such file')
        const zips = /\bgzip\b/.test(request.headers['accept-encoding'] ?? '')
        if (zips) reply.header('content-encoding', 'gzip')
        reply.header('cache-control', `public, max-age=${year}, immutable`).header('vary', 'accept-encoding')
        return reply.type(file.type).send(zips ? file.zipped : file.plain)
      },
    )
  }

  async function open(request: PageRequest): Promise<OpenLinkPage> {
    const { attempt } = request.query
    const followed = request.headers['last-event-id'] ?? attempt
    return linkPages.open(request.params.token, typeof followed === 'string' ? followed : undefined)
  }

  function requireOwnPage(request: PageRequest): void {
    if (!isOwnPage(request, publicUrl)) throw new GatewayError('forbidden', 'Only the page itself may ask this.')
  }

  async function* events(
    first: IteratorResult<LinkPageMoment, unknown>,
    rest: AsyncIterator<LinkPageMoment, unknown>,
  ): AsyncGenerator<ServerEvent> {
    try {
      for (let result = first; result.done !== true; result = await rest.next()) {
        const { attempt } = result.value
        yield { id: attempt ?? '', data: JSON.stringify(pageStep(result.value, clock.now())) }
      }
    } finally {
      await rest.return?.()
    }
  }
}

async function start(page: OpenLinkPage, wish: StartWish, reply: FastifyReply): Promise<FastifyReply> {
  const phone = wish.method === 'code' ? readPhone(wish.phone) : undefined
  try {
    await page.start(wish.method === 'qr' ? { method: 'qr' } : { method: 'code', ...(phone && { phone }) })
  } catch (error) {
    // What the core refuses is something to tell the person; the rest is ours, and for the log.
    if (!(error instanceof GatewayError) || isGone(error) || error.code === 'internal-error') throw error
    return reply.code(error.code === 'rate-limited' ? 429 : 409).send(refusal(failureOf(error.code)))
  }
  return reply.code(202).send({})
}

function isGone(error: unknown): boolean {
  return error instanceof GatewayError && ['link-page-not-found', 'instance-not-found'].includes(error.code)
}

function refusal(failure: StartRefusal['failure']): StartRefusal {
  return { failure }
}

function readStart(body: unknown): StartWish | undefined {
  if (typeof body !== 'object' || body === null || !('method' in body)) return undefined
  if (body.method === 'qr') return { method: 'qr' }
  if (body.method !== 'code') return undefined
  return 'phone' in body && typeof body.phone === 'string' ? { method: 'code', phone: body.phone } : { method: 'code' }
}

/** As people write it: a plus or two zeros in front, and spaces, dots, hyphens and brackets anywhere. */
function readPhone(text: string | undefined): PhoneNumber | undefined {
  const digits = (text ?? '')
    .trim()
    .replace(/^(?:\+|00)/, '')
    .replace(/[\s().\-\u2010-\u2015]/g, '')
  return /^[1-9]\d{6,14}$/.test(digits) ? (digits as PhoneNumber) : undefined
}

function whenClosing(scope: FastifyInstance): AbortSignal {
  const closing = new AbortController()
  scope.addHook('preClose', async () => {
    closing.abort()
  })
  return closing.signal
}
