import { MEDIA_PATH_MAP } from 'baileys'
import { GatewayError } from '../../../core/errors/gateway-error.js'
import { encryptedBytes, measure, type LocalFile } from './encryption.js'
import type { RemoteFile } from './handle.js'
import type { MediaAccess, MediaHosts } from './media-hosts.js'
import type { MediaType } from './media-type.js'
import { jsonOf, transfer } from './transfer.js'

/** An upload may take so long in all, in ms: 100 MB at a bad mobile connection's speed. */
const patience = 900_000

/** Encrypts a local file and leaves it with WhatsApp. Rejects with `content-too-large`, or `send-timed-out` for no host. */
export async function upload(hosts: MediaHosts, path: string, type: MediaType): Promise<RemoteFile> {
  const file = await measure(path, type).catch((cause: unknown) => {
    throw new GatewayError('media-unavailable', 'The file to be sent cannot be read.', { cause })
  })
  const signal = AbortSignal.timeout(patience)
  // The second round is with a new authorisation: the first may have grown old on either side.
  for (const afresh of [false, true]) {
    const access = await hosts.access(afresh)
    for (const origin of access.origins) {
      const directPath = await offer(origin, access, file, path, signal)
      if (directPath !== undefined) return { ...file, directPath }
    }
  }
  throw new GatewayError('send-timed-out', 'The file could not be uploaded to WhatsApp.')
}

/** As the library's `getWAUploadToServer` does it; undefined when this host did not take it. */
async function offer(
  origin: URL,
  { auth }: MediaAccess,
  file: LocalFile,
  path: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  const token = Buffer.from(file.encryptedHash).toString('base64url')
  const url = new URL(`${MEDIA_PATH_MAP[file.type] ?? ''}/${token}`, origin)
  url.search = new URLSearchParams({ auth, token }).toString()
  try {
    const response = await transfer(url, {
      method: 'POST',
      signal,
      headers: { 'content-type': 'application/octet-stream', 'content-length': file.encryptedSize },
      body: encryptedBytes(path, file.mediaKey, file.type),
    })
    if (response.statusCode === 413)
      throw new GatewayError('content-too-large', 'WhatsApp does not take a file so large.')
    const answer = await jsonOf(response)
    return directPathIn(answer)
  } catch (error) {
    if (error instanceof GatewayError) throw error
    return undefined
  }
}

function directPathIn(answer: unknown): string | undefined {
  if (typeof answer !== 'object' || answer === null || !('direct_path' in answer)) return undefined
  return typeof answer.direct_path === 'string' ? answer.direct_path : undefined
}
