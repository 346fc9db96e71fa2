import type { IncomingMessage, ServerResponse } from 'node:http'
import type { PhoneFile } from '../api.js'
import { readBody } from './body.js'
import { Problem, problemFor, toDocument } from './problems.js'
import { findRoute, type Answer, type Routes } from './routing.js'

/** One request and its answer. Never rejects: trouble becomes a problem document. */
export async function exchange(
  routes: Routes,
  request: IncomingMessage,
  response: ServerResponse,
  onError: (error: unknown) => void,
): Promise<void> {
  try {
    write(response, await answerTo(routes, request), 'application/json')
  } catch (error) {
    // The caller has left, and reading its body failed for that reason.
    if (response.destroyed) return
    const problem = problemFor(error)
    if (problem.code === 'internal-error') onError(error)
    const { status, headers } = problem
    write(response, { status, headers, body: toDocument(problem) }, 'application/problem+json')
  }
}

async function answerTo(routes: Routes, request: IncomingMessage): Promise<Answer> {
  const target = request.url ?? '/'
  const query = target.indexOf('?')
  const path = query === -1 ? target : target.slice(0, query)
  const found = findRoute(routes, path)
  if (found === undefined) throw new Problem('route-not-found', `There is nothing at ${path}.`)
  // Node leaves out the body of an answer to HEAD by itself.
  const method = request.method === 'HEAD' ? 'GET' : (request.method ?? '')
  const handler = Object.hasOwn(found.methods, method) ? found.methods[method] : undefined
  if (handler === undefined) {
    const allow = Object.keys(found.methods).join(', ')
    throw new Problem('method-not-allowed', `${path} answers to ${allow}.`, { allow })
  }
  return handler({
    params: found.params,
    query: new URLSearchParams(query === -1 ? '' : target.slice(query + 1)),
    body: method === 'POST' ? await readBody(request) : undefined,
  })
}

function write(response: ServerResponse, { status, headers, body, file }: Answer, type: string): void {
  if (file !== undefined) {
    writeFile(response, file)
    return
  }
  if (body === undefined) {
    response.writeHead(status, headers).end()
    return
  }
  const text = Buffer.from(`${JSON.stringify(body)}\n`)
  response.writeHead(status, { 'content-type': type, 'content-length': text.length, ...headers }).end(text)
}

/** As something to be kept: what a stranger sent is not to be shown as a page of this address. */
function writeFile(response: ServerResponse, { bytes, mimetype, fileName = 'file' }: PhoneFile): void {
  const headers = {
    'content-type': /^[\w.+-]+\/[\w.+-]+(; ?[\w.+-]+=[\w.+-]+)*$/.test(mimetype)
      ? mimetype
      : 'application/octet-stream',
    'content-length': bytes.length,
    'content-disposition': `attachment; filename*=UTF-8''${encodeURIComponent(Buffer.from(fileName).toString())}`,
    'x-content-type-options': 'nosniff',
  }
  response.writeHead(200, headers).end(bytes)
}
