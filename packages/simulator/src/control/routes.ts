import type { Simulator } from '../api.js'
import { callRoutes } from './call-routes.js'
import { chatRoutes } from './chat-routes.js'
import { readFault } from './fault.js'
import { groupRoutes } from './group-routes.js'
import { mediaRoutes } from './media-routes.js'
import { messageRoutes } from './message-routes.js'
import { done, phoneHandlers } from './phone-handler.js'
import { profileRoutes } from './profile-routes.js'
import { deviceJson, historyJson, phoneJson, simulatorJson } from './replies.js'
import { presenceRoutes } from './presence-routes.js'
import { remarkRoutes } from './remark-routes.js'
import {
  readAfter,
  readCode,
  readNothing,
  readRegistration,
  readRestriction,
  readScan,
  readUnlink,
} from './requests.js'
import type { Routes } from './routing.js'

/** Everything that can be asked of a simulator over HTTP. */
export function routesOf(simulator: Simulator): Routes {
  const withPhone = phoneHandlers(simulator)
  return {
    '/': { GET: () => ({ status: 200, body: simulatorJson(simulator) }) },
    '/phones': {
      GET: () => ({ status: 200, body: { items: simulator.phones().map(phoneJson) } }),
      POST: async ({ body }) => ({
        status: 201,
        body: phoneJson(await simulator.registerPhone(readRegistration(body))),
      }),
    },
    '/phones/:number': {
      GET: withPhone((phone) => ({
        status: 200,
        body: { ...phoneJson(phone), devices: phone.devices().map(deviceJson) },
      })),
      DELETE: withPhone(async (phone) => {
        await phone.remove()
        return done
      }),
    },
    '/phones/:number/scan': {
      POST: withPhone(async (phone, { body }) => {
        const { kind, value } = readScan(body)
        return { status: 200, body: deviceJson(await (kind === 'qr' ? phone.scan(value) : phone.scanImage(value))) }
      }),
    },
    '/phones/:number/enter-code': {
      POST: withPhone(async (phone, { body }) => ({
        status: 200,
        body: deviceJson(await phone.enterCode(readCode(body))),
      })),
    },
    ...messageRoutes(withPhone),
    ...remarkRoutes(withPhone),
    ...presenceRoutes(withPhone),
    ...groupRoutes(withPhone),
    ...callRoutes(withPhone),
    ...chatRoutes(withPhone),
    ...profileRoutes(withPhone),
    '/phones/:number/unlink': {
      POST: withPhone(async (phone, { body }) => {
        await phone.unlink(readUnlink(body))
        return done
      }),
    },
    '/phones/:number/restriction': {
      GET: withPhone(({ restriction = null }) => ({ status: 200, body: { restriction } })),
      POST: withPhone(async (phone, { body }) => {
        await phone.restrict(readRestriction(body))
        return { status: 200, body: { restriction: phone.restriction ?? null } }
      }),
      DELETE: withPhone(async (phone) => {
        await phone.unrestrict()
        return done
      }),
    },
    '/phones/:number/offline': {
      POST: withPhone((phone, { body }) => {
        readNothing(body)
        phone.leave()
        return { status: 200, body: phoneJson(phone) }
      }),
    },
    '/phones/:number/online': {
      POST: withPhone(async (phone, { body }) => {
        readNothing(body)
        await phone.comeBack()
        return { status: 200, body: phoneJson(phone) }
      }),
    },
    ...mediaRoutes(simulator),
    '/history': {
      GET: ({ query }) => {
        const after = readAfter(query)
        return { status: 200, body: historyJson(simulator.history(after), after) }
      },
    },
    '/deliveries': {
      GET: ({ query }) => ({
        status: 200,
        body: { items: simulator.deliveries(query.get('device') ?? undefined) },
      }),
    },
    '/faults': {
      POST: ({ body }) => {
        const fault = readFault(body)
        simulator.faults.add(fault)
        return { status: 201, body: fault }
      },
      DELETE: () => {
        simulator.faults.clear()
        return done
      },
    },
  }
}
