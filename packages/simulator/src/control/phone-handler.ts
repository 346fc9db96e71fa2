import type { Simulator, VirtualPhone } from '../api.js'
import { SimulatorError } from '../errors.js'
import type { Answer, Call, Handler } from './routing.js'

/** Makes the handler of something that is asked of the phone whose number comes first in the path. */
export type WithPhone = (act: (phone: VirtualPhone, call: Call) => Answer | Promise<Answer>) => Handler

export function phoneHandlers(simulator: Simulator): WithPhone {
  return (act) => (call) => {
    const number = call.params[0] ?? ''
    const phone = simulator.phone(number)
    if (phone === undefined) throw new SimulatorError('phone-not-found', `No phone has the number ${number}.`)
    return act(phone, call)
  }
}

export const done: Answer = { status: 204 }
