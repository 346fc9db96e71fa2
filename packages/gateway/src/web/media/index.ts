import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import { GatewayError, type ErrorCode } from '../../core/errors/gateway-error.js'
import type { Gateway } from '../../core/gateway.js'
import type { OpenFile } from '../../core/media/open-file.js'
import { contentDisposition, contentType } from './disposition.js'
import { readRange } from './range.js'

interface FileRoute {
  Params: { media: string }
}

const hidden = { hide: true }
const tenMinutes = 600
/** In seconds: the account may be linked again by then. */
const retryAfter = '30'

/** What is said instead of the file, whoever asks: an address tells nothing but what is behind it. */
const refusals: ReadonlyMap<ErrorCode, readonly [status: number, text: string]> = new Map([
  ['media-not-found', [404, 'There is no such file, or it has expired.']],
  ['media-unavailable', [410, 'WhatsApp does not have the file any more.']],
  ['instance-not-found', [404, 'There is no such file, or it has expired.']],
])
/** The file is at WhatsApp, and cannot be had at the moment. */
const forNow: ReadonlySet<ErrorCode> = new Set([
  'not-linked',
  'whatsapp-unreachable',
  'whatsapp-refused',
  'send-timed-out',
  'rate-limited',
  'storage-full',
])

/** Files by their addresses, each of which is its own only credential. */
export function mediaFiles({ media }: Pick<Gateway, 'media'>): FastifyPluginAsync {
  return async (scope) => {
    scope.addHook('onRequest', async (_request, reply) => {
      // What strangers made runs nothing, reads nothing of this site, and is not indexed.
      reply.headers({
        'content-security-policy': "sandbox; default-src 'none'",
        'cross-origin-resource-policy': 'cross-origin',
        'x-robots-tag': 'noindex, nofollow',
        'cache-control': 'no-store',
      })
    })
    // The rest of the path is for those who want a name at the end of their address.
    for (const path of ['/media/:media', '/media/:media/*'])
      scope.get<FileRoute>(path, { schema: hidden }, (request, reply) => answer(request, reply))
  }

  async function answer(request: FastifyRequest<FileRoute>, reply: FastifyReply): Promise<FastifyReply> {
    const range = readRange(request.headers.range)
    try {
      const file = await media.open(request.params.media, range)
      return await send(request, reply, file, range !== undefined)
    } catch (error) {
      if (!(error instanceof GatewayError)) throw error
      if (error.field === 'range') return unsatisfiable(request, reply)
      return refuse(reply, error)
    }
  }

  async function unsatisfiable(request: FastifyRequest<FileRoute>, reply: FastifyReply): Promise<FastifyReply> {
    const { file, bytes } = await media.open(request.params.media)
    bytes.destroy()
    return reply.code(416).header('content-range', `bytes */${file.size}`).send()
  }
}

function send(
  request: FastifyRequest,
  reply: FastifyReply,
  { file, from, to, bytes }: OpenFile,
  isPart: boolean,
): FastifyReply {
  const tag = `"${file.sha256}"`
  reply.headers({
    etag: tag,
    'accept-ranges': 'bytes',
    'cache-control': `private, max-age=${tenMinutes}, immutable`,
    'content-disposition': contentDisposition(file.mimetype, file.name),
  })
  if (isKnown(request.headers['if-none-match'], tag)) {
    bytes.destroy()
    return reply.code(304).send()
  }
  reply.type(contentType(file.mimetype)).header('content-length', String(to - from + 1))
  if (isPart) reply.code(206).header('content-range', `bytes ${from}-${to}/${file.size}`)
  // Answered with the headers alone: Fastify would read all of it to throw it away.
  if (request.method === 'HEAD') bytes.destroy()
  return reply.send(bytes)
}

function refuse(reply: FastifyReply, error: GatewayError): FastifyReply {
  const refusal = refusals.get(error.code)
  reply.type('text/plain; charset=utf-8')
  if (refusal) return reply.code(refusal[0]).send(refusal[1])
  if (!forNow.has(error.code)) throw error
  return reply
    .code(503)
    .header('retry-after', retryAfter)
    .send('The file cannot be had at the moment. Try again later.')
}

function isKnown(header: string | undefined, tag: string): boolean {
  const tags = (header ?? '').split(',').map((one) => one.trim().replace(/^W\//, ''))
  return tags.includes(tag) || tags.includes('*')
}
