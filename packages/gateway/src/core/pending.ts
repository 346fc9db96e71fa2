import { GatewayError } from './errors/gateway-error.js'
import type { MediaFiles } from './gateway.js'
import type { MediaId } from './ids.js'
import type { FileResolver } from './messages/file-resolver.js'
import type { Avatars } from './profiles/avatars.js'

const pending = async (): Promise<never> => {
  throw new GatewayError('not-supported', 'not built yet')
}

export const pendingMedia = (url: (id: MediaId) => string): MediaFiles => ({
  url,
  upload: pending,
  fetch: pending,
  get: pending,
  ofMessage: pending,
  open: pending,
})
export const pendingFiles: FileResolver = { resolve: pending, path: async () => undefined }
export const pendingAvatars: Pick<Avatars, 'jpeg'> = { jpeg: pending }
