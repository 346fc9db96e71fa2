import { Busboy } from '@fastify/busboy'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { GatewayError } from '../../core/errors/gateway-error.js'
import { invalid } from './errors.js'

const limits = { fields: 20, fieldSize: 102_400, files: 1, parts: 24, headerPairs: 20, headerSize: 4096 }

/** Graph takes its parameters as JSON and in either kind of form; JSON is read as everywhere. */
export function takeForms(scope: FastifyInstance): void {
  scope.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'buffer' },
    async (_request: FastifyRequest, body: Buffer) => readUrlEncoded(body),
  )
  scope.addContentTypeParser(
    'multipart/form-data',
    { parseAs: 'buffer' },
    async ({ headers }: FastifyRequest, body: Buffer) => readParts(body, headers['content-type'] ?? ''),
  )
}

/** Stricter than `URLSearchParams`, which makes replacement characters of what is no UTF-8. */
function readUrlEncoded(body: Buffer): Record<string, string> {
  const pairs = body.toString('latin1').split('&')
  return formOf(
    pairs
      .filter((pair) => pair !== '')
      .map((pair) => {
        const at = pair.includes('=') ? pair.indexOf('=') : pair.length
        const name = decoded(pair.slice(0, at), 'body')
        return [name, decoded(pair.slice(at + 1), name)] as const
      }),
  )
}

function decoded(text: string, parameter: string): string {
  // Bytes that somebody has left as they are go through the same reading as those written with per cent signs.
  const escaped = text.replaceAll('+', ' ').replaceAll(/[\x80-\xff]/g, (byte) => `%${byte.charCodeAt(0).toString(16)}`)
  try {
    return decodeURIComponent(escaped)
  } catch (cause) {
    throw invalid(parameter.slice(0, 100), 'It is not UTF-8', cause)
  }
}

async function readParts(body: Buffer, contentType: string): Promise<Record<string, string>> {
  const fields: (readonly [string, string])[] = []
  const parser = parserOf(contentType)
  await new Promise<void>((resolve, reject) => {
    parser.on('field', (name, value, _nameTruncated, truncated) => {
      if (truncated) reject(new GatewayError('body-too-large', 'a part of the form is too large'))
      fields.push([name, value])
    })
    parser.on('file', (name, stream) => {
      stream.resume()
      reject(invalid(name.slice(0, 100), 'It is no file'))
    })
    parser.on('finish', resolve)
    parser.on('error', () => {
      reject(notAForm())
    })
    parser.end(body)
  })
  return formOf(fields)
}

function parserOf(contentType: string): InstanceType<typeof Busboy> {
  try {
    return new Busboy({ headers: { 'content-type': contentType }, limits })
  } catch {
    // Without a boundary, for one.
    throw notAForm()
  }
}

function notAForm(): GatewayError {
  return new GatewayError('bad-request', 'The body is not the form that its type says.')
}

function formOf(fields: readonly (readonly [name: string, value: string])[]): Record<string, string> {
  const form = Object.create(null) as Record<string, string>
  for (const [name, value] of fields) {
    if (name in form) throw invalid(name.slice(0, 100), 'It is there more than once')
    form[name] = value
  }
  return form
}
