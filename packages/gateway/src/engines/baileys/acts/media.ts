import { GatewayError } from '../../../core/errors/gateway-error.js'
import { askAgain } from '../media/ask-again.js'
import { download as fetch } from '../media/download.js'
import { unpackHandle } from '../media/handle.js'
import type { Act } from './act.js'

export const download: Act<'media.download'> = async (session, { handle, path, most }) => {
  const named = unpackHandle(handle)
  if (!named) throw new GatewayError('media-unavailable', 'The handle is none of a file.')
  let fetched = await fetch(session.media, named.file, path, most)
  if (fetched.kind === 'gone') {
    const again = await askAgain(session, named)
    if (again) fetched = await fetch(session.media, again, path, most)
  }
  if (fetched.kind === 'gone') throw new GatewayError('media-unavailable', 'WhatsApp does not have this file any more.')
  return { size: fetched.size, sha256: Buffer.from(named.file.plainHash).toString('hex') }
}
