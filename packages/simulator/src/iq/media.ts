import { authLifetime, largestFile, type MediaServer } from '../media/media-server.js'
import type { IqAnswer } from '../server/iq-answer.js'
import { element } from '../wire/nodes.js'

/** How long a client may keep this answer, in seconds. */
const lifetime = '3600'

/** Where files are uploaded, and what the device has to show there. */
export function answerMediaConnection(media: MediaServer): IqAnswer {
  const attrs = {
    auth: media.newAuth(),
    ttl: lifetime,
    auth_ttl: authLifetime.toString(),
    max_buckets: '12',
  }
  const place = element('host', { hostname: media.host, maxContentLengthBytes: largestFile.toString() })
  return [element('media_conn', attrs, [place])]
}
