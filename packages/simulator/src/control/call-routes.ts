import type { VirtualCall } from '../api.js'
import { SimulatorError } from '../errors.js'
import { Fields } from './fields.js'
import { done, type WithPhone } from './phone-handler.js'
import { readNothing } from './requests.js'
import type { Handler, Routes } from './routing.js'

/** Calls that a phone makes, and those it gets. */
export function callRoutes(withPhone: WithPhone): Routes {
  const withOutgoing = (act: (call: VirtualCall, body: unknown) => Promise<void>): Handler =>
    withPhone(async (phone, { params: [, id = ''], body }) => {
      const call = phone.outgoingCall(id)
      if (call === undefined) throw new SimulatorError('call-not-found', `${phone.number} made no call ${id}.`)
      await act(call, body)
      return done
    })
  return {
    '/phones/:number/calls': {
      GET: withPhone((phone) => ({ status: 200, body: { items: phone.calls() } })),
      POST: withPhone(async (phone, { body }) => {
        const { to, ...how } = readCall(body)
        const { id } = await phone.call(to, how)
        return { status: 201, body: { id } }
      }),
    },
    '/phones/:number/calls/:id/cancel': {
      POST: withOutgoing((call, body) => {
        readNothing(body)
        return call.cancel()
      }),
    },
    '/phones/:number/calls/:id/time-out': {
      POST: withOutgoing((call, body) => {
        readNothing(body)
        return call.timeOut()
      }),
    },
    '/phones/:number/calls/:id/relay-latency': {
      POST: withOutgoing((call, body) => call.relayLatency(readLatency(body))),
    },
    '/phones/:number/calls/:id/accept': {
      POST: withPhone(async (phone, { params: [, id = ''], body }) => {
        readNothing(body)
        await phone.acceptCall(id)
        return done
      }),
    },
    '/phones/:number/calls/:id/reject': {
      POST: withPhone(async (phone, { params: [, id = ''], body }) => {
        readNothing(body)
        await phone.rejectCall(id)
        return done
      }),
    },
  }
}

function readCall(body: unknown): { to: string; video?: boolean; notice?: boolean } {
  return Fields.all(body, (fields) => {
    const to = fields.text('to')
    const [video, notice] = [fields.optionalFlag('video'), fields.optionalFlag('notice')]
    return { to, ...(video !== undefined && { video }), ...(notice !== undefined && { notice }) }
  })
}

function readLatency(body: unknown): number {
  return Fields.all(body, (fields) => fields.integer('milliseconds', 0, 60_000))
}
