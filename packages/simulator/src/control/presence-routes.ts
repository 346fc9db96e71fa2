import { Fields } from './fields.js'
import { done, type WithPhone } from './phone-handler.js'
import type { Routes } from './routing.js'

const states = ['composing', 'recording', 'paused'] as const

/** What a phone shows of itself while it sends nothing, and what it sees of others. */
export function presenceRoutes(withPhone: WithPhone): Routes {
  return {
    '/phones/:number/presence': {
      POST: withPhone(async (phone, { body }) => {
        await phone.setAvailable(Fields.all(body, (fields) => fields.flag('available')))
        return done
      }),
    },
    '/phones/:number/presence/:who': {
      GET: withPhone((phone, { params: [, who = ''] }) => ({ status: 200, body: phone.availabilityOf(who) })),
    },
    '/phones/:number/typing': {
      GET: withPhone((phone) => ({ status: 200, body: { items: phone.typing() } })),
      POST: withPhone(async (phone, { body }) => {
        const { to, state } = Fields.all(body, (fields) => {
          const wanted = fields.optionalText('state') === undefined ? 'composing' : fields.choice('state', states)
          return { to: fields.text('to'), state: wanted }
        })
        await phone.type(to, state)
        return done
      }),
    },
  }
}
