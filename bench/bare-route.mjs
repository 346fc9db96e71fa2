// The least that a Fastify server can do to answer the same polls: bytes it was given, by instance, to anyone.
import { Buffer } from 'node:buffer'
import fastify from 'fastify'
import { answerQuestions } from './answering.mjs'

answerQuestions({ serve })

/**
 * @param url pattern of the addresses, with `:id` in it
 * @param location where every request is sent on to, in place of an answer
 */
async function serve({ url, answers = [], location }) {
  const ready = new Map(answers.map(([id, text]) => [id, Buffer.from(text)]))
  const server = fastify()
  server.get(url, async (request, reply) => {
    if (location !== undefined) return reply.redirect(location)
    return reply.type('application/json; charset=utf-8').send(ready.get(request.params.id))
  })
  await server.listen({ host: '127.0.0.1', port: 0 })
  return server.server.address().port
}
