import { GatewayError } from '../../core/errors/gateway-error.js'
import { refused, S3Client } from './s3-client.js'
import { isNoSuchKey } from './s3-storage.js'
import type { S3Place } from './s3-place.js'

/** Asks for a file that need not be there, and writes none. Undefined when the bucket lets itself be asked, or why not. */
export async function reachBucket(place: S3Place, patience: number): Promise<string | undefined> {
  const client = new S3Client(place)
  let timer: NodeJS.Timeout | undefined
  const silence = new Promise<string>((resolve) => {
    timer = setTimeout(resolve, patience, 'no answer in time')
  })
  try {
    return await Promise.race([ask(client), silence])
  } finally {
    clearTimeout(timer)
    client.close()
  }
}

async function ask(client: S3Client): Promise<string | undefined> {
  try {
    const answer = await client.ask({ method: 'GET', key: 'check' })
    const status = answer.statusCode ?? 0
    const isFine = status === 404 ? await isNoSuchKey(answer) : status === 200
    answer.resume()
    return isFine ? undefined : refused(status).message
  } catch (error) {
    return error instanceof GatewayError ? error.message : 'unknown trouble'
  }
}
