import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import { GatewayError } from '../../core/errors/gateway-error.js'
import type { Gateway } from '../../core/gateway.js'
import type { LinkImageType } from '../../core/message-links/message-link.js'
import type { OpenedLink, Visitor } from '../../core/message-links/message-links.js'
import type { Clock } from '../../core/ports/clock.js'
import { chooseLocale } from '../link-page/locale.js'
import { AddressLimit } from './address-limit.js'
import { contentSecurityPolicy, tapDocument, wordsDocument } from './document.js'
import { addressOf, Agents, networkOf, visitorOf } from './visitor.js'
import { linkWords } from './words.js'

export interface MessageLinkOptions {
  readonly gateway: Pick<Gateway, 'messageLinks'>
  readonly clock: Clock
}

interface LinkRoute {
  Params: { file: string }
  Querystring: { v?: unknown }
}
type LinkRequest = FastifyRequest<LinkRoute>

/** Of one network in a minute. A whole carrier may stand behind one address; whoever guesses codes has no such excuse. */
export const linkLimits = { opened: 600, guessed: 30 }
const year = 31_536_000
interface Image {
  readonly type: LinkImageType
  readonly mediaType: string
}
const images = {
  png: { type: 'PNG', mediaType: 'image/png' },
  svg: { type: 'SVG', mediaType: 'image/svg+xml' },
} as const satisfies Record<string, Image>

/** Where message links lead, and their images: for anybody who has a code. Nothing that is sent here decides where to. */
export function messageLinkPages({ gateway: { messageLinks }, clock }: MessageLinkOptions): FastifyPluginAsync {
  const agents = new Agents()
  const opened = new AddressLimit(clock, linkLimits.opened)
  const guessed = new AddressLimit(clock, linkLimits.guessed)

  return async (scope) => {
    scope.get<LinkRoute>('/l/:file', { schema: { hide: true } }, (request, reply) => {
      reply.header('cache-control', 'no-store').header('x-robots-tag', 'noindex, nofollow')
      const address = addressOf(request.ip, request.headers['x-forwarded-for'])
      const network = networkOf(address)
      const wait = guessed.isSpent(network) ? 60 : opened.take(network)
      if (wait > 0) {
        refuse(request, reply.header('retry-after', wait), 429, 'busy')
        return
      }
      const visitor = visitorOf(agents, request.method, request.headers, address)
      // What was printed is opened over and over, and then there is nothing to wait for.
      const link = messageLinks.reopen(request.params.file, visitor)
      if (!link) return look(request, reply, visitor, network)
      lead(request, reply, link)
    })
  }

  async function look(
    request: LinkRequest,
    reply: FastifyReply,
    visitor: Visitor | null,
    network: string,
  ): Promise<void> {
    const [code = '', ending, ...more] = request.params.file.split('.')
    try {
      if (more.length > 0) throw absent()
      if (ending === undefined) lead(request, reply, await messageLinks.open(code, visitor))
      else if (ending === 'png' || ending === 'svg') await show(request, reply, code, images[ending])
      else throw absent()
    } catch (error) {
      if (!(error instanceof GatewayError) || error.code !== 'message-link-not-found') throw error
      guessed.take(network)
      refuse(request, reply, 404, 'gone')
    }
  }

  function lead(request: LinkRequest, reply: FastifyReply, link: OpenedLink): void {
    const { target } = link
    if (target === null) closed(request, reply, link)
    else if (target.app !== null && agents.of(request.headers).needsTap) {
      page(reply, 200, tapDocument(localeOf(request), target))
    } else reply.code(302).header('location', target.web).send()
  }

  async function show(request: LinkRequest, reply: FastifyReply, code: string, as: Image): Promise<void> {
    const picture = await messageLinks.openPicture(code, as.type)
    const tag = `"${picture.tag}"`
    // An address that names the version is that of these bytes for ever; the plain one is asked about again.
    const named = request.query.v === String(picture.version)
    reply.header('cache-control', named ? `public, max-age=${year}, immutable` : 'public, no-cache').header('etag', tag)
    if (request.headers['if-none-match'] === tag) {
      reply.code(304).send()
      return
    }
    // An SVG that is opened by itself is a page of its own.
    reply.header('content-security-policy', "default-src 'none'; img-src data:; sandbox")
    reply.type(as.mediaType).send(Buffer.from(picture.bytes))
  }
}

function closed(request: LinkRequest, reply: FastifyReply, { fallback }: OpenedLink): void {
  if (fallback === null) refuse(request, reply, 410, 'closed')
  else page(reply, 410, wordsDocument(localeOf(request), fallback.title, fallback.text))
}

function refuse(request: LinkRequest, reply: FastifyReply, status: number, why: 'gone' | 'closed' | 'busy'): void {
  const language = localeOf(request)
  const words = linkWords[language]
  reply.header('vary', 'accept-language')
  page(reply, status, wordsDocument(language, words[`${why}Title`], words[why]))
}

function page(reply: FastifyReply, status: number, document: string): void {
  reply
    .code(status)
    .type('text/html; charset=utf-8')
    .header('content-security-policy', contentSecurityPolicy)
    .send(document)
}

const localeOf = (request: LinkRequest) => chooseLocale(request.headers['accept-language'])

const absent = (): GatewayError => new GatewayError('message-link-not-found', 'There is no such message link.')
