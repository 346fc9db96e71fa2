import { createHash } from 'node:crypto'
import { GatewayError } from '../errors/gateway-error.js'
import { largestFile } from './media-file.js'

/** Bytes on their way through, counted and digested. Breaks off past what a file may have. */
export class Meter implements AsyncIterable<Uint8Array> {
  readonly #source: AsyncIterable<Uint8Array>
  readonly #hash = createHash('sha256')
  #size = 0

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#source = source
  }

  get size(): number {
    return this.#size
  }

  /** Once, at the end. */
  sha256(): string {
    return this.#hash.digest('hex')
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    try {
      for await (const chunk of this.#source) {
        this.#size += chunk.length
        if (this.#size > largestFile) throw tooLarge()
        this.#hash.update(chunk)
        yield chunk
      }
    } catch (error) {
      if (error instanceof GatewayError) throw error
      throw new GatewayError('bad-request', 'The file broke off before its end.', { field: 'file', cause: error })
    }
  }
}

export function tooLarge(): GatewayError {
  return new GatewayError('content-too-large', 'A file may have at most 100 MiB.')
}
