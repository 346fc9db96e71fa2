import { parsedUrl } from '../../core/parsed-url.js'

/** A bucket, where in it the files are, and who may write there. */
export interface S3Place {
  readonly bucket: string
  /** Put in front of each key; empty, or ends with a slash. */
  readonly prefix: string
  /** URL of the bucket, with a slash at the end. */
  readonly url: URL
  readonly region: string
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
}

export type Environment = Readonly<Record<string, string | undefined>>

/**
 * Reads `s3://bucket/prefix?endpoint=…&region=…`, with the credentials where every tool for such storages expects them. With an
 * `endpoint` the bucket stands in the path, as self-hosted servers want it; without one, Amazon's own is meant.
 * @returns what is wrong with it, where something is
 */
export function readS3Place(text: string, env: Environment): S3Place | string {
  const url = parsedUrl(text)
  if (url?.protocol !== 's3:') return 'must begin with s3://'
  const bucket = url.hostname
  if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(bucket)) return 'names no bucket'
  const unknown = [...url.searchParams.keys()].find((name) => name !== 'endpoint' && name !== 'region')
  if (unknown !== undefined || url.username !== '' || url.password !== '') {
    return 'may have the parameters endpoint and region, and nothing else'
  }
  const region = url.searchParams.get('region') ?? env.AWS_REGION ?? 'us-east-1'
  const bucketUrl = urlOfBucket(bucket, url.searchParams.get('endpoint'), region)
  if (bucketUrl === undefined) return 'has an endpoint that is no http or https URL'
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = env
  if (!accessKeyId || !secretAccessKey) return 'needs AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY'
  const folder = url.pathname.replace(/^\/+|\/+$/g, '')
  return {
    bucket,
    prefix: folder === '' ? '' : `${decodeURIComponent(folder)}/`,
    url: bucketUrl,
    region,
    accessKeyId,
    secretAccessKey,
    ...(env.AWS_SESSION_TOKEN ? { sessionToken: env.AWS_SESSION_TOKEN } : {}),
  }
}

function urlOfBucket(bucket: string, endpoint: string | null, region: string): URL | undefined {
  if (endpoint === null) return new URL(`https://${bucket}.s3.${region}.amazonaws.com/`)
  const url = parsedUrl(endpoint)
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:') return undefined
  return new URL(`${url.href.replace(/\/+$/, '')}/${bucket}/`)
}
