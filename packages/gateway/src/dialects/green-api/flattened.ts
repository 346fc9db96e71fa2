import { assertNever } from '../assert-never.js'
import type { Said } from './message-data.js'

/** The same as a notification says, in the shape of the journals and of quoted messages: most of it one level up. */
export function flattened(said: Said): object {
  switch (said.typeMessage) {
    case 'textMessage':
      return said.textMessageData
    case 'extendedTextMessage': {
      const { extendedTextMessageData: extendedTextMessage } = said
      return { textMessage: extendedTextMessage.text, extendedTextMessage }
    }
    case 'quotedMessage': {
      const { extendedTextMessageData: extendedTextMessage } = said
      return { textMessage: extendedTextMessage.text, extendedTextMessage }
    }
    case 'imageMessage':
    case 'videoMessage':
    case 'audioMessage':
    case 'documentMessage':
    case 'stickerMessage':
      return said.fileMessageData
    case 'locationMessage':
      return { location: said.locationMessageData }
    case 'contactMessage':
      return { contact: said.contactMessageData }
    case 'contactsArrayMessage':
      return { contacts: said.messageData.contacts }
    case 'buttonsMessage':
      return said.buttonsMessage
    case 'templateMessage':
      return said.templateMessage
    case 'listMessage':
      return said.listMessage
    case 'pollMessage':
    case 'pollUpdateMessage':
    case 'groupInviteMessage':
    case 'interactiveButtons':
    case 'interactiveButtonsReply':
    case 'buttonsResponseMessage':
    case 'templateButtonsReplyMessage':
    case 'listResponseMessage':
    case 'reactionMessage':
    case 'editedMessage':
    case 'deletedMessage': {
      const { typeMessage: _type, ...data } = said
      return data
    }
    default:
      return assertNever(said)
  }
}
