import pino from 'pino'
import { Registry } from 'prom-client'
import { onTestFinished } from 'vitest'
import { buildHttpServer } from '#gateway/app/http/server.js'
import type { Gateway } from '#gateway/core/gateway.js'
import type { Dialect } from '#gateway/dialects/dialect.js'

export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  /** The body as JSON; a test reads it as the shape that it expects. */
  readonly body: Record<string, unknown>
}

export interface Served {
  readonly url: string
  readonly log: readonly string[]
  readonly call: (method: string, path: string, body?: unknown, headers?: Record<string, string>) => Promise<Answer>
  readonly close: () => Promise<void>
}

/** Dialects on a real socket, closed when the test ends. A text or bytes are sent as they are, the rest as JSON. */
export async function served(gateway: Gateway, ...dialects: readonly Dialect[]): Promise<Served> {
  const log: string[] = []
  const server = buildHttpServer({
    gateway,
    dialects,
    logger: pino({ level: 'trace' }, { write: (line: string) => log.push(line) }),
    checks: {},
    metrics: new Registry(),
    version: '0.1.0',
    publicUrl: 'http://gateway.test',
  })
  const url = await server.listen({ port: 0, host: '127.0.0.1' })
  let closed: Promise<void> | undefined
  const close = (): Promise<void> => (closed ??= Promise.resolve(server.close()).then(() => undefined))
  onTestFinished(close)
  return {
    url,
    log,
    close,
    async call(method, path, body, headers = {}) {
      const raw = body instanceof Uint8Array || typeof body === 'string'
      const response = await fetch(url + path, {
        method,
        headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
        ...(body === undefined ? {} : { body: raw ? (body as string) : JSON.stringify(body) }),
      })
      const text = await response.text()
      const isJson = response.headers.get('content-type')?.includes('json') === true && text !== ''
      return {
        status: response.status,
        headers: response.headers,
        text,
        body: isJson ? (JSON.parse(text) as Record<string, unknown>) : {},
      }
    },
  }
}
