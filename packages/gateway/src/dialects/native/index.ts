import swagger from '@fastify/swagger'
import type { FastifyInstance } from 'fastify'
import { systemClock, type Clock } from '../../core/ports/clock.js'
import type { Dialect } from '../dialect.js'
import { refuseOtherMethods } from '../other-methods.js'
import { accessKeyRoutes } from './access-keys.js'
import { requireKey } from './auth.js'
import { chatRoutes } from './chats.js'
import { contactRoutes } from './contacts.js'
import type { MediaUrl } from './content-replies.js'
import { docsRoutes } from './docs/routes.js'
import { answerWithProblems, problemTypes, refuseUnknownPaths } from './errors.js'
import { nativeEvents } from './event-format.js'
import { eventRoutes } from './events.js'
import { groupRoutes } from './groups.js'
import { historyRoutes } from './history.js'
import { instanceRoutes } from './instances.js'
import { keyRoutes } from './keys.js'
import { linkPageRoutes } from './link-pages.js'
import { linkRoutes } from './linking.js'
import { mediaRoutes } from './media.js'
import { messageLinkImageRoutes } from './message-link-images.js'
import { messageLinkImportRoutes } from './message-link-imports.js'
import { messageLinkRoutes } from './message-links.js'
import { messageRoutes } from './messages.js'
import { metaNumberRoutes } from './meta-numbers.js'
import { describeComponents, swaggerOptions } from './openapi.js'
import { queueRoutes } from './queue.js'
import type { Room, Routes } from './room.js'
import { sandboxGroupRoutes } from './sandbox-groups.js'
import { sandboxMessageRoutes } from './sandbox-messages.js'
import { sandboxRoutes } from './sandbox.js'
import { streamRoute, streamSockets } from './stream/endpoint.js'
import { subscriptionRoutes } from './subscriptions.js'
import { validatorCompiler } from './validation.js'

export interface NativeOptions {
  readonly version: string
  /** Base of the links to the documentation of error codes. */
  readonly publicUrl: string
  readonly clock?: Clock
}

const groups: readonly Routes[] = [
  keyRoutes,
  accessKeyRoutes,
  instanceRoutes,
  linkRoutes,
  linkPageRoutes,
  messageRoutes,
  queueRoutes,
  mediaRoutes,
  chatRoutes,
  historyRoutes,
  contactRoutes,
  groupRoutes,
  eventRoutes,
  streamRoute,
  subscriptionRoutes,
  messageLinkRoutes,
  messageLinkImageRoutes,
  messageLinkImportRoutes,
  metaNumberRoutes,
  sandboxRoutes,
  sandboxMessageRoutes,
  sandboxGroupRoutes,
]

/** The API of Gangway's own: everything, described by OpenAPI. */
export function nativeApi({ version, publicUrl, clock = systemClock }: NativeOptions): Dialect {
  const typeOf = problemTypes(publicUrl)
  return {
    name: 'native',
    events: nativeEvents,
    routes: (gateway) => async (scope) => {
      answerWithProblems(scope, typeOf)
      describeComponents(scope)
      await scope.register(swagger, swaggerOptions(version))
      await scope.register(docsRoutes)
      await scope.register(
        async (api) => {
          const mediaUrl: MediaUrl = (id) => gateway.media.url(id)
          const room: Room = { gateway, clock, typeOf, publicUrl, mediaUrl, closing: whenClosing(api) }
          await addRoutes(api, room)
          streamSockets(api, room)
        },
        { prefix: '/api/v1' },
      )
    },
  }
}

async function addRoutes(scope: FastifyInstance, room: Room): Promise<void> {
  const otherMethods = refuseOtherMethods(scope)
  scope.setValidatorCompiler(validatorCompiler)
  // Replies are checked against their schemas by the compiler, not once more for every answer.
  scope.setSerializerCompiler(() => JSON.stringify)
  refuseUnknownPaths(scope)
  requireKey(scope, room.gateway)
  scope.addHook('onRequest', async (_request, reply) => {
    reply.header('cache-control', 'no-store')
  })
  scope.addHook('preValidation', async (request) => {
    // A body that is left out is one without fields, so that the answer can name the one that is missing.
    if (request.body === undefined && request.routeOptions.schema?.body !== undefined) request.body = {}
  })
  // Each in a scope of its own, so that the bodies that one reads are read by no other.
  for (const routes of groups)
    await scope.register(async (own) => {
      routes(own.withTypeProvider(), room)
    })
  otherMethods.finish()
}

function whenClosing(scope: FastifyInstance): AbortSignal {
  const closing = new AbortController()
  scope.addHook('preClose', async () => {
    closing.abort()
  })
  return closing.signal
}
