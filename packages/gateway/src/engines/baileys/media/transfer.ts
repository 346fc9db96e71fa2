import { request as requestHttp, type IncomingMessage, type RequestOptions } from 'node:http'
import { request as requestHttps } from 'node:https'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { DEFAULT_ORIGIN } from 'baileys'

/** A host that says nothing for so long, in ms, is given up. */
const silence = 30_000

export interface Transfer {
  readonly method: 'GET' | 'HEAD' | 'POST'
  readonly signal: AbortSignal
  readonly headers?: Readonly<Record<string, string | number>>
  readonly body?: AsyncIterable<Uint8Array>
}

/**
 * One request to a media host. Resolves with the head of the answer; its body is for the caller to read or destroy. Node's
 * own client: the library's way through `fetch` keeps what is uploaded in memory as a whole.
 */
export async function transfer(url: URL, { method, signal, headers, body }: Transfer): Promise<IncomingMessage> {
  const options: RequestOptions = { method, signal, timeout: silence, headers: { origin: DEFAULT_ORIGIN, ...headers } }
  const request = url.protocol === 'https:' ? requestHttps(url, options) : requestHttp(url, options)
  request.on('timeout', () => request.destroy(new Error('the media host says nothing')))
  const response = new Promise<IncomingMessage>((resolve, reject) => {
    request.once('response', resolve)
    request.once('error', reject)
  })
  response.catch(() => undefined)
  // Whatever was not sent by the time that the answer has been read, nobody wants any more.
  request.once('response', (message) => message.once('close', () => request.destroy()))
  if (body) {
    // A refusal may come before everything was sent; then the answer says more than the broken pipe.
    await Promise.race([pipeline(Readable.from(body), request), response]).catch(() => undefined)
  } else request.end()
  return response
}

/** The JSON of a small answer; undefined for anything else. */
export async function jsonOf(response: IncomingMessage, most = 65_536): Promise<unknown> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of response as AsyncIterable<Buffer>) {
    length += chunk.length
    if (length > most) return undefined
    chunks.push(chunk)
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString()) as unknown
  } catch {
    return undefined
  }
}
