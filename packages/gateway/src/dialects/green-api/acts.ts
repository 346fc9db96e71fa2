import { GatewayError } from '../../core/errors/gateway-error.js'
import { readChat } from './addressees.js'
import { finding, invalid } from './errors.js'
import { fieldsOf, flagIfGiven, textIfGiven } from './fields.js'
import type { Method, Room } from './room.js'
import { readEdit, readMessageAddress, readTyping } from './text-requests.js'

/** Shown when the request does not say how long. */
const usualTyping = 5_000

/** What is done to a message, or in a chat, rather than said. Where the vendor answers without a body, so is here. */
export function actMethods({ gateway: { messages, chats }, clock }: Room): readonly Method[] {
  return [
    {
      name: 'editMessage',
      verb: 'POST',
      perSecond: 10,
      async answer({ caller, instance, body }) {
        const { to, idMessage, text } = readEdit(fieldsOf(body))
        const wish = { to, content: { kind: 'edit', target: idMessage, text } } as const
        const { id } = await finding(idMessage, messages.send(caller, instance, wish))
        return { idMessage: id }
      },
    },
    {
      name: 'deleteMessage',
      verb: 'POST',
      perSecond: 10,
      async answer({ caller, instance, body }) {
        const fields = fieldsOf(body)
        const { chat, idMessage } = readMessageAddress(fields)
        if (flagIfGiven(fields, 'onlySenderDelete') === true) {
          await finding(idMessage, hidingOwn(chats.hide(caller, instance, chat, idMessage)))
          return nothing
        }
        const wish = { to: chat, content: { kind: 'delete', target: idMessage } } as const
        await finding(idMessage, messages.send(caller, instance, wish))
        return nothing
      },
    },
    {
      name: 'readChat',
      verb: 'POST',
      perSecond: 10,
      async answer({ caller, instance, body }) {
        const fields = fieldsOf(body)
        const [chat, upTo] = [readChat(fields), textIfGiven(fields, 'idMessage')]
        await finding(upTo, chats.read(caller, instance, chat, upTo))
        return { setRead: true }
      },
    },
    {
      name: 'sendTyping',
      verb: 'POST',
      perSecond: 10,
      async answer({ caller, instance, body }) {
        const fields = fieldsOf(body)
        const chat = readChat(fields)
        const { as, ms } = readTyping({ typingTime: usualTyping, ...fields }) ?? { as: 'composing', ms: usualTyping }
        await chats.showPresence(caller, instance, chat, as)
        clock.after(ms, () => {
          // By then the connection may be gone, and with it what is shown.
          chats.showPresence(caller, instance, chat, 'paused').catch(() => undefined)
        })
        return nothing
      },
    },
  ]
}

/** Refused rather than done for everybody, which nobody could take back. */
async function hidingOwn(hidden: Promise<void>): Promise<void> {
  try {
    await hidden
  } catch (error) {
    if (!(error instanceof GatewayError) || error.code !== 'not-supported') throw error
    throw invalid("'onlySenderDelete' must be [false] for what somebody else wrote in a group", error)
  }
}

const nothing = Buffer.alloc(0)
