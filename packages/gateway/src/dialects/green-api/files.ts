import type { FileClaim, MediaFiles, MessageWish } from '../../core/gateway.js'
import { GatewayError } from '../../core/errors/gateway-error.js'
import type { MediaId } from '../../core/ids.js'
import type { MediaFile } from '../../core/media/media-file.js'
import type { FileWish } from '../../core/messages/wish.js'
import { finding, invalid, Refused } from './errors.js'
import { type Fields, fieldsOf, text, textIfGiven } from './fields.js'
import { type Form, type Incoming, readUpload, requireFile } from './form.js'
import { type Call, Elsewhere, type Method, type Room, streamOf } from './room.js'
import { longestMessage, readEnvelope, readMessageAddress } from './text-requests.js'
import { parsedUrl } from '../../core/parsed-url.js'

const uploading = { verb: 'POST', perSecond: 50, streams: true } as const

/** Files on their way out, and those that came in. */
export function fileMethods({ gateway: { media, messages } }: Room): readonly Method[] {
  return [
    {
      name: 'sendFileByUrl',
      verb: 'POST',
      perSecond: 50,
      async answer(call) {
        const fields = fieldsOf(call.body)
        const [envelope, fileName] = [readEnvelope(fields), text(fields, 'fileName')]
        const caption = readCaption(fields)
        const file = await fileAt(media, call, text(fields, 'urlFile'), fileName)
        return { idMessage: await send(call, { ...envelope, content: fileWish(file, fileName, caption) }) }
      },
    },
    {
      name: 'sendFileByUpload',
      ...uploading,
      async answer(call) {
        const form = await readUpload(streamOf(call), call.contentType, (file) => keep(call, file))
        const [envelope, caption] = [readEnvelope(form.fields), readCaption(form.fields)]
        const file = requireFile(form)
        const fileName = textIfGiven(form.fields, 'fileName') ?? file.name ?? ''
        const idMessage = await send(call, { ...envelope, content: fileWish(file, fileName, caption) })
        return { idMessage, urlFile: media.url(file.id) }
      },
    },
    {
      name: 'uploadFile',
      ...uploading,
      async answer(call) {
        const name = call.header('ga-filename') ?? null
        const form: Form<MediaFile> = await readUpload(streamOf(call), call.contentType, (file) =>
          keep(call, { ...file, name: file.name ?? name }),
        )
        return { urlFile: media.url(requireFile(form).id) }
      },
    },
    {
      name: 'downloadFile',
      verb: 'POST',
      perSecond: 5,
      async answer({ caller, instance, body }) {
        const { chat, idMessage } = readMessageAddress(fieldsOf(body))
        const { id } = await finding(idMessage, media.ofMessage(caller, instance, chat, idMessage))
        // The vendor's page has the one name, the types of its first client the other.
        return { downloadUrl: media.url(id), urlFile: media.url(id) }
      },
    },
    {
      // As it was in 2021, when it gave the file itself and wanted no chat.
      name: 'downloadFile',
      verb: 'GET',
      perSecond: 5,
      takesId: true,
      async answer({ caller, instance, pathId }) {
        const idMessage = text({ idMessage: pathId }, 'idMessage')
        const { id } = await finding(idMessage, media.ofMessage(caller, instance, null, idMessage))
        return new Elsewhere(media.url(id))
      },
    },
  ]

  async function send({ caller, instance }: Call, wish: MessageWish): Promise<string> {
    const { id } = await finding(wish.replyTo, messages.send(caller, instance, wish))
    return id
  }

  async function keep({ caller, instance }: Call, { bytes, name, mimetype }: Incoming): Promise<MediaFile> {
    return media.upload(caller, instance, bytes, { name, mimetype }).catch((error: unknown) => {
      if (isCode(error, 'content-too-large')) throw new Refused('content-too-large', `${tooLarge} Limit: 100mb`)
      if (isCode(error, 'bad-request')) throw invalid("'file' is not allowed to be empty", error)
      throw error
    })
  }
}

const tooLarge = 'File exceeded max upload size.'

/**
 * The file behind an address: fetched, or found where it is one that this gateway has given out itself.
 * @param field which one the address stands in, for what is said of it when it is refused
 */
export async function fileAt(
  media: MediaFiles,
  call: Call,
  url: string,
  fileName: string | null,
  field = 'urlFile',
): Promise<MediaFile> {
  const claimed: FileClaim = { name: fileName, mimetype: null }
  try {
    const own = ownFile(media, url)
    if (own !== undefined) return await stored(media, call, own, claimed)
    if (!parsedUrl(url)) throw invalid(`'${field}' must be a valid uri`)
    return await media.fetch(call.caller, call.instance, url, claimed)
  } catch (error) {
    if (isCode(error, 'content-too-large')) {
      const words = `File from url exceeded max upload size. Limit: 100mb Url: ${url}`
      throw new Refused('content-too-large', words, { cause: error })
    }
    const unreadable = ['file-unreachable', 'media-not-found', 'media-unavailable', 'bad-request'] as const
    if (error instanceof Refused || !unreadable.some((code) => isCode(error, code))) throw error
    throw invalid(`'${field}' must lead to a file that this server can read`, error)
  }
}

function ownFile(media: MediaFiles, url: string): MediaId | undefined {
  const before = media.url('' as MediaId)
  const id = url.startsWith(before) ? url.slice(before.length) : ''
  return /^[\w-]{20,}$/.test(id) ? (id as MediaId) : undefined
}

/** One of another instance is taken over as a copy: whoever knows the address may read the file. */
async function stored(
  media: MediaFiles,
  { caller, instance }: Call,
  id: MediaId,
  claimed: FileClaim,
): Promise<MediaFile> {
  try {
    return await media.get(caller, instance, id)
  } catch (error) {
    if (!isCode(error, 'media-not-found')) throw error
  }
  const { bytes, file } = await media.open(id)
  return media.upload(caller, instance, bytes, { ...claimed, mimetype: file.mimetype })
}

function isCode(error: unknown, code: GatewayError['code']): boolean {
  return error instanceof GatewayError && error.code === code
}

function readCaption(fields: Fields): string | undefined {
  return textIfGiven(fields, 'caption', longestMessage)
}

/** Extensions that the vendor shows as pictures, videos, audio or stickers; everything else is a document there. */
const shown = /\.(?:jpe?g|png|gif|webp|mp4|mov|avi|mkv|webm|3gp|mp3|ogg|oga|opus|m4a|aac|amr|wav)$/i

/** At the vendor it is the name that makes a file a document; what it really is decides about the rest. */
export function fileWish(file: MediaFile, name: string, caption: string | undefined): FileWish {
  return {
    kind: shown.test(name) ? 'auto' : 'document',
    media: file.id,
    ...(name !== '' && { name }),
    // Audio has none: the vendor drops it as well.
    ...(caption !== undefined && !file.mimetype.startsWith('audio/') && { caption }),
  }
}
