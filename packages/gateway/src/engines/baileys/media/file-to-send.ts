import type { FileContent } from '../../../core/messages/content.js'
import { GatewayError } from '../../../core/errors/gateway-error.js'
import type { Session } from '../session.js'
import { isThere } from './download.js'
import { unpackHandle, type RemoteFile } from './handle.js'
import { mediaTypes } from './media-type.js'
import { upload } from './upload.js'

/**
 * Where the file of a message that is about to be sent is found: uploaded now from a local path, or where it came from,
 * which costs nothing. Rejects with `media-unavailable` for one that WhatsApp does not have any more.
 */
export async function fileToSend(
  session: Session,
  content: FileContent,
  path: string | undefined,
): Promise<RemoteFile> {
  const type = mediaTypes[content.kind]
  if (path !== undefined) return upload(session.media, path, type)
  const file = unpackHandle(content.file.handle ?? '')?.file
  // The key is derived for one type of file, so that one sent as another type would not open.
  if (file?.type === type && (await isThere(session.media, file))) return file
  throw new GatewayError('media-unavailable', 'WhatsApp does not have this file any more.')
}
