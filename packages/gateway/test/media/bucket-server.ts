import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { onTestFinished } from 'vitest'
import type { S3Place } from '#gateway/media/s3/s3-place.js'

const accessKeyId = 'AKIAEXAMPLE'
const secretAccessKey = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY'

export interface BucketServer {
  readonly place: S3Place
  readonly objects: Map<string, Buffer>
  /** `PUT /bucket/key` and what was answered. */
  readonly requests: string[]
  /** The next answers, instead of what would be right. */
  readonly failures: (number | 'cut')[]
}

/** An object store with one bucket, which checks each signature by Amazon's rules and each body by its digest. */
export async function startBucketServer(prefix = ''): Promise<BucketServer> {
  const objects = new Map<string, Buffer>()
  const requests: string[] = []
  const failures: (number | 'cut')[] = []
  const server = createServer((request, response) => {
    void answer(request, response)
  })

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await buffer(request)
    const failure = failures.shift()
    if (failure === 'cut') {
      response.destroy()
      return
    }
    const { status, bytes, headers } =
      failure === undefined ? judge(request, body) : { status: failure, bytes: Buffer.alloc(0), headers: {} }
    requests.push(`${request.method ?? ''} ${request.url ?? ''} ${status}`)
    response.writeHead(status, { ...headers, 'content-length': bytes.length }).end(bytes)
  }

  function judge(request: IncomingMessage, body: Buffer) {
    const refuse = (status: number, code: string) => ({
      status,
      bytes: Buffer.from(`<Error><Code>${code}</Code></Error>`),
      headers: {},
    })
    if (request.headers['x-amz-content-sha256'] !== createHash('sha256').update(body).digest('hex'))
      return refuse(400, 'XAmzContentSHA256Mismatch')
    if (!isSigned(request)) return refuse(403, 'SignatureDoesNotMatch')
    const [, bucket, ...rest] = decodeURIComponent(request.url ?? '').split('/')
    const key = rest.join('/')
    if (bucket !== 'files') return refuse(404, 'NoSuchBucket')
    if (request.method === 'PUT') {
      if (request.headers['transfer-encoding'] !== undefined) return refuse(501, 'NotImplemented')
      objects.set(key, body)
      return { status: 200, bytes: Buffer.alloc(0), headers: {} }
    }
    if (request.method === 'DELETE') {
      objects.delete(key)
      return { status: 204, bytes: Buffer.alloc(0), headers: {} }
    }
    const object = objects.get(key)
    if (!object) return refuse(404, 'NoSuchKey')
    const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '') ?? []
    if (from === undefined) return { status: 200, bytes: object, headers: {} }
    return { status: 206, bytes: object.subarray(Number(from), Number(to) + 1), headers: {} }
  }

  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.close().closeAllConnections()
  })
  const { port } = server.address() as AddressInfo
  const url = new URL(`http://127.0.0.1:${port}/files/`)
  return {
    place: { bucket: 'files', prefix, url, region: 'eu-west-1', accessKeyId, secretAccessKey },
    objects,
    requests,
    failures,
  }
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html */
function isSigned(request: IncomingMessage): boolean {
  const header = request.headers.authorization ?? ''
  const [, credential = '', signed = '', signature = ''] =
    /^AWS4-HMAC-SHA256 Credential=([^,]+), SignedHeaders=([^,]+), Signature=([0-9a-f]{64})$/.exec(header) ?? []
  const [id, day = '', region = '', service = ''] = credential.split('/')
  const time = String(request.headers['x-amz-date'])
  const mustBeSigned = ['host', 'x-amz-content-sha256', 'x-amz-date']
  if (id !== accessKeyId || !time.startsWith(day) || !mustBeSigned.every((name) => signed.split(';').includes(name)))
    return false
  const names = signed.split(';')
  const canonical = [
    request.method,
    request.url,
    '',
    ...names.map((name) => `${name}:${String(request.headers[name]).trim()}`),
    '',
    signed,
    request.headers['x-amz-content-sha256'],
  ].join('\n')
  const scope = [day, region, service, 'aws4_request'].join('/')
  const digest = createHash('sha256').update(canonical).digest('hex')
  const key = [day, region, service, 'aws4_request'].reduce<Buffer>(
    (secret, part) => createHmac('sha256', secret).update(part).digest(),
    Buffer.from(`AWS4${secretAccessKey}`),
  )
  const expected = createHmac('sha256', key).update(['AWS4-HMAC-SHA256', time, scope, digest].join('\n')).digest()
  return signature.length === 64 && timingSafeEqual(expected, Buffer.from(signature, 'hex'))
}
