import { GatewayError } from '../../core/errors/gateway-error.js'
import type { MessageWish } from '../../core/gateway.js'
import { actionButton, readButtons, readContact, readLocation, readPoll, replyButton } from './content-requests.js'
import { finding, invalid, Refused } from './errors.js'
import { type Fields, fieldsOf } from './fields.js'
import { fileAt } from './files.js'
import type { Call, Method, Room } from './room.js'
import { readForward, readLink, readPreviewPicture, readText } from './text-requests.js'

/** What is said in a chat, files apart. The answer comes once it is in the queue, whatever the account's state. */
export function sendingMethods({ gateway: { messages, media } }: Room): readonly Method[] {
  return [
    {
      name: 'sendMessage',
      verb: 'POST',
      perSecond: 50,
      async answer(call) {
        const fields = fieldsOf(call.body)
        const [wish, picture] = [readText(fields), readPreviewPicture(fields)]
        return enqueue(call, picture === undefined ? wish : await pictured(call, wish, picture))
      },
    },
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

  /** With a small copy of the picture at that address in its preview, where it has one. */
  async function pictured(call: Call, wish: MessageWish, url: string): Promise<MessageWish> {
    const { content } = wish
    if (content.kind !== 'text' || typeof content.preview !== 'object') return wish
    const { id } = await fileAt(media, call, url, null, 'customPreview.urlFile')
    const thumbnail = await media.thumbnail(call.caller, call.instance, id).catch((error: unknown) => {
      if (!(error instanceof GatewayError) || error.code !== 'bad-request') throw error
      throw invalid("'customPreview.urlFile' must lead to a picture", error)
    })
    return { ...wish, content: { ...content, preview: { ...content.preview, thumbnail } } }
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
