import type { WebSocketConstructor } from './web-socket.js'
import { ApiError, type Problem, UnexpectedAnswerError } from './errors.js'

export interface ClientOptions {
  /** Address of the gateway, such as `http://127.0.0.1:8080`. */
  readonly baseUrl: string
  /** An API key. */
  readonly key: string
  readonly fetch?: typeof fetch
  /** What `stream` connects with; the platform's own unless told. Node has one from version 22 on. */
  readonly WebSocket?: WebSocketConstructor
}

export interface Call {
  readonly method?: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  readonly query?: Readonly<Record<string, string | number | readonly string[] | undefined>>
  readonly headers?: Readonly<Record<string, string>>
  /** A form is sent as one, everything else as JSON. */
  readonly body?: unknown
  readonly signal?: AbortSignal | undefined
}

/** Resolves with a successful response; anything else is an `ApiError`. */
export type Transport = (path: string, call?: Call) => Promise<Response>

export function createTransport({ baseUrl, key, fetch: send = fetch }: ClientOptions): Transport {
  const base = `${baseUrl.replace(/\/+$/, '')}/api/v1`
  return async (path, { method = 'GET', query = {}, headers = {}, body, signal } = {}) => {
    const json = body !== undefined && !(body instanceof FormData)
    const response = await send(base + path + search(query), {
      method,
      headers: {
        authorization: `Bearer ${key}`,
        ...(json ? { 'content-type': 'application/json' } : {}),
        ...headers,
      },
      ...(body === undefined ? {} : { body: json ? JSON.stringify(body) : body }),
      ...(signal === undefined ? {} : { signal }),
    })
    if (!response.ok) throw await refusal(response)
    return response
  }
}

/** Path segments come from outside and may not lead elsewhere. */
export function path(strings: TemplateStringsArray, ...segments: readonly string[]): string {
  return strings.map((text, i) => text + encodeURIComponent(segments[i] ?? '')).join('')
}

function search(query: NonNullable<Call['query']>): string {
  const parameters = new URLSearchParams()
  for (const [name, value] of Object.entries(query))
    for (const each of [value ?? []].flat()) parameters.append(name, String(each))
  return parameters.size === 0 ? '' : `?${parameters.toString()}`
}

async function refusal(response: Response): Promise<Error> {
  if (response.headers.get('content-type')?.startsWith('application/problem+json') !== true) {
    await response.body?.cancel()
    return new UnexpectedAnswerError(response.status)
  }
  return new ApiError((await response.json()) as Problem)
}
