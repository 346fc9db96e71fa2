import type { VirtualChat } from '../api.js'
import { Fields } from './fields.js'
import { done, type WithPhone } from './phone-handler.js'
import { chatJson } from './replies.js'
import { readNothing, readSwitch } from './requests.js'
import type { Handler, Methods, Routes } from './routing.js'

/** Chats as the devices of an account agree on them, and its address book. */
export function chatRoutes(withPhone: WithPhone): Routes {
  const withChat = (act: (chat: VirtualChat, body: unknown) => Promise<void>): Handler =>
    withPhone(async (phone, { params: [, who = ''], body }) => {
      await act(phone.chat(who), body)
      return done
    })
  /** Something that is done to a chat and answers nothing. */
  const doing = <Input>(read: (body: unknown) => Input, act: (chat: VirtualChat, input: Input) => Promise<void>) => {
    const methods: Methods = { POST: withChat((chat, body) => act(chat, read(body))) }
    return methods
  }
  return {
    '/phones/:number/chats': {
      GET: withPhone((phone) => ({ status: 200, body: { items: phone.chats().map(chatJson) } })),
    },
    '/phones/:number/chats/:who': {
      GET: withPhone((phone, { params: [, who = ''] }) => ({ status: 200, body: chatJson(phone.chat(who)) })),
    },
    '/phones/:number/chats/:who/archive': doing(readSwitch, (chat, on) => chat.archive(on)),
    '/phones/:number/chats/:who/pin': doing(readSwitch, (chat, on) => chat.pin(on)),
    '/phones/:number/chats/:who/mute': doing(readUntil, (chat, until) => chat.mute(until)),
    '/phones/:number/chats/:who/mark-unread': doing(readSwitch, (chat, on) => chat.markUnread(on)),
    '/phones/:number/chats/:who/star': doing(readStar, (chat, { message, on }) => chat.star(message, on)),
    '/phones/:number/chats/:who/label': doing(readLabel, (chat, { label, on }) => chat.label(label, on)),
    '/phones/:number/chats/:who/clear': doing(readNothing, (chat) => chat.clear()),
    '/phones/:number/chats/:who/delete': doing(readNothing, (chat) => chat.delete()),
    '/phones/:number/contacts': {
      GET: withPhone((phone) => ({ status: 200, body: { items: phone.contacts() } })),
      POST: withPhone(async (phone, { body }) => {
        const { who, fullName, firstName } = readContact(body)
        await phone.saveContact(who, fullName, firstName)
        return done
      }),
    },
    '/phones/:number/contacts/:who': {
      DELETE: withPhone(async (phone, { params: [, who = ''] }) => {
        await phone.removeContact(who)
        return done
      }),
    },
    '/phones/:number/labels': { GET: withPhone((phone) => ({ status: 200, body: { items: phone.labels() } })) },
  }
}

/** Milliseconds since 1970, or -1 for ever; without it, the chat is muted no longer. */
function readUntil(body: unknown): number | undefined {
  return Fields.all(body, (fields) => fields.optionalInteger('until', -1, Number.MAX_SAFE_INTEGER))
}

function readStar(body: unknown): { message: string; on: boolean } {
  return Fields.all(body, (fields) => ({ message: fields.text('message'), on: fields.flag('on') }))
}

function readLabel(body: unknown): { label: string; on: boolean } {
  return Fields.all(body, (fields) => ({ label: fields.text('label'), on: fields.flag('on') }))
}

function readContact(body: unknown): { who: string; fullName: string; firstName: string | undefined } {
  return Fields.all(body, (fields) => {
    return { who: fields.text('who'), fullName: fields.text('fullName'), firstName: fields.optionalText('firstName') }
  })
}
