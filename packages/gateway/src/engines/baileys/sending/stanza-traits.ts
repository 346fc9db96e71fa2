import { proto, type BinaryNode } from 'baileys'
import { unwrap } from '../content/unwrap.js'

/** What stands on the stanza around a message, for servers and clients that cannot look into it. */
export interface StanzaTraits {
  readonly additionalAttributes: Record<string, string>
  readonly additionalNodes: BinaryNode[]
}

/** All of it follows from the message, so that one taken from the journal goes out as it did before. */
export function traitsOf(message: proto.IMessage): StanzaTraits {
  const { body } = unwrap(message)
  const edit = editOf(body)
  return { additionalAttributes: edit === undefined ? {} : { edit }, additionalNodes: nodesOf(body) }
}

/** As the library's `sendMessage` numbers them: 1 an edit, 2 a pin, 7 taking back one's own message, 8 an admin's. */
function editOf({ protocolMessage, pinInChatMessage }: proto.IMessage): string | undefined {
  const { Type } = proto.Message.ProtocolMessage
  if (pinInChatMessage) return '2'
  if (protocolMessage?.type === Type.MESSAGE_EDIT) return '1'
  if (protocolMessage?.type !== Type.REVOKE) return undefined
  return protocolMessage.key?.fromMe === true ? '7' : '8'
}

function nodesOf(body: proto.IMessage): BinaryNode[] {
  if (body.pollCreationMessage ?? body.pollCreationMessageV3) return [meta({ polltype: 'creation' })]
  if (body.pollUpdateMessage) return [meta({ polltype: 'vote' })]
  if (body.interactiveMessage) return [nativeFlow]
  return []
}

const meta = (attrs: Record<string, string>): BinaryNode => ({ tag: 'meta', attrs })

/** Without it clients show the text of an interactive message and none of its buttons. */
const nativeFlow: BinaryNode = {
  tag: 'biz',
  attrs: {},
  content: [
    {
      tag: 'interactive',
      attrs: { type: 'native_flow', v: '1' },
      content: [{ tag: 'native_flow', attrs: { v: '9', name: 'mixed' } }],
    },
  ],
}
