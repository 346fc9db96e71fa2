import type { FastifyInstance, FastifyReply } from 'fastify'
import { openApiDocument } from '../openapi.js'
import { errorsPage } from './errors-page.js'
import type { Page } from './html.js'
import { referencePage } from './reference-page.js'
import { streamPage } from './stream-page.js'

/** The document and its pages are public: they say what anybody may read in the source. */
export async function docsRoutes(scope: FastifyInstance): Promise<void> {
  const schema = { hide: true }
  const document = once(() => openApiDocument(scope))
  const json = once(() => `${JSON.stringify(document(), null, 2)}\n`)
  const reference = once(() => referencePage(document()))
  const errors = once(errorsPage)
  const stream = once(streamPage)

  scope.get('/openapi.json', { schema }, async (_request, reply) => reply.type('application/json').send(json()))
  scope.get('/docs', { schema }, async (_request, reply) => sendPage(reply, reference()))
  scope.get('/docs/errors', { schema }, async (_request, reply) => sendPage(reply, errors()))
  scope.get('/docs/stream', { schema }, async (_request, reply) => sendPage(reply, stream()))
}

export function sendPage(reply: FastifyReply, { body, contentSecurityPolicy }: Page): FastifyReply {
  return reply.type('text/html; charset=utf-8').header('content-security-policy', contentSecurityPolicy).send(body)
}

function once<Value>(make: () => Value): () => Value {
  let made: { value: Value } | undefined
  return () => (made ??= { value: make() }).value
}
