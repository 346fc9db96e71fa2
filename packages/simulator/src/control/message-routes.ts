import { readEmoji, readMessage, readText } from './content.js'
import { done, type WithPhone } from './phone-handler.js'
import { messageJson } from './replies.js'
import { readNothing, readPlayed, readReceipts } from './requests.js'
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
        const { to, content, quote } = asked
        if (content.kind === 'text' && quote === undefined) return sent(await phone.send(to, content.text))
        return sent(await phone.sendContent(to, content, quote === undefined ? {} : { quote }))
      }),
    },
    '/phones/:number/messages/:id/react': {
      POST: withPhone(async (phone, { body, params: [, id = ''] }) => sent(await phone.react(id, readEmoji(body)))),
    },
    '/phones/:number/messages/:id/edit': {
      POST: withPhone(async (phone, { body, params: [, id = ''] }) => sent(await phone.edit(id, readText(body)))),
    },
    '/phones/:number/messages/:id/revoke': {
      POST: withPhone(async (phone, { body, params: [, id = ''] }) => {
        readNothing(body)
        return sent(await phone.revoke(id))
      }),
    },
    '/phones/:number/read': {
      POST: withPhone(async (phone, { body }) => {
        await phone.read(readReceipts(body))
        return done
      }),
    },
    '/phones/:number/play': {
      POST: withPhone(async (phone, { body }) => {
        await phone.play(readPlayed(body))
        return done
      }),
    },
  }
}
