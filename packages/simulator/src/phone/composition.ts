import { randomBytes } from 'node:crypto'
import type { proto } from 'baileys'
import type {
  ContactCard,
  LinkPreview,
  LiveLocationContent,
  LocationContent,
  PhoneContent,
  PollContent,
  TextContent,
} from '../phone-content.js'
import { attach } from './attachment.js'
import { inviteTo } from './group-invite.js'
import { composeMenu } from './menus.js'
import type { Correspondent } from './correspondent.js'

/** The message that a phone makes of what it was asked to send. */
export async function compose(phone: Correspondent, content: PhoneContent): Promise<proto.IMessage> {
  switch (content.kind) {
    case 'text':
      return textOf(content)
    case 'location':
      return { locationMessage: locationOf(content) }
    case 'live-location':
      return { liveLocationMessage: liveLocationOf(content) }
    case 'contact':
      return { contactMessage: cardOf(content) }
    case 'contacts': {
      const displayName = `${content.contacts.length} contacts`
      return { contactsArrayMessage: { displayName, contacts: content.contacts.map(cardOf) } }
    }
    case 'poll':
      return pollOf(content)
    case 'group-invite':
      return inviteTo(phone, content)
    case 'list':
    case 'buttons':
    case 'template':
    case 'interactive':
      return composeMenu(content)
    case 'raw':
      return content.message
    default:
      return attach(phone.network.media, content)
  }
}

function textOf({ text, preview, background, font }: TextContent): proto.IMessage {
  if (preview === undefined && background === undefined && font === undefined) return { conversation: text }
  return {
    extendedTextMessage: {
      text,
      ...(preview && previewOf(preview)),
      ...(background !== undefined && { backgroundArgb: argb(background) }),
      ...(font !== undefined && { font }),
    },
  }
}

function previewOf({ url, title, description, thumbnail }: LinkPreview): proto.Message.IExtendedTextMessage {
  return {
    matchedText: url,
    title,
    ...(description !== undefined && { description }),
    ...(thumbnail && { jpegThumbnail: thumbnail }),
  }
}

/** Opaque. */
export function argb(colour: string): number {
  return Number.parseInt(`ff${colour.replace('#', '')}`, 16)
}

function locationOf({ latitude, longitude, name, address }: LocationContent): proto.Message.ILocationMessage {
  return {
    degreesLatitude: latitude,
    degreesLongitude: longitude,
    ...(name !== undefined && { name }),
    ...(address !== undefined && { address }),
  }
}

function liveLocationOf(content: LiveLocationContent): proto.Message.ILiveLocationMessage {
  const { latitude, longitude, caption, accuracy, speed, sequence = 1 } = content
  return {
    degreesLatitude: latitude,
    degreesLongitude: longitude,
    sequenceNumber: sequence,
    ...(caption !== undefined && { caption }),
    ...(accuracy !== undefined && { accuracyInMeters: accuracy }),
    ...(speed !== undefined && { speedInMps: speed }),
  }
}

function cardOf({ name, number }: ContactCard): proto.Message.IContactMessage {
  const lines = ['BEGIN:VCARD', 'VERSION:3.0', `FN:${name}`, `TEL;type=CELL;waid=${number}:+${number}`, 'END:VCARD']
  return { displayName: name, vcard: lines.join('\n') }
}

function pollOf({ question, options, selectable = 1, form = 3 }: PollContent): proto.IMessage {
  const poll = {
    name: question,
    options: options.map((optionName) => ({ optionName })),
    selectableOptionsCount: selectable,
  }
  // Votes are encrypted with this secret, so a poll without one cannot be answered.
  const messageContextInfo = { messageSecret: randomBytes(32) }
  switch (form) {
    case 1:
      return { messageContextInfo, pollCreationMessage: poll }
    case 2:
      return { messageContextInfo, pollCreationMessageV2: poll }
    case 3:
      return { messageContextInfo, pollCreationMessageV3: poll }
  }
}
