import { GatewayError } from '../errors/gateway-error.js'
import type { MediaFiles } from '../gateway.js'
import type { MediaId } from '../ids.js'
import type { FileResolver } from '../messages/file-resolver.js'
import type { Media } from './create-media.js'

export const noCopies: Pick<FileResolver, 'path'> = { path: () => Promise.resolve(undefined) }

/** Where there is no place for files. */
export function noMedia(url: (id: MediaId) => string): Media {
  const refused = (): Promise<never> =>
    Promise.reject(new GatewayError('not-supported', 'This gateway runs without a place for files.'))
  const files: MediaFiles = {
    url,
    upload: refused,
    fetch: refused,
    get: refused,
    thumbnail: refused,
    ofMessage: refused,
    open: refused,
    usage: () => Promise.resolve({ files: 0, bytes: 0 }),
    clear: () => Promise.resolve(),
    retention: refused,
    setRetention: refused,
  }
  return {
    files,
    resolver: { resolve: refused, ...noCopies },
    avatars: { jpeg: refused },
    start: () => undefined,
    close: () => Promise.resolve(),
  }
}
