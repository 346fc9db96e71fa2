import { Readable } from 'node:stream'
import { makeZip } from 'client-zip'
import type { Caller } from '../../core/access/access.js'
import type { MessageLink } from '../../core/message-links/message-link.js'
import type { MessageLinkPage, MessageLinkQuery, MessageLinks } from '../../core/message-links/message-links.js'
import { callerOf } from './auth.js'
import {
  ImagesQuery,
  LinkPictureQuery,
  MessageLinkParams,
  readLinkQuery,
  readMessageLinkId,
  readStyleWish,
} from './message-link-requests.js'
import type { Routes } from './room.js'

const tags = ['Message links']
const types = { png: 'PNG', svg: 'SVG', pdf: 'PDF' } as const
const mediaTypes = { png: 'image/png', svg: 'image/svg+xml', pdf: 'application/pdf' } as const
/** Links that are read at once while a file is being sent. */
const pageSize = 100

export const messageLinkImageRoutes: Routes = (scope, { gateway: { messageLinks } }) => {
  for (const format of ['png', 'svg', 'pdf'] as const) {
    scope.get(
      `/message-links/:id/image.${format}`,
      {
        config: { produces: mediaTypes[format] },
        schema: {
          operationId: `messageLinkImage${format.charAt(0).toUpperCase()}${format.slice(1)}`,
          summary: format === 'pdf' ? 'A page to print, as PDF' : `The QR code, as ${format.toUpperCase()}`,
          description:
            'In the style of the link, or another one to try. The same link in the same style is the same bytes, with the ' +
            'same `ETag`.',
          tags,
          params: MessageLinkParams,
          querystring: LinkPictureQuery,
        },
      },
      async (request, reply) => {
        const wish = { type: types[format], style: readStyleWish(request.query) }
        const picture = await messageLinks.picture(callerOf(request), readMessageLinkId(request.params.id), wish)
        const tag = `"${picture.tag}"`
        reply.header('etag', tag).header('cache-control', 'private, no-cache')
        // An SVG that is opened by itself is a page of its own.
        reply.header('content-security-policy', "default-src 'none'; img-src data:; sandbox")
        if (request.headers['if-none-match'] === tag) return reply.code(304).send()
        return reply.type(mediaTypes[format]).send(Buffer.from(picture.bytes))
      },
    )
  }

  scope.get(
    '/message-links/images.zip',
    {
      exposeHeadRoute: false,
      config: { produces: 'application/zip', problems: ['instance-not-found'] },
      schema: {
        operationId: 'messageLinkImages',
        summary: 'The QR codes of many, as ZIP',
        description: 'One file for each link, named after it and its code.',
        tags,
        querystring: ImagesQuery,
      },
    },
    async (request, reply) => {
      const { format = 'png', ...filters } = request.query
      const [caller, query] = [callerOf(request), readLinkQuery({ ...filters, limit: pageSize })]
      // Read before the answer begins, as a refusal still needs its status.
      const first = await messageLinks.list(caller, query)
      const files = pictures(messageLinks, caller, query, first, format)
      reply.header('content-disposition', 'attachment; filename="message-links.zip"').type('application/zip')
      return reply.send(Readable.fromWeb(makeZip(files)))
    },
  )
}

async function* pictures(
  links: MessageLinks,
  caller: Caller,
  query: MessageLinkQuery,
  first: MessageLinkPage,
  format: keyof typeof types,
) {
  for (let page = first; ;) {
    for (const link of page.items) {
      const { bytes } = await links.picture(caller, link.id, { type: types[format] })
      yield { name: `${fileName(link)}.${format}`, input: bytes, lastModified: link.updatedAt }
    }
    const last = page.items.at(-1)
    if (!page.hasOlder || !last) return
    page = await links.list(caller, { ...query, after: last.number })
  }
}

/** Letters and digits of the name, so that no file is put anywhere but where the archive is opened. */
function fileName({ name, code }: MessageLink): string {
  const readable = (name ?? '')
    .normalize('NFC')
    .replaceAll(/[^\p{L}\p{M}\p{N}]+/gu, '-')
    .slice(0, 60)
    .replaceAll(/^-|-$/g, '')
  return readable === '' ? code : `${readable}-${code}`
}
