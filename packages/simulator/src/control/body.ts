import type { IncomingMessage } from 'node:http'
import { Problem } from './problems.js'

const maxBytes = 4 * 1024 * 1024
/** Up to here a body that is too large is read to its end, since most clients see an early answer as a broken connection. */
const maxDrained = 4 * maxBytes

/** The JSON of a request; an empty body counts as `{}`. The content type is not looked at. */
export async function readBody(request: IncomingMessage): Promise<unknown> {
  const tooLarge = new Problem('body-too-large', `The body is larger than ${maxBytes} bytes.`, { connection: 'close' })
  if (Number(request.headers['content-length'] ?? 0) > maxDrained) throw tooLarge
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size <= maxBytes) chunks.push(chunk)
    else if (size > maxDrained) throw tooLarge
  }
  if (size > maxBytes) throw tooLarge
  return size === 0 ? {} : parsed(Buffer.concat(chunks))
}

function parsed(bytes: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    throw new Problem('malformed-json', 'The body is not JSON.')
  }
}
