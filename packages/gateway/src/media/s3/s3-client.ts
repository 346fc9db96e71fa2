import { Agent as PlainAgent, request as requestPlain, type IncomingMessage } from 'node:http'
import { Agent as SecureAgent, request as requestSecure } from 'node:https'
import { pipeline } from 'node:stream/promises'
import type { Readable } from 'node:stream'
import { AwsV4Signer } from 'aws4fetch'
import { GatewayError } from '../../core/errors/gateway-error.js'
import type { S3Place } from './s3-place.js'

export interface S3Request {
  readonly method: 'GET' | 'PUT' | 'DELETE'
  readonly key: string
  readonly range?: { readonly from: number; readonly to: number }
  /** Opened anew for each attempt. */
  readonly body?: { readonly size: number; readonly sha256: string; open(): Readable }
}

const attempts = 3
const pause = 300
/** A server that says nothing for so long has gone, in ms. */
const patience = 30_000
const mostSockets = 32
/** Of an empty body. */
const nothing = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'

/** Signed requests to one bucket. What failed for want of a server is asked again: all of them can be repeated. */
export class S3Client {
  readonly #place: S3Place
  readonly #agent: PlainAgent | SecureAgent

  constructor(place: S3Place) {
    this.#place = place
    const options = { keepAlive: true, maxSockets: mostSockets, timeout: patience }
    this.#agent = place.url.protocol === 'https:' ? new SecureAgent(options) : new PlainAgent(options)
  }

  /** Resolves with a status below 500. */
  async ask(request: S3Request): Promise<IncomingMessage> {
    for (let attempt = 1; ; attempt++) {
      const answer = await this.#try(request).catch((error: unknown) => unreachable(error))
      const status = answer instanceof GatewayError ? 0 : (answer.statusCode ?? 0)
      if (!(answer instanceof GatewayError) && status < 500 && status !== 429) return answer
      if (!(answer instanceof GatewayError)) answer.resume()
      if (attempt === attempts) throw answer instanceof GatewayError ? answer : refused(status)
      await new Promise((resolve) => setTimeout(resolve, pause * 2 ** attempt * Math.random()))
    }
  }

  close(): void {
    this.#agent.destroy()
  }

  async #try({ method, key, range, body }: S3Request): Promise<IncomingMessage> {
    const { url, prefix, ...credentials } = this.#place
    const path = `${prefix}${key}`.split('/').map(encodeURIComponent).join('/')
    const signed = await new AwsV4Signer({
      ...credentials,
      service: 's3',
      method,
      url: new URL(path, url).href,
      headers: { 'x-amz-content-sha256': body?.sha256 ?? nothing },
    }).sign()
    const headers = {
      ...Object.fromEntries(signed.headers),
      ...(body && { 'content-length': String(body.size), 'content-type': 'application/octet-stream' }),
      ...(range && { range: `bytes=${range.from}-${range.to}` }),
    }
    return this.#send(signed.url, method, headers, body?.open())
  }

  #send(url: URL, method: string, headers: Record<string, string>, body?: Readable): Promise<IncomingMessage> {
    const request = (url.protocol === 'https:' ? requestSecure : requestPlain)(url, {
      method,
      headers,
      agent: this.#agent,
      timeout: patience,
    })
    return new Promise((resolve, reject) => {
      request.on('response', resolve)
      request.on('error', reject)
      request.on('timeout', () => {
        request.destroy(new Error('the storage says nothing'))
      })
      if (body === undefined) request.end()
      // A refusal may come before everything is sent; then it is the answer.
      else pipeline(body, request).catch(reject)
    })
  }
}

/** What the server says of a refusal is left behind: it may quote names and signatures. */
export function refused(status: number): GatewayError {
  if (status === 507) return new GatewayError('storage-full', 'The storage of the files is full')
  return new GatewayError('storage-error', `The storage of the files answers ${status}`)
}

function unreachable(cause: unknown): GatewayError {
  return new GatewayError('storage-error', 'The storage of the files cannot be reached', { cause })
}
