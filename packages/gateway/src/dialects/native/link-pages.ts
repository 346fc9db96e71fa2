import { callerOf } from './auth.js'
import { LinkPagePage, linkPageReply, NewLinkPageReply, noContent, ref, WorkspaceReply } from './replies.js'
import {
  EditWorkspaceBody,
  InstanceParams,
  LinkPageParams,
  NewLinkPageBody,
  readInstanceId,
  readLinkPageId,
  readNewLinkPage,
} from './requests.js'
import type { Routes } from './room.js'

const tags = ['Linking']

export const linkPageRoutes: Routes = (scope, { gateway: { linkPages }, clock, publicUrl }) => {
  const base = publicUrl.replace(/\/$/, '')

  scope.post(
    '/instances/:id/link-pages',
    {
      config: { problems: ['already-linked', 'rate-limited'] },
      schema: {
        operationId: 'createLinkPage',
        summary: 'Make a page to link from',
        description:
          'For the person who holds the phone and has no key: the page at `url` shows the QR, offers a code, and says ' +
          'how it went. It works once, until it expires or is revoked; the `url` is in this answer and nowhere else.',
        tags,
        params: InstanceParams,
        body: NewLinkPageBody,
        response: { 201: ref(NewLinkPageReply) },
      },
    },
    async (request, reply) => {
      const id = readInstanceId(request.params.id)
      const { page, token } = await linkPages.create(callerOf(request), id, readNewLinkPage(request.body))
      return reply.code(201).send({ ...linkPageReply(page, clock.now()), url: `${base}/link/${token}` })
    },
  )

  scope.get(
    '/instances/:id/link-pages',
    {
      schema: {
        operationId: 'listLinkPages',
        summary: 'List the pages to link from',
        description: 'The newest first.',
        tags,
        params: InstanceParams,
        response: { 200: ref(LinkPagePage) },
      },
    },
    async (request) => {
      const pages = await linkPages.list(callerOf(request), readInstanceId(request.params.id))
      return { items: pages.map((page) => linkPageReply(page, clock.now())), next: null }
    },
  )

  scope.delete(
    '/instances/:id/link-pages/:pageId',
    {
      config: { problems: ['link-page-not-found'] },
      schema: {
        operationId: 'revokeLinkPage',
        summary: 'Revoke a page to link from',
        description: 'Whoever has it open loses it, and an attempt that was begun on it ends.',
        tags,
        params: LinkPageParams,
        response: { 204: noContent },
      },
    },
    async (request, reply) => {
      const { id, pageId } = request.params
      await linkPages.revoke(callerOf(request), readInstanceId(id), readLinkPageId(pageId))
      return reply.code(204).send(null)
    },
  )

  scope.get(
    '/workspace',
    {
      schema: {
        operationId: 'getWorkspace',
        summary: 'Read the settings of the workspace',
        tags,
        response: { 200: ref(WorkspaceReply) },
      },
    },
    async (request) => ({ returnOrigins: await linkPages.returnOrigins(callerOf(request)) }),
  )

  scope.patch(
    '/workspace',
    {
      schema: {
        operationId: 'editWorkspace',
        summary: 'Change where link pages may send people back to',
        description: 'Replaces the list. A page made before returns only to what the list still has.',
        tags,
        body: EditWorkspaceBody,
        response: { 200: ref(WorkspaceReply) },
      },
    },
    async (request) => ({
      returnOrigins: await linkPages.setReturnOrigins(callerOf(request), request.body.returnOrigins),
    }),
  )
}
