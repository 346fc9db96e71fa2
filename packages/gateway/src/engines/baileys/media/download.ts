import { open, rm } from 'node:fs/promises'
import type { IncomingMessage } from 'node:http'
import { GatewayError } from '../../../core/errors/gateway-error.js'
import { DamagedFile, decryptedBytes, encryptedLength } from './encryption.js'
import type { RemoteFile } from './handle.js'
import { addressAt, type MediaHosts } from './media-hosts.js'
import { transfer } from './transfer.js'

/** A download may take so long in all, in ms. */
const patience = 900_000

/** What came of an attempt to fetch a file. `gone`: WhatsApp does not have it any more. */
export type Fetched = { readonly kind: 'here'; readonly size: number } | { readonly kind: 'gone' }

/** Rejects with `content-too-large` past `most` bytes, with `media-unavailable` for no host or the wrong bytes. */
export async function download(hosts: MediaHosts, file: RemoteFile, path: string, most: number): Promise<Fetched> {
  const signal = AbortSignal.timeout(patience)
  for (const afresh of [false, true]) {
    for (const origin of (await hosts.access(afresh)).origins) {
      const url = addressAt(origin, file.directPath)
      if (!url) throw new GatewayError('media-unavailable', 'The message names no place at WhatsApp for its file.')
      const response = await transfer(url, { method: 'GET', signal }).catch(() => undefined)
      if (response?.statusCode === 200) return { kind: 'here', size: await keep(response, file, path, most) }
      response?.destroy()
      if (response?.statusCode === 404 || response?.statusCode === 410) return { kind: 'gone' }
    }
  }
  throw new GatewayError('media-unavailable', 'WhatsApp does not give the file.')
}

/** Whether WhatsApp still has a file. */
export async function isThere(hosts: MediaHosts, file: RemoteFile): Promise<boolean> {
  for (const origin of (await hosts.access()).origins) {
    const url = addressAt(origin, file.directPath)
    if (!url) return false
    const response = await transfer(url, { method: 'HEAD', signal: AbortSignal.timeout(patience) }).catch(
      () => undefined,
    )
    response?.destroy()
    if (response?.statusCode !== undefined && response.statusCode < 500) return response.statusCode === 200
  }
  return false
}

async function keep(response: IncomingMessage, file: RemoteFile, path: string, most: number): Promise<number> {
  if (Number(response.headers['content-length'] ?? 0) > encryptedLength(most)) {
    response.destroy()
    throw tooLarge(most)
  }
  const output = await open(path, 'w', 0o600)
  try {
    let size = 0
    for await (const chunk of decryptedBytes(response as AsyncIterable<Buffer>, file)) {
      size += chunk.length
      if (size > most) throw tooLarge(most)
      await output.writeFile(chunk)
    }
    await output.close()
    return size
  } catch (error) {
    await output.close().catch(() => undefined)
    await rm(path, { force: true })
    throw asFailure(error)
  } finally {
    response.destroy()
  }
}

function asFailure(error: unknown): GatewayError {
  if (error instanceof GatewayError) return error
  if ((error as NodeJS.ErrnoException).code === 'ENOSPC') return new GatewayError('storage-full', 'The disk is full.')
  const message =
    error instanceof DamagedFile ? 'WhatsApp has another file than the message names.' : 'The file broke off.'
  return new GatewayError('media-unavailable', message, { cause: error })
}

function tooLarge(most: number): GatewayError {
  return new GatewayError('content-too-large', `The file has more than ${most} bytes.`)
}
