import { normalizeMessageContent, proto } from 'baileys'
import type { Account } from '../accounts/account.js'
import type { MessageKind, PhoneMessage } from '../message.js'
import { contextOf } from './context.js'
import { mediaOf } from './files.js'
import { optionsOf, templateIn } from './options.js'
import type { Correspondent } from './correspondent.js'
import { readVote } from './polls.js'

type Description = Omit<PhoneMessage, 'id' | 'from' | 'to' | 'content' | 'status' | 'receipts' | 'timestamp'>

const protocol = proto.Message.ProtocolMessage.Type

/** How a phone shows a message of somebody. Undefined for what devices tell each other, which no phone shows. */
export function describe(phone: Correspondent, from: Account, message: proto.IMessage): Description | undefined {
  const inner = normalizeMessageContent(message) ?? message
  const remark = remarkOf(phone, from, inner)
  if (remark !== undefined) return remark
  if (inner.protocolMessage) return undefined
  const named = nameOf(inner)
  if (named === undefined) return undefined
  const [kind, text] = named
  const [options, media] = [optionsOf(inner), mediaOf(phone.network.media, inner)]
  return {
    kind,
    text,
    ...fromContext(phone, message),
    ...(isViewOnce(message, inner) && { viewOnce: true }),
    ...(options && { options }),
    ...choiceOf(inner),
    ...(media && { media }),
  }
}

/** What speaks of another message and is nothing by itself. */
function remarkOf(phone: Correspondent, from: Account, message: proto.IMessage): Description | undefined {
  const { protocolMessage, reactionMessage: reaction, pollUpdateMessage: vote, pinInChatMessage: pin } = message
  if (reaction) return { kind: 'reaction', text: reaction.text ?? '', ...about(reaction.key?.id) }
  if (vote) {
    const choices = readVote(phone, from, vote) ?? []
    return { kind: 'vote', text: choices.join(', '), ...about(vote.pollCreationMessageKey?.id), choices }
  }
  if (pin) {
    const kind = pin.type === proto.Message.PinInChatMessage.Type.UNPIN_FOR_ALL ? 'unpin' : 'pin'
    return { kind, text: '', ...about(pin.key?.id) }
  }
  switch (protocolMessage?.type) {
    case protocol.REVOKE:
      return { kind: 'revoke', text: '', ...about(protocolMessage.key?.id) }
    case protocol.MESSAGE_EDIT: {
      const edited = nameOf(normalizeMessageContent(protocolMessage.editedMessage) ?? {})
      return { kind: 'edit', text: edited?.[1] ?? '', ...about(protocolMessage.key?.id) }
    }
    case protocol.EPHEMERAL_SETTING:
      return { kind: 'timer', text: '', expiration: protocolMessage.ephemeralExpiration ?? 0 }
    default:
      return undefined
  }
}

type Named = readonly [kind: MessageKind, text: string]
type Readers = {
  readonly [Name in keyof proto.IMessage]?: (content: NonNullable<proto.IMessage[Name]>) => Named
}

const readers: Readers = {
  conversation: (text) => ['text', text],
  extendedTextMessage: ({ text }) => ['text', text ?? ''],
  locationMessage: ({ name }) => ['location', name ?? ''],
  liveLocationMessage: ({ caption }) => ['live-location', caption ?? ''],
  contactMessage: ({ displayName }) => ['contact', displayName ?? ''],
  contactsArrayMessage: ({ contacts }) => [
    'contacts',
    (contacts ?? []).map(({ displayName }) => displayName).join(', '),
  ],
  pollCreationMessage: ({ name }) => ['poll', name ?? ''],
  pollCreationMessageV2: ({ name }) => ['poll', name ?? ''],
  pollCreationMessageV3: ({ name }) => ['poll', name ?? ''],
  imageMessage: ({ caption }) => ['image', caption ?? ''],
  videoMessage: ({ caption }) => ['video', caption ?? ''],
  ptvMessage: () => ['video-note', ''],
  audioMessage: () => ['audio', ''],
  documentMessage: ({ caption, fileName }) => ['document', caption ?? fileName ?? ''],
  stickerMessage: () => ['sticker', ''],
  groupInviteMessage: ({ caption, groupName }) => ['group-invite', caption ?? groupName ?? ''],
  listMessage: ({ description, title }) => ['list', description ?? title ?? ''],
  buttonsMessage: ({ contentText }) => ['buttons', contentText ?? ''],
  templateMessage: (template) => ['template', templateIn(template)?.hydratedContentText ?? ''],
  interactiveMessage: ({ body }) => ['interactive', body?.text ?? ''],
  listResponseMessage: ({ title }) => ['choice', title ?? ''],
  buttonsResponseMessage: ({ selectedDisplayText }) => ['choice', selectedDisplayText ?? ''],
  templateButtonReplyMessage: ({ selectedDisplayText }) => ['choice', selectedDisplayText ?? ''],
  interactiveResponseMessage: ({ body }) => ['choice', body?.text ?? ''],
  eventMessage: ({ name }) => ['event', name ?? ''],
  productMessage: ({ product }) => ['product', product?.title ?? ''],
  orderMessage: ({ orderTitle }) => ['order', orderTitle ?? ''],
}

function nameOf(message: proto.IMessage): Named | undefined {
  for (const name of Object.keys(readers) as (keyof proto.IMessage)[]) {
    const named = readAs(message, name)
    if (named !== undefined) return named
  }
  return nameOfOther(message)
}

function readAs(message: proto.IMessage, name: keyof proto.IMessage): Named | undefined {
  const content = message[name]
  // Reader and content belong to one name, which the compiler cannot see.
  const read = readers[name] as ((content: unknown) => Named) | undefined
  // An unset field reads as null, and a text that is not there as empty.
  return content == null || content === '' ? undefined : read?.(content)
}

/** Keys for a group and the like travel beside content, or alone; then there is nothing to show. */
function nameOfOther(message: proto.IMessage): Named | undefined {
  const beside = new Set(['senderKeyDistributionMessage', 'messageContextInfo'])
  const present = Object.entries(message).filter(([, value]) => value !== null && value !== undefined)
  const other = present.find(([name]) => !beside.has(name))
  if (other !== undefined) return ['other', `[${other[0]}]`]
  return present.length > 0 ? undefined : ['other', '']
}

function fromContext({ network: { directory } }: Correspondent, message: proto.IMessage) {
  const { stanzaId, mentionedJid, isForwarded, forwardingScore, expiration } = contextOf(message) ?? {}
  const mentions = (mentionedJid ?? []).map((jid) => directory.byJid(jid)?.number ?? jid)
  return {
    ...about(stanzaId),
    ...(mentions.length > 0 && { mentions }),
    ...(isForwarded === true && { forwarded: forwardingScore ?? 1 }),
    ...(expiration && { expiration }),
  }
}

function isViewOnce(message: proto.IMessage, inner: proto.IMessage): boolean {
  const { imageMessage: image, videoMessage: video, audioMessage: audio } = inner
  const content = image ?? video ?? audio
  const layer = message.viewOnceMessage ?? message.viewOnceMessageV2 ?? message.viewOnceMessageV2Extension
  return content != null && (content.viewOnce === true || layer != null)
}

function choiceOf({
  listResponseMessage: list,
  buttonsResponseMessage: buttons,
  templateButtonReplyMessage: template,
  interactiveResponseMessage: flow,
}: proto.IMessage): { choices?: readonly string[] } {
  const chosen =
    list?.singleSelectReply?.selectedRowId ??
    buttons?.selectedButtonId ??
    template?.selectedId ??
    nativeFlowChoice(flow?.nativeFlowResponseMessage?.paramsJson)
  return chosen == null ? {} : { choices: [chosen] }
}

function nativeFlowChoice(json: string | null | undefined): string | undefined {
  if (!json) return undefined
  try {
    const { id } = JSON.parse(json) as { id?: unknown }
    return typeof id === 'string' ? id : undefined
  } catch {
    return undefined
  }
}

function about(id: string | null | undefined): { about?: string } {
  return id ? { about: id } : {}
}
