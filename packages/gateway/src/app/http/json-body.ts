import type { FastifyInstance } from 'fastify'
import { parseJson } from '../../dialects/strict-json.js'

/** JSON is the only body that is read unless a dialect adds a parser of its own. */
export function readJsonBodies(server: FastifyInstance): void {
  server.decorate('parseJson', parseJson)
  server.removeAllContentTypeParsers()
  server.addContentTypeParser('application/json', { parseAs: 'buffer' }, async (_request: unknown, body: Buffer) =>
    parseJson(body),
  )
}
