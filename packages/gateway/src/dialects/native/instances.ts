import type { Caller } from '../../core/access/access.js'
import type { InstanceId } from '../../core/ids.js'
import type { Instance } from '../../core/instances/instance.js'
import { callerOf } from './auth.js'
import {
  InstancePage,
  InstanceReply,
  instanceReply,
  NewInstanceReply,
  newInstanceReply,
  noContent,
  ref,
} from './replies.js'
import {
  EditInstanceBody,
  InstanceParams,
  InstancesQuery,
  NewInstanceBody,
  readInstanceChanges,
  readInstanceId,
  readNewInstance,
} from './requests.js'
import type { Routes } from './room.js'

const tags = ['Instances']
const usualPage = 100

export const instanceRoutes: Routes = (scope, { gateway: { instances } }) => {
  scope.post(
    '/instances',
    {
      config: { problems: ['storage-full'] },
      schema: {
        operationId: 'createInstance',
        summary: 'Make an instance',
        description:
          'An instance holds one WhatsApp account. It starts unlinked. The credentials for the formats of other ' +
          'vendors are in this answer and nowhere else.',
        tags,
        body: NewInstanceBody,
        response: { 201: ref(NewInstanceReply) },
      },
    },
    async (request, reply) => {
      const { instance, secrets } = await instances.create(callerOf(request), readNewInstance(request.body))
      return reply.code(201).send(newInstanceReply(instance, secrets))
    },
  )

  scope.get(
    '/instances',
    {
      schema: {
        operationId: 'listInstances',
        summary: 'List the instances',
        tags,
        querystring: InstancesQuery,
        response: { 200: ref(InstancePage) },
      },
    },
    async (request) => {
      const { after, limit = usualPage } = request.query
      // One more than asked for tells whether another page follows.
      const found = await instances.list(callerOf(request), {
        ...(after === undefined ? {} : { afterSerial: after }),
        limit: limit + 1,
      })
      const items = found.slice(0, limit)
      return { items: items.map(instanceReply), next: found.length > limit ? (items.at(-1)?.serial ?? null) : null }
    },
  )

  scope.get(
    '/instances/:id',
    {
      schema: {
        operationId: 'getInstance',
        summary: 'Read an instance',
        tags,
        params: InstanceParams,
        response: { 200: ref(InstanceReply) },
      },
    },
    async (request) => instanceReply(await instances.get(callerOf(request), readInstanceId(request.params.id))),
  )

  scope.patch(
    '/instances/:id',
    {
      schema: {
        operationId: 'editInstance',
        summary: 'Rename an instance or change who may scan',
        tags,
        params: InstanceParams,
        body: EditInstanceBody,
        response: { 200: ref(InstanceReply) },
      },
    },
    async (request) => {
      const id = readInstanceId(request.params.id)
      return instanceReply(await instances.edit(callerOf(request), id, readInstanceChanges(request.body)))
    },
  )

  scope.delete(
    '/instances/:id',
    {
      schema: {
        operationId: 'deleteInstance',
        summary: 'Delete an instance',
        description: 'Logs out where WhatsApp can be reached, then forgets everything.',
        tags,
        params: InstanceParams,
        response: { 204: noContent },
      },
    },
    async (request, reply) => {
      await instances.remove(callerOf(request), readInstanceId(request.params.id))
      return reply.code(204).send(null)
    },
  )

  command('pause', 'Close the connection and keep the link', (caller, id) => instances.pause(caller, id))
  command('resume', 'Open the connection again', (caller, id) => instances.resume(caller, id))
  command('logout', 'Remove this device from the account', (caller, id) => instances.logout(caller, id))

  function command(name: string, summary: string, run: (caller: Caller, id: InstanceId) => Promise<Instance>): void {
    scope.post(
      `/instances/:id/${name}`,
      {
        config: { problems: ['not-linked'] },
        schema: {
          operationId: `${name}Instance`,
          summary,
          tags,
          params: InstanceParams,
          response: { 200: ref(InstanceReply) },
        },
      },
      async (request) => instanceReply(await run(callerOf(request), readInstanceId(request.params.id))),
    )
  }
}
