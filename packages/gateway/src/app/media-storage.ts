import { join } from 'node:path'
import type { MediaStorage } from '../core/ports/media-storage.js'
import { openFolderStorage } from '../media/folder-storage.js'
import { openS3Storage } from '../media/s3/s3-storage.js'
import type { Config } from './config.js'
import type { DataDir } from './data-dir.js'

/** Where the settings say. Of a bucket nothing is asked yet: it may be away for a while, and everything else goes on. */
export async function openMediaStorage(
  { mediaBucket }: Pick<Config, 'mediaBucket'>,
  { media }: Pick<DataDir, 'media'>,
): Promise<MediaStorage & { close(): void }> {
  if (mediaBucket) return openS3Storage(mediaBucket, join(media, 'scratch'))
  const storage = await openFolderStorage(media)
  return Object.assign(storage, { close: () => undefined })
}
