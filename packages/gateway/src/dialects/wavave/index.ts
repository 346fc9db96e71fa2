import type { FastifyInstance } from 'fastify'
import type { Caller } from '../../core/access/access.js'
import { GatewayError } from '../../core/errors/gateway-error.js'
import type { Gateway } from '../../core/gateway.js'
import type { Instance } from '../../core/instances/instance.js'
import type { LinkMethod, LinkStep } from '../../core/linking/link-step.js'
import { systemClock, type Clock } from '../../core/ports/clock.js'
import type { Dialect } from '../dialect.js'
import { refuseOtherMethods } from '../other-methods.js'
import { callerOf, requireKey } from './auth.js'
import { CallbackStatus } from './callbacks.js'
import { Devices } from './devices.js'
import { answerInEnvelopes, faces, linkedAlready } from './errors.js'
import { wavaveEvents } from './event-format.js'
import { disconnectReply, pairingCodeReply, pinReply, scanQrReply, sendReply } from './replies.js'
import { fieldsOf, readChat, readDevice } from './requests.js'
import { readSend } from './send-request.js'
import { send } from './sending.js'

export interface WavaveOptions {
  /** HTTP status of "already connected", which no page of the vendor shows. 400, as its other refusals, unless told. */
  readonly alreadyLinkedStatus?: number
  readonly clock?: Clock
  /** From 0 (inclusive) to 1 (exclusive). */
  readonly random?: () => number
}

/** How long a first call waits for its QR or code: the vendor's answer has no other way to say "not yet". */
const firstStepWait = 8_000

/** Wavave (wavave.com): accounts named by their number, under a Bearer key. */
export function wavave({
  alreadyLinkedStatus = faces['already-linked'].code,
  clock = systemClock,
  random = Math.random,
}: WavaveOptions = {}): Dialect {
  return {
    name: 'wavave',
    events: wavaveEvents,
    routes: (gateway) => async (scope) => {
      await scope.register(
        async (api) => {
          addRoutes(api, gateway, { alreadyLinkedStatus, clock, random })
        },
        { prefix: '/v1' },
      )
    },
  }
}

function addRoutes(
  scope: FastifyInstance,
  gateway: Gateway,
  { alreadyLinkedStatus, clock, random }: Required<WavaveOptions>,
): void {
  const { instances, links, chats } = gateway
  const parts = { gateway, callbacks: new CallbackStatus(gateway), clock }
  const devices = new Devices(instances)
  const otherMethods = refuseOtherMethods(scope)
  answerInEnvelopes(scope)
  requireKey(scope, gateway)
  scope.addHook('onRequest', async (_request, reply) => {
    reply.header('cache-control', 'no-store')
  })

  scope.post('/device/scanqr', async (request) => {
    const [caller, device] = [callerOf(request), readDevice(request.body)]
    const instance = await devices.findOrCreate(caller, device)
    const step = await begin(caller, instance, { method: 'qr' })
    if (step.kind === 'scan') return scanQrReply(device, step.qr)
    throw await nothingOnOffer(caller, instance, step)
  })

  scope.post('/device/pairingcode', async (request) => {
    const [caller, device] = [callerOf(request), readDevice(request.body)]
    const instance = await devices.findOrCreate(caller, device)
    const step = await begin(caller, instance, { method: 'code', phone: device })
    if (step.kind === 'type-code') return pairingCodeReply(device, step.code)
    throw await nothingOnOffer(caller, instance, step)
  })

  scope.post('/device/disconnect', async (request) => {
    const [caller, device] = [callerOf(request), readDevice(request.body)]
    const { id } = await devices.find(caller, device)
    const { state } = await instances.logout(caller, id)
    return disconnectReply(device, state)
  })

  scope.post('/send', async (request) => {
    const [caller, wish] = [callerOf(request), readSend(request.body, random)]
    const { id } = await devices.find(caller, wish.from)
    return sendReply(await send(parts, caller, id, wish), wish.to)
  })

  for (const [path, pinned] of [
    ['/messages/pin', true],
    ['/messages/unpin', false],
  ] as const) {
    scope.post(path, async (request) => {
      const [caller, device] = [callerOf(request), readDevice(request.body)]
      const target = readChat(fieldsOf(request.body), 'target')
      const { id, state } = await devices.find(caller, device)
      await chats.edit(caller, id, target, { pinned })
      return pinReply(device, state, target)
    })
  }
  otherMethods.finish()

  async function begin(caller: Caller, instance: Instance, how: LinkMethod): Promise<LinkStep> {
    try {
      return (await links.start(caller, instance.id, how, { wait: firstStepWait })).step
    } catch (error) {
      if (error instanceof GatewayError && error.code === 'already-linked') throw await linked(caller, instance)
      throw error
    }
  }

  async function nothingOnOffer(caller: Caller, instance: Instance, step: LinkStep): Promise<GatewayError> {
    switch (step.kind) {
      case 'failed':
        return step.error
      case 'starting':
      case 'linked':
        return linked(caller, instance)
      case 'opening':
        return new GatewayError('send-timed-out', 'WhatsApp has not offered anything to scan yet.')
      case 'scan':
      case 'type-code':
        return new GatewayError('link-cancelled', 'Another attempt has taken the place of this one.')
    }
  }

  async function linked(caller: Caller, { id }: Instance): Promise<GatewayError> {
    const { state } = await instances.get(caller, id)
    return linkedAlready(state, alreadyLinkedStatus)
  }
}
