import type { LinkCode } from '../../core/ids.js'
import type { IssuerAccount, LinkIssuer } from '../../core/ports/link-issuer.js'
import type { Outbound, OutboundReply } from '../../core/ports/outbound.js'
import { codeIn, requireRemoved } from './graph-answer.js'

/** Meta's own, with the version that `message_qrdls` is documented for. */
export const graphUrl = 'https://graph.facebook.com/v23.0'
const timeout = 20_000

/** Message links of Cloud API numbers: the edge `message_qrdls` of Meta's Graph API. */
export function metaLinks(outbound: Outbound, base: string = graphUrl): LinkIssuer {
  const send = (
    { phoneNumberId, token }: IssuerAccount,
    request: { method: 'POST'; wish: object } | { method: 'DELETE'; code: LinkCode },
  ): Promise<OutboundReply> => {
    const edge = `${base}/${encodeURIComponent(phoneNumberId)}/message_qrdls`
    const headers = { authorization: `Bearer ${token}`, accept: 'application/json' }
    const shared = { timeout, lane: `meta ${phoneNumberId}` }
    return request.method === 'DELETE'
      ? outbound.post({
          ...shared,
          method: 'DELETE',
          url: `${edge}/${encodeURIComponent(request.code)}`,
          headers,
          body: '',
        })
      : outbound.post({
          ...shared,
          url: edge,
          headers: { ...headers, 'content-type': 'application/json' },
          body: JSON.stringify(request.wish),
        })
  }
  return {
    async create(account, { draft, imageType }) {
      const wish = { prefilled_message: draft, generate_qr_image: imageType }
      return codeIn(await send(account, { method: 'POST', wish }))
    },
    async update(account, code, draft) {
      return codeIn(await send(account, { method: 'POST', wish: { code, prefilled_message: draft } }))
    },
    async remove(account, code) {
      requireRemoved(await send(account, { method: 'DELETE', code }))
    },
  }
}
