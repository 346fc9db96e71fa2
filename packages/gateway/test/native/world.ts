import pino from 'pino'
import { Registry } from 'prom-client'
import { onTestFinished } from 'vitest'
import { buildHttpServer } from '#gateway/app/http/server.js'
import type { Checks } from '#gateway/app/http/operations.js'
import type { SandboxPhones } from '#gateway/core/gateway.js'
import type { WorkspaceId } from '#gateway/core/ids.js'
import { systemClock, type Clock } from '#gateway/core/ports/clock.js'
import { nativeApi } from '#gateway/dialects/native/index.js'
import { fakeGateway, type FakeGateway } from './fake-gateway.js'

export const key = 'key-of-ours'
export const strangerKey = 'key-of-a-stranger'

export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  readonly bytes: Buffer
  /** The body as JSON; a test reads it as the shape that it expects. */
  readonly body: Record<string, unknown>
}

export interface World {
  readonly gateway: FakeGateway
  readonly url: string
  readonly log: string[]
  readonly call: (
    method: string,
    path: string,
    body?: unknown,
    more?: { key?: string | null; headers?: object },
  ) => Promise<Answer>
  /** A new instance of ours. */
  readonly instance: () => Promise<string>
  readonly close: () => Promise<void>
}

/** A server on a real socket, closed when the test ends. */
export async function startWorld(
  more: { clock?: Clock; checks?: Checks; publicUrl?: string; sandbox?: SandboxPhones } = {},
): Promise<World> {
  const { clock = systemClock, checks = {}, publicUrl = 'http://gateway.test', sandbox } = more
  const log: string[] = []
  const fake = fakeGateway({ [key]: {}, [strangerKey]: { workspace: 'ws-2' as WorkspaceId } })
  const gateway = sandbox === undefined ? fake : { ...fake, sandbox }
  const server = buildHttpServer({
    gateway,
    dialects: [nativeApi({ version: '0.1.0', publicUrl, clock })],
    logger: pino({ level: 'trace' }, { write: (line: string) => log.push(line) }),
    checks,
    metrics: new Registry(),
    version: '0.1.0',
    publicUrl,
  })
  const url = await server.listen({ port: 0, host: '127.0.0.1' })
  let closed = false
  const close = async () => {
    if (closed) return
    closed = true
    await server.close()
  }
  onTestFinished(close)

  const call: World['call'] = async (method, path, body, { key: as = key, headers = {} } = {}) => {
    const form = body instanceof FormData
    const raw = form || body instanceof Uint8Array || typeof body === 'string'
    const response = await fetch(url + path, {
      method,
      headers: {
        ...(as === null ? {} : { authorization: `Bearer ${as}` }),
        ...(body === undefined || form ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: raw ? (body as string) : JSON.stringify(body) }),
    })
    const bytes = Buffer.from(await response.arrayBuffer())
    const text = bytes.toString()
    const json = response.headers.get('content-type')?.includes('json') === true && text !== ''
    return {
      status: response.status,
      headers: response.headers,
      text,
      bytes,
      body: json ? (JSON.parse(text) as Record<string, unknown>) : {},
    }
  }
  const instance = async () => String((await call('POST', '/api/v1/instances', { name: 'shop' })).body.id)
  return { gateway, url, log, call, instance, close }
}
