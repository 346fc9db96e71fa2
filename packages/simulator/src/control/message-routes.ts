import { readMessage, readStatus } from './content.js'
import { done, type WithPhone } from './phone-handler.js'
import { messageJson } from './replies.js'
import { readPlayed, readReceipts } from './requests.js'
import type { Answer, Routes } from './routing.js'

/** What a phone sends, has received, and reports about it. */
export function messageRoutes(withPhone: WithPhone): Routes {
  const sent = ({ id }: { readonly id: string }): Answer => ({ status: 201, body: { id } })
  return {
    '/phones/:number/messages': {
      GET: withPhone((phone) => ({ status: 200, body: { items: phone.messages().map(messageJson) } })),
      POST: withPhone(async (phone, { body }) => {
        const asked = readMessage(body)
        if ('texts' in asked) return { status: 201, body: { ids: await phone.sendMany(asked.to, asked.texts) } }
        return sent(await phone.sendContent(asked.to, asked.content, asked.more))
      }),
    },
    '/phones/:number/status': {
      POST: withPhone(async (phone, { body }) => {
        const { to, content } = readStatus(body)
        return sent(await phone.postStatus(content, to))
      }),
    },
    '/phones/:number/read': {
      POST: withPhone(async (phone, { body }) => {
        const { ids, more } = readReceipts(body)
        await phone.read(ids, more)
        return done
      }),
    },
    '/phones/:number/play': {
      POST: withPhone(async (phone, { body }) => {
        const { ids, more } = readPlayed(body)
        await phone.play(ids, more)
        return done
      }),
    },
  }
}
