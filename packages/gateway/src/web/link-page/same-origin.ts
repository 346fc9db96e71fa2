import type { FastifyRequest } from 'fastify'
import { parsedUrl } from '../../core/parsed-url.js'

/**
 * Whether a request was made by the page itself. Browsers say where it comes from in `Sec-Fetch-Site`, and those too old
 * for that still send `Origin` with a POST. The token in the path is what counts; this keeps another site that has got
 * hold of it from acting through somebody's browser.
 */
export function isOwnPage(request: FastifyRequest, publicUrl: string): boolean {
  const site = request.headers['sec-fetch-site']
  if (site !== undefined) return site === 'same-origin'
  const { origin } = request.headers
  if (origin === undefined) return request.method === 'GET'
  return origin === new URL(publicUrl).origin || parsedUrl(origin)?.host === request.host
}
