import type { Simulator, VirtualPhone } from '../api.js'
import { SimulatorError } from '../errors.js'
import { readFault } from './fault.js'
import { deviceJson, historyJson, messageJson, phoneJson, simulatorJson } from './replies.js'
import {
  readAfter,
  readCode,
  readMessage,
  readNothing,
  readReceipts,
  readRegistration,
  readScan,
  readUnlink,
} from './requests.js'
import type { Answer, Call, Handler, Routes } from './routing.js'

const done: Answer = { status: 204 }

/** Everything that can be asked of a simulator over HTTP. */
export function routesOf(simulator: Simulator): Routes {
  const withPhone = (act: (phone: VirtualPhone, call: Call) => Answer | Promise<Answer>): Handler => {
    return (call) => {
      const number = call.params[0] ?? ''
      const phone = simulator.phone(number)
      if (phone === undefined) throw new SimulatorError('phone-not-found', `No phone has the number ${number}.`)
      return act(phone, call)
    }
  }
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
    '/phones/:number/messages': {
      GET: withPhone((phone) => ({ status: 200, body: { items: phone.messages().map(messageJson) } })),
      POST: withPhone(async (phone, { body }) => {
        const { to, text } = readMessage(body)
        const { id } = await phone.send(to, text)
        return { status: 201, body: { id } }
      }),
    },
    '/phones/:number/read': {
      POST: withPhone(async (phone, { body }) => {
        await phone.read(readReceipts(body))
        return done
      }),
    },
    '/phones/:number/unlink': {
      POST: withPhone(async (phone, { body }) => {
        await phone.unlink(readUnlink(body))
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
    '/history': {
      GET: ({ query }) => ({ status: 200, body: historyJson(simulator.history(), readAfter(query)) }),
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
