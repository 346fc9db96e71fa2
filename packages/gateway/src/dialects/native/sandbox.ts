import type { FastifyRequest } from 'fastify'
import type { PhoneControl } from '../../core/ports/sandbox.js'
import { callerOf } from './auth.js'
import { noContent, ref } from './replies.js'
import { readPhone } from './requests.js'
import type { Routes } from './room.js'
import {
  DeviceReply,
  deviceReply,
  PhoneDetailReply,
  phoneDetailReply,
  PhonePage,
  PhoneReply,
  phoneReply,
} from './sandbox-replies.js'
import {
  EnterCodeBody,
  NewPhoneBody,
  PhoneParams,
  readPhoneParam,
  readScan,
  ScanBody,
  UnlinkBody,
} from './sandbox-requests.js'

const tags = ['Sandbox']
const config = { problems: ['sandbox-refused'] } as const

export const sandboxRoutes: Routes = (scope, { gateway: { sandbox } }) => {
  const phoneOf = (request: FastifyRequest, number: string): Promise<PhoneControl> =>
    sandbox.phone(callerOf(request), readPhoneParam(number))

  scope.post(
    '/sandbox/phones',
    {
      config: { problems: ['number-taken'] },
      schema: {
        operationId: 'createPhone',
        summary: 'Make a virtual phone',
        tags,
        body: NewPhoneBody,
        response: { 201: ref(PhoneReply) },
      },
    },
    async (request, reply) => {
      const { number, name } = request.body
      const phone = await sandbox.register(callerOf(request), {
        ...(number === undefined ? {} : { number: readPhone(number, 'number') }),
        ...(name === undefined ? {} : { name }),
      })
      return reply.code(201).send(phoneReply(phone))
    },
  )

  scope.get(
    '/sandbox/phones',
    {
      schema: {
        operationId: 'listPhones',
        summary: 'List the virtual phones',
        tags,
        response: { 200: ref(PhonePage) },
      },
    },
    async (request) => ({ items: (await sandbox.list(callerOf(request))).map(phoneReply), next: null }),
  )

  scope.get(
    '/sandbox/phones/:number',
    {
      schema: {
        operationId: 'getPhone',
        summary: 'Read a virtual phone with its linked devices',
        tags,
        params: PhoneParams,
        response: { 200: ref(PhoneDetailReply) },
      },
    },
    async (request) => phoneDetailReply(await phoneOf(request, request.params.number)),
  )

  scope.delete(
    '/sandbox/phones/:number',
    {
      schema: {
        operationId: 'deletePhone',
        summary: 'Delete a virtual phone',
        tags,
        params: PhoneParams,
        response: { 204: noContent },
      },
    },
    async (request, reply) => {
      const phone = await phoneOf(request, request.params.number)
      await phone.remove()
      return reply.code(204).send(null)
    },
  )

  scope.post(
    '/sandbox/phones/:number/scan',
    {
      config,
      schema: {
        operationId: 'scanQr',
        summary: 'Scan a QR with the phone',
        description: 'From its text, or from a picture of it as a real camera would.',
        tags,
        params: PhoneParams,
        body: ScanBody,
        response: { 200: ref(DeviceReply) },
      },
    },
    async (request) => {
      const seen = readScan(request.body)
      const phone = await phoneOf(request, request.params.number)
      return deviceReply('qr' in seen ? await phone.scan(seen.qr) : await phone.scanImage(seen.image))
    },
  )

  scope.post(
    '/sandbox/phones/:number/enter-code',
    {
      config,
      schema: {
        operationId: 'enterCode',
        summary: 'Type a pairing code on the phone',
        tags,
        params: PhoneParams,
        body: EnterCodeBody,
        response: { 200: ref(DeviceReply) },
      },
    },
    async (request) => {
      const phone = await phoneOf(request, request.params.number)
      return deviceReply(await phone.enterCode(request.body.code))
    },
  )

  scope.post(
    '/sandbox/phones/:number/unlink',
    {
      config,
      schema: {
        operationId: 'unlinkDevice',
        summary: 'Remove a linked device on the phone',
        tags,
        params: PhoneParams,
        body: UnlinkBody,
        response: { 204: noContent },
      },
    },
    async (request, reply) => {
      const phone = await phoneOf(request, request.params.number)
      await phone.unlink(request.body.device)
      return reply.code(204).send(null)
    },
  )

  command('offline', 'Take the phone off the network', (phone) => phone.goOffline())
  command('online', 'Bring the phone back to the network', (phone) => phone.goOnline())

  function command(name: string, summary: string, run: (phone: PhoneControl) => Promise<void>): void {
    scope.post(
      `/sandbox/phones/:number/${name}`,
      {
        config,
        schema: { operationId: `${name}Phone`, summary, tags, params: PhoneParams, response: { 204: noContent } },
      },
      async (request, reply) => {
        await run(await phoneOf(request, request.params.number))
        return reply.code(204).send(null)
      },
    )
  }
}
