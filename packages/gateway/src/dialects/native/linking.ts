import type { FastifyReply } from 'fastify'
import type { Static } from 'typebox'
import type { Caller } from '../../core/access/access.js'
import { GatewayError } from '../../core/errors/gateway-error.js'
import type { InstanceId } from '../../core/ids.js'
import type { LinkMethod, LinkSnapshot, QrCode } from '../../core/linking/link-step.js'
import { qrPng, qrSvg } from '../../core/linking/qr-image.js'
import { callerOf } from './auth.js'
import { Refused } from './errors.js'
import { LinkReplyRef, readyLink } from './link-reply.js'
import { noContent } from './replies.js'
import { InstanceParams, LinkQuery, PictureQuery, readInstanceId, readPhone, StartLinkBody } from './requests.js'
import { orWhenClosing, type Room, type Routes, untilGone } from './room.js'
import { type ServerEvent, streamEvents } from './sse.js'

const tags = ['Linking']
/** How long a start waits for the first QR or code before it answers `opening`. */
const firstStepWait = 8_000

export const linkRoutes: Routes = (scope, room) => {
  const { links } = room.gateway

  scope.post(
    '/instances/:id/link',
    {
      config: {
        answers: LinkReplyRef,
        problems: ['already-linked', 'instance-busy', 'instance-banned', 'storage-error', 'whatsapp-unreachable'],
      },
      schema: {
        operationId: 'startLink',
        summary: 'Start linking, or join the attempt that is alive',
        description: 'Waits a few seconds for the first QR or code. Everybody who reads shares the one attempt.',
        tags,
        params: InstanceParams,
        body: StartLinkBody,
      },
    },
    async (request, reply) => {
      const [caller, id] = [callerOf(request), readInstanceId(request.params.id)]
      const how = await readLinkMethod(room, caller, id, request.body)
      return sendLink(reply, await links.start(caller, id, how, { wait: firstStepWait }))
    },
  )

  scope.get(
    '/instances/:id/link',
    {
      config: { answers: LinkReplyRef, problems: ['attempt-not-found'] },
      schema: {
        operationId: 'currentLink',
        summary: 'Read the current step',
        description: 'Reading keeps an attempt alive: one that nobody reads or watches for 60 s is abandoned.',
        tags,
        params: InstanceParams,
        querystring: LinkQuery,
      },
    },
    async (request, reply) => {
      const [caller, id] = [callerOf(request), readInstanceId(request.params.id)]
      const { wait } = request.query
      if (wait === undefined || wait === 0) return sendLink(reply, await links.current(caller, id))
      const news = links.current(caller, id, { wait: wait * 1000 })
      return sendLink(reply, await orWhenClosing(room.closing, news, () => links.current(caller, id)))
    },
  )

  scope.delete(
    '/instances/:id/link',
    {
      schema: {
        operationId: 'cancelLink',
        summary: 'Cancel the attempt that is alive',
        tags,
        params: InstanceParams,
        response: { 204: noContent },
      },
    },
    async (request, reply) => {
      await links.cancel(callerOf(request), readInstanceId(request.params.id))
      return reply.code(204).send(null)
    },
  )

  scope.get(
    '/instances/:id/link/events',
    {
      exposeHeadRoute: false,
      config: { problems: ['attempt-not-found'], produces: 'text/event-stream' },
      schema: {
        operationId: 'watchLink',
        summary: 'Watch the steps as they happen',
        description:
          'Server-Sent Events: the current step at once, then each one as it happens. Every event is called `step` ' +
          'and its data is what `GET …/link` answers. Ends after `linked` or `failed`.',
        tags,
        params: InstanceParams,
      },
    },
    async (request, reply) => {
      const signal = untilGone(reply, room.closing)
      const steps = links.watch(callerOf(request), readInstanceId(request.params.id), signal)[Symbol.asyncIterator]()
      // The first step is there at once or refused, and a refusal still needs its status.
      const first = await steps.next()
      await streamEvents(reply, stepEvents(first, steps), signal, room.clock)
    },
  )

  picture('png', 'image/png', ({ text, png }, size) => (size === undefined ? dataOf(png) : qrPng(text, size)))
  picture('svg', 'image/svg+xml', ({ text, svg }, size) =>
    size === undefined
      ? dataOf(svg)
      : Buffer.from(qrSvg(text).replace('<svg ', `<svg width="${size}" height="${size}" `)),
  )

  function picture(format: string, type: string, draw: (qr: QrCode, size: number | undefined) => Buffer): void {
    scope.get(
      `/instances/:id/link/qr.${format}`,
      {
        config: {
          refusal: { status: 409, code: 'attempt-not-found', title: 'There is no QR to scan now' },
          produces: type,
        },
        schema: {
          operationId: `linkQr${format === 'png' ? 'Png' : 'Svg'}`,
          summary: `The QR to scan now, as ${format.toUpperCase()}`,
          description: 'Answers 409 while there is no QR to scan.',
          tags,
          params: InstanceParams,
          querystring: PictureQuery,
        },
      },
      async (request, reply) => {
        const qr = await currentQr(callerOf(request), readInstanceId(request.params.id))
        // An SVG that is opened by itself is a page of its own.
        reply.header('content-security-policy', "default-src 'none'; sandbox")
        return reply.type(type).send(draw(qr, request.query.size))
      },
    )
  }

  async function currentQr(caller: Caller, id: InstanceId): Promise<QrCode> {
    const { step } = await links.current(caller, id).catch((error: unknown) => {
      throw error instanceof GatewayError && error.code === 'attempt-not-found'
        ? noQr('Nobody has started to link.')
        : error
    })
    if (step.kind === 'scan') return step.qr
    throw noQr(`The link is at the step "${step.kind}".`)
  }
}

function sendLink(reply: FastifyReply, snapshot: LinkSnapshot): FastifyReply {
  return reply.type('application/json; charset=utf-8').send(readyLink(snapshot))
}

async function readLinkMethod(
  { gateway: { instances } }: Room,
  caller: Caller,
  id: InstanceId,
  { method, phone }: Static<typeof StartLinkBody>,
): Promise<LinkMethod> {
  if (method === 'code') {
    if (phone !== undefined) return { method, phone: readPhone(phone) }
    const { phone: expected } = await instances.get(caller, id)
    if (expected !== null) return { method, phone: expected }
    throw new GatewayError('bad-request', 'A code is made for one phone number.', { field: 'phone' })
  }
  if (phone !== undefined) await instances.edit(caller, id, { phone: readPhone(phone) })
  return { method }
}

async function* stepEvents(
  first: IteratorResult<LinkSnapshot, unknown>,
  rest: AsyncIterator<LinkSnapshot, unknown>,
): AsyncGenerator<ServerEvent> {
  try {
    let id = 1
    for (let result = first; result.done !== true; result = await rest.next())
      yield { id: id++, event: 'step', data: readyLink(result.value) }
  } finally {
    await rest.return?.()
  }
}

function noQr(detail: string): Refused {
  return new Refused(409, 'attempt-not-found', `There is no QR to scan now. ${detail}`, {
    hint: 'Start with POST …/link {"method": "qr"}; GET …/link?wait=30 waits for the QR.',
  })
}

function dataOf(uri: string): Buffer {
  return Buffer.from(uri.slice(uri.indexOf(',') + 1), 'base64')
}
