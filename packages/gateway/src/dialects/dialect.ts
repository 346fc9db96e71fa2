import type { FastifyPluginAsync } from 'fastify'
import type { Gateway } from '../core/gateway.js'
import type { EventFormat } from '../core/ports/event-format.js'

/** How one request was answered, to be logged and counted. */
export interface AnswerNote {
  readonly method: string
  /** The template: a path may carry a token or a number. */
  readonly route: string
  readonly status: number
  /** From the request to the last byte of the answer, streams included. */
  readonly ms: number
  /** A reader of a stream that took nothing for too long. */
  readonly cut: boolean
  readonly request?: string
}

declare module 'fastify' {
  interface FastifyInstance {
    /** For answers that Fastify does not see the end of: WebSockets, and streams whose readers leave or are cut. */
    noteAnswer(answer: AnswerNote): void
    /** The server's own strict reading of JSON, for scopes with parsers of their own. Throws `bad-request`. */
    parseJson(bytes: Uint8Array): unknown
  }

  interface FastifyReply {
    /** The page for people who open the address of the gateway. */
    frontPage(): FastifyReply
  }
}

/** One vendor's wire format over HTTP: routes, authentication, body parsers and error answers, in a scope of its own. */
export interface Dialect {
  readonly name: string
  /** How its subscribers are told what happens; left out where there are none. */
  readonly events?: EventFormat
  /** What access keys may be permitted to do in it; left out where nothing is signed. */
  readonly permissions?: readonly string[]
  /** Answers at `/` itself, and shows the front page there to whoever asks for nothing. */
  readonly atRoot?: true
  routes(gateway: Gateway): FastifyPluginAsync
}
