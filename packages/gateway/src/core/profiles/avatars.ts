import type { Caller } from '../access/access.js'
import { GatewayError } from '../errors/gateway-error.js'
import type { MediaFiles } from '../gateway.js'
import type { InstanceId, MediaId } from '../ids.js'
import type { FileResolver } from '../messages/file-resolver.js'
import type { MediaInspector } from '../ports/media-inspector.js'

/** Makes a profile picture of a file that is kept here. */
export class Avatars {
  readonly #media: Pick<MediaFiles, 'get'>
  readonly #files: Pick<FileResolver, 'path'>
  readonly #inspector: Pick<MediaInspector, 'avatar'>

  constructor(
    media: Pick<MediaFiles, 'get'>,
    files: Pick<FileResolver, 'path'>,
    inspector: Pick<MediaInspector, 'avatar'>,
  ) {
    this.#media = media
    this.#files = files
    this.#inspector = inspector
  }

  /** Rejects with `media-not-found`, `media-unavailable`, and with `bad-request` for what is no picture. */
  async jpeg(caller: Caller, instance: InstanceId, media: MediaId): Promise<Uint8Array> {
    const copy = await this.#files.path(await this.#media.get(caller, instance, media))
    if (copy === undefined) throw new GatewayError('media-unavailable', 'The file is not here.', { field: 'picture' })
    try {
      return await this.#inspector.avatar(copy.path)
    } finally {
      await copy.release()
    }
  }
}
