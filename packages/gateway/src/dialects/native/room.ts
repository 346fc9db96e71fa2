import type { ServerResponse } from 'node:http'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import type {
  FastifyBaseLogger,
  FastifyInstance,
  RawReplyDefaultExpression,
  RawRequestDefaultExpression,
  RawServerDefault,
} from 'fastify'
import type { TSchema } from 'typebox'
import type { ErrorCode } from '../../core/errors/gateway-error.js'
import type { Gateway } from '../../core/gateway.js'
import type { Clock } from '../../core/ports/clock.js'
import type { MediaUrl } from './content-replies.js'
import type { ProblemType } from './errors.js'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Codes that a route may answer with beyond those of its parameters, for the OpenAPI document. */
    problems?: readonly ErrorCode[]
    /** A refusal whose status is not that of its code. */
    refusal?: { readonly status: number; readonly code: ErrorCode; readonly title: string }
    /** Shape of an answer that is sent as ready bytes, for the OpenAPI document. */
    answers?: TSchema
    /** Bodies by content type, for the OpenAPI document, where the handler reads them itself. */
    bodies?: Readonly<Record<string, TSchema>>
    /** Content type of an answer that is not JSON, for the OpenAPI document. */
    produces?: string
  }
}

/** What every group of routes is given. */
export interface Room {
  readonly gateway: Gateway
  readonly clock: Clock
  readonly typeOf: ProblemType
  /** Base of the addresses that are given to others. */
  readonly publicUrl: string
  readonly mediaUrl: MediaUrl
  /** Aborts when the server closes, so that nothing keeps waiting for news. */
  readonly closing: AbortSignal
}

export type Routes = (scope: Scope, room: Room) => void

/** A Fastify scope whose handlers are typed by their schemas. */
export type Scope = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>

/** Aborts when the reader leaves or the server closes. */
export function untilGone({ raw }: { readonly raw: ServerResponse }, closing: AbortSignal): AbortSignal {
  const gone = new AbortController()
  const leave = () => {
    closing.removeEventListener('abort', leave)
    gone.abort()
  }
  closing.addEventListener('abort', leave)
  raw.once('close', leave)
  if (closing.aborted || raw.destroyed) leave()
  return gone.signal
}

/** What `news` becomes, or `otherwise` when the server closes first. */
export async function orWhenClosing<Answer>(
  closing: AbortSignal,
  news: Promise<Answer>,
  otherwise: () => Promise<Answer>,
): Promise<Answer> {
  const done = new AbortController()
  const close = new Promise<null>((resolve) => {
    const onAbort = () => {
      resolve(null)
    }
    closing.addEventListener('abort', onAbort, { signal: done.signal })
    if (closing.aborted) onAbort()
  })
  try {
    const first = await Promise.race([news.then((answer) => ({ answer })), close])
    return first === null ? await otherwise() : first.answer
  } finally {
    done.abort()
  }
}
