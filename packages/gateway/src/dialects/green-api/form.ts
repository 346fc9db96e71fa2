import { Readable } from 'node:stream'
import { Busboy, type BusboyFileStream } from '@fastify/busboy'
import { GatewayError } from '../../core/errors/gateway-error.js'
import { invalid } from './errors.js'
import { badData, type Fields } from './fields.js'

/** A file on its way in. */
export interface Incoming {
  readonly name: string | null
  readonly mimetype: string | null
  readonly bytes: AsyncIterable<Uint8Array>
}

export interface Form<Taken> {
  readonly fields: Fields
  readonly file: Taken | undefined
}

const limits = { fields: 20, fieldSize: 102_400, files: 4, parts: 24, headerPairs: 20, headerSize: 4096 }
const isForm = /^multipart\/form-data/i
/** As much as tells a form from anything else: its boundary and the first header of its first part. */
const telling = 256

/** The body as it was sent: the rest of it can still be passed over by whoever stops reading. */
export function bytesOf(body: Readable): AsyncIterable<Uint8Array> {
  return body.iterator({ destroyOnReturn: false }) as AsyncIterable<Uint8Array>
}

/**
 * Reads an upload as it comes: a form, whose part `file` goes to `take` at once wherever it stands among the others, or the
 * bare file. Whether it is a form is looked for in the body: some of the vendor's clients send one and call it `image/jpeg`.
 */
export async function readUpload<Taken>(
  body: Readable,
  contentType: string,
  take: (file: Incoming) => Promise<Taken>,
): Promise<Form<Taken>> {
  if (isForm.test(contentType)) return readForm(body, contentType, take)
  const { start, whole } = await lookInto(body)
  const boundary = /^--([^\r\n"]{1,70})\r\ncontent-disposition: *form-data/i.exec(start.toString('latin1'))?.[1]
  if (boundary !== undefined) return readForm(whole, `multipart/form-data; boundary="${boundary}"`, take)
  if (start.length === 0) return { fields: {}, file: undefined }
  const mimetype = contentType === '' ? null : contentType
  return { fields: {}, file: await take({ name: null, mimetype, bytes: bytesOf(whole) }) }
}

async function lookInto(body: Readable): Promise<{ start: Buffer; whole: Readable }> {
  const rest = bytesOf(body)[Symbol.asyncIterator]()
  const read: Uint8Array[] = []
  for (let size = 0; size < telling;) {
    const next = await rest.next()
    if (next.done === true) break
    read.push(next.value)
    size += next.value.length
  }
  const start = Buffer.concat(read)
  async function* again(): AsyncGenerator<Uint8Array> {
    if (start.length > 0) yield start
    yield* { [Symbol.asyncIterator]: () => rest }
  }
  return { start: start.subarray(0, telling), whole: Readable.from(again(), { objectMode: false }) }
}

async function readForm<Taken>(
  body: Readable,
  contentType: string,
  take: (file: Incoming) => Promise<Taken>,
): Promise<Form<Taken>> {
  const parser = parserOf(contentType)
  const fields = new Map<string, string>()
  let bytes: BusboyFileStream | undefined
  let taken: Promise<Taken> | undefined
  return new Promise((resolve, reject) => {
    // What is still to come is passed over, so that the answer can be read by a client that sends to the end first.
    const giveUp = (error: Error): void => {
      body.unpipe(parser)
      body.resume()
      bytes?.destroy(error)
      reject(error)
    }
    const brokenOff = (): void => {
      if (!body.readableEnded) giveUp(badData())
    }
    parser.on('field', (name, value, _nameTruncated, truncated) => {
      if (truncated) giveUp(new GatewayError('body-too-large', 'a field of the form is too large'))
      fields.set(name, value)
    })
    parser.on('file', (name, stream, fileName, _encoding, mimetype) => {
      stream.on('error', () => undefined)
      if (name !== 'file' || taken !== undefined) {
        stream.resume()
        return
      }
      bytes = stream
      taken = take({ name: fileName || null, mimetype, bytes: stream })
      taken.catch(giveUp)
    })
    parser.once('finish', () => {
      Promise.resolve(taken).then((file) => {
        resolve({ fields: Object.fromEntries(fields), file })
      }, reject)
    })
    parser.on('error', () => {
      giveUp(badData())
    })
    body.once('error', brokenOff)
    body.once('close', brokenOff)
    body.pipe(parser)
  })
}

function parserOf(contentType: string): InstanceType<typeof Busboy> {
  try {
    return new Busboy({ headers: { 'content-type': contentType }, limits, isPartAFile })
  } catch {
    // Without a boundary, for one.
    throw badData()
  }
}

/** Curl and others leave the type or the name of a file out; a part called `file` is one all the same. */
function isPartAFile(name: string | undefined, _type: string | undefined, fileName: string | undefined): boolean {
  return name === 'file' || fileName !== undefined
}

/** The file of an upload, which nothing works without. */
export function requireFile<Taken>({ file }: Form<Taken>): Taken {
  if (file === undefined) throw invalid("'file' is required")
  return file
}
