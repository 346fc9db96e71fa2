import { Readable } from 'node:stream'
import { Busboy, type BusboyFileStream } from '@fastify/busboy'
import type { FastifyInstance } from 'fastify'
import { GatewayError } from '../../core/errors/gateway-error.js'

/** A file on its way in. */
export interface Incoming {
  readonly name: string | null
  readonly mimetype: string | null
  readonly bytes: AsyncIterable<Uint8Array>
}

export interface Form<Taken> {
  readonly fields: ReadonlyMap<string, string>
  /** What was made of the part called `file`. */
  readonly file: Taken | undefined
}

const largestField = 1024 * 1024
const limits = { fields: 20, fieldSize: largestField, files: 2, parts: 22, headerPairs: 20, headerSize: 4096 }

/** A form then comes to the handler as the stream that it is. What nobody has read of it is passed over at the end. */
export function takeForms(scope: FastifyInstance): void {
  scope.addContentTypeParser('multipart/form-data', passOn)
  // Some clients send to the end before they look at the answer.
  scope.addHook('onResponse', async ({ body }) => {
    if (body instanceof Readable) body.resume()
  })
}

/** Whatever has no other parser comes to the handler as a stream. */
export function takeAnything(scope: FastifyInstance): void {
  scope.addContentTypeParser('*', passOn)
}

async function passOn(_request: unknown, body: Readable): Promise<Readable> {
  return body
}

/** What was sent, for whoever may stop in the middle: the connection is still good for an answer. */
export function bytesOf(body: Readable): AsyncIterable<Uint8Array> {
  return body.iterator({ destroyOnReturn: false }) as AsyncIterable<Uint8Array>
}

/**
 * Reads a form as it comes. The part called `file` goes to `take` at once, wherever it stands among the others; the form
 * is refused for a field that is none of `known`.
 */
export async function readForm<Taken>(
  body: Readable,
  contentType: string,
  known: readonly string[],
  take: (file: Incoming) => Promise<Taken>,
): Promise<Form<Taken>> {
  const parser = parserOf(contentType)
  const fields = new Map<string, string>()
  let bytes: BusboyFileStream | undefined
  let taken: Promise<Taken> | undefined
  return new Promise((resolve, reject) => {
    const giveUp = (error: unknown): void => {
      body.unpipe(parser)
      bytes?.destroy(new Error('the form was given up'))
      reject(error instanceof Error ? error : new Error('the form was given up', { cause: error }))
    }
    const brokenOff = (): void => {
      if (!body.readableEnded) giveUp(unreadable())
    }
    parser.on('field', (name, value, _nameTruncated, truncated) => {
      if (truncated) giveUp(new GatewayError('body-too-large', 'A field of the form is too large.', { field: name }))
      else if (!known.includes(name)) giveUp(faulty(name, 'is not known here'))
      else if (fields.has(name)) giveUp(faulty(name, 'is there twice'))
      else fields.set(name, value)
    })
    parser.on('file', (name, stream, fileName, _encoding, mimetype) => {
      stream.on('error', () => undefined)
      if (name !== 'file' || taken !== undefined) {
        stream.resume()
        giveUp(faulty(name, name === 'file' ? 'is there twice' : 'is not known here'))
        return
      }
      bytes = stream
      taken = take({
        name: fileName || null,
        mimetype: claimedType(mimetype),
        bytes: stream,
      })
      taken.catch(giveUp)
    })
    parser.once('finish', () => {
      Promise.resolve(taken).then((file) => {
        resolve({ fields, file })
      }, reject)
    })
    parser.on('error', () => {
      giveUp(unreadable())
    })
    body.once('error', brokenOff)
    body.once('close', brokenOff)
    body.pipe(parser)
  })
}

/** What a client says when it knows nothing is no claim. */
export function claimedType(contentType: string | undefined): string | null {
  const [essence = ''] = (contentType ?? '').split(';')
  return essence === '' || essence === 'application/octet-stream' ? null : essence.trim().toLowerCase()
}

function parserOf(contentType: string): InstanceType<typeof Busboy> {
  try {
    return new Busboy({ headers: { 'content-type': contentType }, limits, isPartAFile })
  } catch {
    // Without a boundary, for one.
    throw unreadable()
  }
}

/** Some clients leave the type or the name of a file out; a part called `file` is one all the same. */
function isPartAFile(name: string | undefined, _type: string | undefined, fileName: string | undefined): boolean {
  return name === 'file' || fileName !== undefined
}

function unreadable(): GatewayError {
  return new GatewayError('bad-request', 'The form cannot be read.')
}

function faulty(name: string, complaint: string): GatewayError {
  const field = name.slice(0, 100)
  return new GatewayError('bad-request', `The field "${field}" ${complaint}.`, { field })
}
