import { aesDecryptGCM, hkdf, isJidGroup, proto } from 'baileys'
import { spellingsOf, type Addresses } from '../addresses.js'
import { messageIn } from '../sending/journal.js'
import type { CacheView } from '../shared-cache.js'
import type { StanzaOrigin } from './origin.js'

/** With which others encrypt what refers to a message, and who wrote that message. */
interface Secret {
  readonly secret: Uint8Array
  readonly author: Addresses
}

/** What was sent under an id from here. */
export type SentLookUp = (id: string) => Promise<Uint8Array | undefined>

/**
 * Opens what refers to another message and is encrypted with that one's secret: edits, as clients send them since 2026, and
 * reactions and comments in the announcements of communities. Secrets of what was received are kept in memory, for longer
 * than a message can be edited; those of what was sent from here are in its journal.
 */
export class Secrets {
  readonly #remembered: CacheView
  readonly #sent: SentLookUp

  constructor(remembered: CacheView, sent: SentLookUp) {
    this.#remembered = remembered
    this.#sent = sent
  }

  remember({ origin, sender }: StanzaOrigin, secret: Uint8Array): void {
    const kept: Secret = { secret, author: sender }
    this.#remembered.set(keyOf(origin.chat, origin.id), kept)
  }

  /** The message as it would be without this encryption; as it is where there is none, or it does not open. */
  async reveal(message: proto.IMessage, whose: StanzaOrigin, me: Addresses): Promise<proto.IMessage> {
    const { secretEncryptedMessage: edit, encReactionMessage: reaction, encCommentMessage: comment } = message
    const sealed = edit ?? reaction ?? comment
    const key = sealed?.targetMessageKey
    const id = key?.id
    if (!sealed || !id) return message
    const secret = await this.#find(whose.origin.chat, id, me)
    const open = <Inner>(use: string, decode: (bytes: Uint8Array) => Inner): Inner | undefined => {
      const bytes = secret && opened(secret, id, whose.sender, use, sealed)
      return bytes && decoded(() => decode(bytes))
    }
    if (edit) return editOf(edit, id, open) ?? message
    if (reaction) {
      const plain = open('Enc Reaction', (bytes) => proto.Message.ReactionMessage.decode(bytes))
      return plain ? { reactionMessage: { key, text: plain.text ?? '' } } : message
    }
    const said = open('Enc Comment', (bytes) => proto.Message.decode(bytes))
    return said ? { commentMessage: { message: said, targetMessageKey: key } } : message
  }

  async #find(chat: string, id: string, me: Addresses): Promise<Secret | undefined> {
    const remembered = this.#remembered.get(keyOf(chat, id)) as Secret | undefined
    if (remembered) return remembered
    const sent = await this.#sent(id)
    const secret = sent && messageIn(sent).message.messageContextInfo?.messageSecret
    return secret ? { secret, author: me } : undefined
  }
}

function decoded<Inner>(decode: () => Inner): Inner | undefined {
  try {
    return decode()
  } catch {
    return undefined
  }
}

type Open = <Inner>(use: string, decode: (bytes: Uint8Array) => Inner) => Inner | undefined

function editOf(
  { secretEncType }: proto.Message.ISecretEncryptedMessage,
  id: string,
  open: Open,
): proto.IMessage | undefined {
  if (secretEncType !== proto.Message.SecretEncryptedMessage.SecretEncType.MESSAGE_EDIT) return undefined
  const plain = open('Message Edit', (bytes) => proto.Message.decode(bytes))
  if (!plain) return undefined
  const editedMessage = plain.protocolMessage?.editedMessage ?? plain
  return { protocolMessage: { type: proto.Message.ProtocolMessage.Type.MESSAGE_EDIT, key: { id }, editedMessage } }
}

interface Sealed {
  readonly encPayload?: Uint8Array | null
  readonly encIv?: Uint8Array | null
}

/** As whatsmeow's `decryptMsgSecret`: bound to both people, by number or by LID as their clients have it. */
function opened(
  { secret, author }: Secret,
  id: string,
  writer: Addresses,
  use: string,
  { encPayload, encIv }: Sealed,
): Uint8Array | undefined {
  if (!encPayload || !encIv) return undefined
  for (const of of spellingsOf(author)) {
    for (const by of spellingsOf(writer)) {
      try {
        const key = hkdf(secret, 32, { info: `${id}${of}${by}${use}` })
        return aesDecryptGCM(encPayload, key, encIv, Buffer.alloc(0))
      } catch {
        // Bound to another pair of names, or damaged.
      }
    }
  }
  return undefined
}

/** Only in a group are there others who could choose an id. */
function keyOf(chat: string, id: string): string {
  return isJidGroup(chat) === true ? `${chat} ${id}` : id
}
