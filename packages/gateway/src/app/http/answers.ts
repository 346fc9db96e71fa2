import type { FastifyInstance } from 'fastify'
import type { AnswerNote } from '../../dialects/dialect.js'

/** Has each of these told of every answer of the server. */
export function noteAnswers(server: FastifyInstance, takers: readonly ((answer: AnswerNote) => void)[]): void {
  const note = (answer: AnswerNote) => {
    for (const take of takers) take(answer)
  }
  server.decorate('noteAnswer', note)
  server.addHook('onResponse', (request, reply, done) => {
    note({
      request: request.id,
      method: request.method,
      route: request.routeOptions.url ?? 'unmatched',
      status: reply.raw.statusCode,
      ms: reply.elapsedTime,
      cut: false,
    })
    done()
  })
}
