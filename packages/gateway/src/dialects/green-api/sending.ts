import type { MessageWish } from '../../core/gateway.js'
import { actionButton, readButtons, readContact, readLocation, readPoll, replyButton } from './content-requests.js'
import { finding, Refused } from './errors.js'
import { type Fields, fieldsOf } from './fields.js'
import type { Call, Method, Room } from './room.js'
import { readForward, readLink, readText } from './text-requests.js'

/** What is said in a chat, files apart. The answer comes once it is in the queue, whatever the account's state. */
export function sendingMethods({ gateway: { messages } }: Room): readonly Method[] {
  return [
    says('sendMessage', readText),
    says('sendLink', readLink),
    says('sendPoll', readPoll),
    says('sendLocation', readLocation),
    says('sendContact', readContact),
    says('sendInteractiveButtons', (fields) => readButtons(fields, actionButton)),
    says('sendInteractiveButtonsReply', (fields) => readButtons(fields, replyButton)),
    gone('sendButtons'),
    gone('sendTemplateButtons'),
    gone('sendListMessage'),
    {
      name: 'forwardMessages',
      verb: 'POST',
      perSecond: 50,
      async answer({ caller, instance, body }) {
        const wish = readForward(fieldsOf(body))
        const sent = await finding(wish.messages.join(', '), messages.forward(caller, instance, wish))
        return { messages: sent.map(({ id }) => id) }
      },
    },
  ]

  function says(name: string, read: (fields: Fields) => MessageWish): Method {
    return {
      name,
      verb: 'POST',
      perSecond: 50,
      answer: async (call) => enqueue(call, read(fieldsOf(call.body))),
    }
  }

  async function enqueue({ caller, instance }: Call, wish: MessageWish): Promise<{ idMessage: string }> {
    const { id } = await finding(wish.replyTo, messages.send(caller, instance, wish))
    return { idMessage: id }
  }
}

/** WhatsApp's clients do not show these any more, and the vendor refuses them. */
function gone(name: string): Method {
  return {
    name,
    verb: 'POST',
    perSecond: 50,
    answer: () => Promise.reject(new Refused('not-supported', 'Forbidden')),
  }
}
