import type { PhoneFile } from '../api.js'

export interface Call {
  /** What stood in the path for each `:name`, in order. */
  readonly params: readonly string[]
  readonly query: URLSearchParams
  /** The parsed JSON of a POST, not read any further. */
  readonly body: unknown
}

export interface Answer {
  readonly status: number
  readonly body?: unknown
  /** Instead of a body. */
  readonly file?: PhoneFile
  readonly headers?: Readonly<Record<string, string>>
}

export type Handler = (call: Call) => Answer | Promise<Answer>
export type Methods = Readonly<Record<string, Handler>>
/** From a path such as `/phones/:number/scan` to what can be done there. */
export type Routes = Readonly<Record<string, Methods>>

/** The route that a path belongs to. Each segment is percent-decoded on its own, so an encoded slash divides nothing. */
export function findRoute(routes: Routes, path: string): { methods: Methods; params: readonly string[] } | undefined {
  const segments = decodedSegments(path)
  if (segments === undefined) return undefined
  for (const [pattern, methods] of Object.entries(routes)) {
    const params = paramsOf(pattern.split('/'), segments)
    if (params !== undefined) return { methods, params }
  }
  return undefined
}

function decodedSegments(path: string): readonly string[] | undefined {
  try {
    return path.split('/').map(decodeURIComponent)
  } catch {
    return undefined
  }
}

function paramsOf(pattern: readonly string[], segments: readonly string[]): readonly string[] | undefined {
  if (pattern.length !== segments.length) return undefined
  const params: string[] = []
  for (const [index, expected] of pattern.entries()) {
    const segment = segments[index]
    if (expected.startsWith(':') && segment) params.push(segment)
    else if (expected !== segment) return undefined
  }
  return params
}
