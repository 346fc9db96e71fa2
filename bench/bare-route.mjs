// The least that a Fastify server can do to answer the same polls: bytes it was given, by instance, to anyone.
import { Buffer } from 'node:buffer'
import fastify from 'fastify'
import { answerQuestions } from './answering.mjs'

answerQuestions({ serve })

async function serve({ answers }) {
  const ready = new Map(answers.map(([id, text]) => [id, Buffer.from(text)]))
  const server = fastify()
  server.get('/api/v1/instances/:id/link', async (request, reply) =>
    reply.type('application/json; charset=utf-8').send(ready.get(request.params.id)),
  )
  await server.listen({ host: '127.0.0.1', port: 0 })
  return server.server.address().port
}
