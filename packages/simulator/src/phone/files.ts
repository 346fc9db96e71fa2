import { getContentType, normalizeMessageContent, type MediaType, type proto } from 'baileys'
import { SimulatorError } from '../errors.js'
import type { MediaServer } from '../media/media-server.js'
import { unseal } from '../media/seal.js'
import type { MessageMedia, PhoneFile, PhoneMessage } from '../message.js'

/** What all messages with a file say about it. */
interface FileFields {
  readonly url?: string | null
  readonly directPath?: string | null
  readonly mimetype?: string | null
  readonly fileName?: string | null
  readonly mediaKey?: Uint8Array | null
  readonly fileSha256?: Uint8Array | null
  readonly fileEncSha256?: Uint8Array | null
  readonly fileLength?: number | { toNumber(): number } | null
}

export interface AttachedFile {
  readonly type: MediaType
  /** The last part of the path that such files are uploaded to. */
  readonly path: string
  readonly fields: FileFields
}

const kinds: Readonly<Record<string, Pick<AttachedFile, 'type' | 'path'>>> = {
  imageMessage: { type: 'image', path: 'image' },
  videoMessage: { type: 'video', path: 'video' },
  ptvMessage: { type: 'ptv', path: 'video' },
  audioMessage: { type: 'audio', path: 'audio' },
  documentMessage: { type: 'document', path: 'document' },
  stickerMessage: { type: 'sticker', path: 'image' },
}

export function fileOf(message: proto.IMessage): AttachedFile | undefined {
  const content = normalizeMessageContent(message) ?? message
  const name = getContentType(content)
  const kind = name === undefined ? undefined : kinds[name]
  return kind && name && { ...kind, fields: content[name] as FileFields }
}

/** What a phone knows of a file when its message has come, and whether it could take it. */
export function mediaOf(media: MediaServer, message: proto.IMessage): MessageMedia | undefined {
  const file = fileOf(message)
  if (file === undefined) return undefined
  const { mimetype, fileName } = file.fields
  const found = tokenAt(media, file.fields)
  return {
    mimetype: mimetype ?? 'application/octet-stream',
    size: sizeOf(file.fields) ?? 0,
    ...(fileName && { fileName }),
    downloaded: found !== undefined && found === tokenOf(file.fields),
  }
}

/** Decrypts the file of a message; one that the phone has, or else one that can be downloaded now. */
export async function openFile(media: MediaServer, message: PhoneMessage): Promise<PhoneFile> {
  const file = fileOf(message.content)
  if (file?.fields.mediaKey == null) throw new SimulatorError('media-not-found', `${message.id} has no file`)
  const { fields, type } = file
  const token = message.media?.downloaded === true ? tokenOf(fields) : tokenAt(media, fields)
  if (token === undefined || !media.has(token)) {
    throw new SimulatorError('media-not-found', `the file of ${message.id} is not on the media server`)
  }
  if (token !== tokenOf(fields)) throw new SimulatorError('media-damaged', `another file is where ${message.id} leads`)
  const about = { mediaKey: file.fields.mediaKey, fileSha256: fields.fileSha256, fileLength: sizeOf(fields) }
  const bytes = await unseal(await media.bytes(token), type, about)
  const { mimetype, fileName } = fields
  return { bytes, mimetype: mimetype ?? 'application/octet-stream', ...(fileName && { fileName }) }
}

/** By which the media server knows the file that the message means. */
export function tokenOf({ fileEncSha256 }: FileFields): string | undefined {
  return fileEncSha256 ? Buffer.from(fileEncSha256).toString('base64url') : undefined
}

/** The file that is at the address of the message. */
function tokenAt(media: MediaServer, { directPath, url }: FileFields): string | undefined {
  const address = directPath ?? url
  const found = address ? media.find(address) : undefined
  return found && 'token' in found ? found.token : undefined
}

function sizeOf({ fileLength }: FileFields): number | undefined {
  if (fileLength == null) return undefined
  return typeof fileLength === 'number' ? fileLength : fileLength.toNumber()
}
