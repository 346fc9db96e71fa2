import { Readable } from 'node:stream'
import { GatewayError } from '../../core/errors/gateway-error.js'
import type { FileClaim } from '../../core/gateway.js'
import type { MediaFile } from '../../core/media/media-file.js'
import { isAct } from '../../core/messages/act.js'
import { isFile } from '../../core/messages/content.js'
import type { OutgoingMessage } from '../../core/messages/message.js'
import type { WitiCaller } from './auth.js'
import type { Command, Room } from './command.js'
import { chatReply, everyChat } from './contact-replies.js'
import { wrong } from './requests.js'
import { type FileRequest, readCard, readFile, readNumber, readPresence, readText, readUpTo } from './wish.js'

const chats: Command = {
  method: 'GET',
  failure: 'list',
  async run(room, who) {
    return (await everyChat(room, who)).map((chat) => chatReply(room, who, chat))
  },
}

const sendMessage: Command = {
  method: 'POST',
  failure: 'success',
  async run({ gateway: { messages } }, { caller, instance }, { body }) {
    const [to, text] = [readNumber(body), readText(body)]
    return sentText(await messages.send(caller, instance, { to, content: { kind: 'text', text } }))
  },
}

const sendMessageFile: Command = {
  method: 'POST',
  failure: 'success',
  takesFiles: true,
  async run(room, who, { body }) {
    const { media, messages } = room.gateway
    const [to, file] = [readNumber(body), readFile(body)]
    const { id } = await taken(room, who, file)
    const caption = file.caption === '' ? {} : { caption: file.caption }
    const name = file.filename === null ? {} : { name: file.filename }
    const kind = file.asFile ? 'document' : 'auto'
    const sent = await messages.send(who.caller, who.instance, {
      to,
      content: { kind, media: id, ...name, ...caption },
    })
    return sentFile(sent, media.url(id))
  },
}

const sendContact: Command = {
  method: 'POST',
  failure: 'success',
  async run({ gateway: { messages } }, { caller, instance }, { body }) {
    const [to, card] = [readNumber(body), readCard(body)]
    return sentText(await messages.send(caller, instance, { to, content: { kind: 'contacts', contacts: [card] } }))
  },
}

const subscribe: Command = {
  method: 'POST',
  failure: 'success',
  async run({ gateway: { chats: all } }, { caller, instance }, { body }) {
    await all.subscribePresence(caller, instance, readNumber(body))
    return { success: true }
  },
}

const sendPresence: Command = {
  method: 'POST',
  failure: 'success',
  async run({ gateway: { chats: all, contacts } }, { caller, instance }, { body }) {
    const presence = readPresence(body)
    if (presence === 'available' || presence === 'unavailable') await contacts.setPresence(caller, instance, presence)
    else await all.showPresence(caller, instance, readNumber(body), presence)
    return { success: true }
  },
}

const markRead: Command = {
  method: 'POST',
  failure: 'success',
  async run({ gateway: { chats: all } }, { caller, instance }, { body }) {
    await all.read(caller, instance, readNumber(body), readUpTo(body) ?? undefined)
    return { success: true }
  },
}

/** By the name of the file without its `.aspx`, in lower case. */
export const messageCommands: readonly (readonly [string, Command])[] = [
  ['chats', chats],
  ['send_message', sendMessage],
  ['send_message_file', sendMessageFile],
  ['send_contact', sendContact],
  ['subscribe', subscribe],
  ['send_presence', sendPresence],
  ['mark_read', markRead],
]

async function taken(
  { gateway: { media } }: Room,
  { caller, instance }: WitiCaller,
  file: FileRequest,
): Promise<MediaFile> {
  const claimed: FileClaim = { name: file.filename, mimetype: file.mimetype }
  const field = 'url' in file.source ? 'url' : 'base64'
  try {
    if ('url' in file.source) return await media.fetch(caller, instance, file.source.url, claimed)
    return await media.upload(caller, instance, Readable.from([file.source.bytes]), claimed)
  } catch (error) {
    if (!(error instanceof GatewayError) || error.code !== 'bad-request') throw error
    throw wrong(field, 'is no file that can be sent')
  }
}

/** Of a text the id is `Id`, of a file `MessageID`: both the vendor's. */
function sentText({ id }: OutgoingMessage): object {
  return { success: true, message: { Id: id } }
}

function sentFile({ id, content }: OutgoingMessage, Url: string): object {
  const thumbnail = !isAct(content) && isFile(content) ? content.thumbnail : undefined
  return { success: true, message: { MessageID: id, Url, jpegThumbnail: thumbnail ?? '' } }
}
