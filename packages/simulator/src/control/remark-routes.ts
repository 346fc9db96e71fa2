import type { VirtualPhone } from '../api.js'
import { Fields } from './fields.js'
import type { WithPhone } from './phone-handler.js'
import { readNothing } from './requests.js'
import type { Answer, Methods, Routes } from './routing.js'

/** What a phone says about a message, and what it knows of it. */
export function remarkRoutes(withPhone: WithPhone): Routes {
  const saying = <Input>(
    read: (body: unknown) => Input,
    say: (phone: VirtualPhone, id: string, input: Input) => Promise<{ readonly id: string }>,
  ): Methods => ({
    POST: withPhone(async (phone, { body, params: [, about = ''] }): Promise<Answer> => {
      const { id } = await say(phone, about, read(body))
      return { status: 201, body: { id } }
    }),
  })
  return {
    '/phones/:number/messages/:id/react': saying(readEmoji, (phone, id, emoji) => phone.react(id, emoji)),
    '/phones/:number/messages/:id/edit': saying(readText, (phone, id, text) => phone.edit(id, text)),
    '/phones/:number/messages/:id/revoke': saying(readNothing, (phone, id) => phone.revoke(id)),
    '/phones/:number/messages/:id/forward': saying(readTo, (phone, id, to) => phone.forward(id, to)),
    '/phones/:number/messages/:id/pin': saying(readSeconds, (phone, id, seconds) => phone.pin(id, seconds)),
    '/phones/:number/messages/:id/vote': saying(readOptions, (phone, id, options) => phone.vote(id, options)),
    '/phones/:number/messages/:id/choose': saying(readOption, (phone, id, option) => phone.choose(id, option)),
    '/phones/:number/messages/:id/tally': {
      GET: withPhone((phone, { params: [, id = ''] }) => ({ status: 200, body: phone.tally(id) })),
    },
    '/phones/:number/messages/:id/media': {
      GET: withPhone(async (phone, { params: [, id = ''] }) => ({ status: 200, file: await phone.media(id) })),
    },
    '/phones/:number/timer': {
      POST: withPhone(async (phone, { body }) => {
        const { to, seconds } = readTimer(body)
        return { status: 201, body: { id: (await phone.setTimer(to, seconds)).id } }
      }),
    },
  }
}

function readEmoji(body: unknown): string {
  return Fields.all(body, (fields) => fields.anyText('emoji'))
}

function readText(body: unknown): string {
  return Fields.all(body, (fields) => fields.text('text'))
}

function readTo(body: unknown): string {
  return Fields.all(body, (fields) => fields.text('to'))
}

const year = 31_536_000

/** A week unless told; 0 takes the pin away. */
function readSeconds(body: unknown): number {
  return Fields.all(body, (fields) => fields.optionalInteger('seconds', 0, year) ?? 604_800)
}

function readOptions(body: unknown): readonly string[] {
  return Fields.all(body, (fields) => fields.texts('options'))
}

function readOption(body: unknown): string {
  return Fields.all(body, (fields) => fields.text('option'))
}

function readTimer(body: unknown): { to: string; seconds: number } {
  return Fields.all(body, (fields) => ({ to: fields.text('to'), seconds: fields.integer('seconds', 0, year) }))
}
