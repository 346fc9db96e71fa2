import type { IncomingMessage, ServerResponse } from 'node:http'
import { pipeline } from 'node:stream/promises'
import { MEDIA_PATH_MAP } from 'baileys'
import { SimulatorError } from '../errors.js'
import { largestFile, type MediaServer } from './media-server.js'

interface Refusal {
  readonly status: number
  readonly message: string
  readonly headers?: Readonly<Record<string, string>>
}

const uploadPaths: ReadonlySet<string> = new Set(Object.values(MEDIA_PATH_MAP))

/** The media server's side of the simulator's HTTP port. Never rejects. */
export async function serveMedia(
  media: MediaServer,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    const target = new URL(request.url ?? '/', 'http://media.invalid')
    if (request.method === 'POST') await upload(media, target, request, response)
    else if (request.method === 'GET' || request.method === 'HEAD') await download(media, target, request, response)
    else refuse(response, { status: 405, message: 'only POST and GET', headers: { allow: 'GET, HEAD, POST' } })
  } catch {
    // Whoever was at the other end has gone, or asked for something that is no address.
    if (response.headersSent || response.destroyed) response.destroy()
    else refuse(response, { status: 400, message: 'not an address' })
  }
}

/** As the library's `getWAUploadToServer` sends it: the token is in the path and once more beside the authorisation. */
async function upload(media: MediaServer, target: URL, request: IncomingMessage, response: ServerResponse) {
  const cut = target.pathname.lastIndexOf('/')
  const [path, token] = [target.pathname.slice(0, cut), target.pathname.slice(cut + 1)]
  const refusal = refusalOf(media, path, token, target.searchParams, request)
  if (refusal) {
    // Read to its end: most clients take an answer that comes before that for a broken connection.
    if (refusal.status !== 413) request.resume()
    refuse(response, refusal)
    return
  }
  try {
    const kind = path.slice(path.lastIndexOf('/') + 1)
    const { url, directPath } = await media.take(kind, token, request.iterator({ destroyOnReturn: false }))
    answer(response, 200, { url, direct_path: directPath, handle: token, ts: Math.floor(Date.now() / 1000) })
  } catch (error) {
    if (!(error instanceof SimulatorError)) throw error
    const status = error.code === 'media-too-large' ? 413 : 400
    refuse(response, { status, message: error.message, headers: { connection: 'close' } })
  }
}

function refusalOf(
  media: MediaServer,
  path: string,
  token: string,
  query: URLSearchParams,
  request: IncomingMessage,
): Refusal | undefined {
  if (!uploadPaths.has(path)) return { status: 404, message: 'nothing is uploaded there' }
  if (!media.accepts(query.get('auth') ?? '')) return { status: 401, message: 'not authorised' }
  if (!/^[\w-]{43}$/.test(token) || query.get('token') !== token) return { status: 400, message: 'not a token' }
  if (Number(request.headers['content-length'] ?? 0) <= largestFile) return undefined
  return { status: 413, message: 'too large', headers: { connection: 'close' } }
}

async function download(media: MediaServer, target: URL, request: IncomingMessage, response: ServerResponse) {
  const found = media.find(target.pathname)
  if ('status' in found) {
    refuse(response, { status: found.status, message: 'no such file' })
    return
  }
  const { token, size } = found
  const range = rangeOf(request.headers.range, size)
  if (range === 'none') {
    refuse(response, { status: 416, message: 'no such range', headers: { 'content-range': `bytes */${size}` } })
    return
  }
  const { start, end } = range ?? { start: 0, end: size - 1 }
  response.writeHead(range ? 206 : 200, {
    'content-type': 'application/octet-stream',
    'content-length': end - start + 1,
    'accept-ranges': 'bytes',
    ...(range && { 'content-range': `bytes ${start}-${end}/${size}` }),
  })
  if (request.method === 'HEAD') response.end()
  else await pipeline(media.stream(token, start, end), response)
}

/** Both ends included. Undefined for the whole; what is not understood is not looked at, as RFC 9110 has it. */
function rangeOf(header: string | undefined, size: number): { start: number; end: number } | 'none' | undefined {
  const [, first = '', last = ''] = /^bytes=(\d*)-(\d*)$/.exec(header ?? '') ?? []
  if (first === '' && last === '') return undefined
  const start = first === '' ? Math.max(0, size - Number(last)) : Number(first)
  const end = first === '' || last === '' ? size - 1 : Math.min(Number(last), size - 1)
  return start > end ? 'none' : { start, end }
}

function refuse(response: ServerResponse, { status, message, headers }: Refusal): void {
  answer(response, status, { error: { code: status, message } }, headers)
}

function answer(response: ServerResponse, status: number, body: unknown, headers: Refusal['headers'] = {}): void {
  const text = Buffer.from(JSON.stringify(body))
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': text.length, ...headers })
  response.end(text)
}
