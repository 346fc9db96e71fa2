import { GatewayError } from '../../core/errors/gateway-error.js'
import type { Caller } from '../../core/access/access.js'
import type { FileClaim, MediaFiles } from '../../core/gateway.js'
import type { InstanceId, MediaId } from '../../core/ids.js'
import type { MediaFile } from '../../core/media/media-file.js'
import { parsedUrl } from '../../core/parsed-url.js'

/** Where a file is to be taken from: exactly one of the three. */
export interface FileSource {
  readonly media?: string
  readonly url?: string
  readonly base64?: string
}

/** Files on their way in, on behalf of one caller and for one instance. */
export class FileDesk {
  readonly #media: MediaFiles
  readonly #caller: Caller
  readonly #instance: InstanceId

  constructor(media: MediaFiles, caller: Caller, instance: InstanceId) {
    this.#media = media
    this.#caller = caller
    this.#instance = instance
  }

  /** @param at what the caller calls the place where `media`, `url` and `base64` stand, with a dot at its end */
  async idOf(source: FileSource, claimed: FileClaim, at: string): Promise<MediaId> {
    const { media } = source
    if (media === undefined) return (await this.bring(source, claimed, at)).id
    if (source.url !== undefined || source.base64 !== undefined) throw oneOnly(`${at}media`)
    return readMediaId(media)
  }

  /** What is at a URL or in Base64, kept here from then on. */
  async bring({ url, base64 }: FileSource, claimed: FileClaim, at: string): Promise<MediaFile> {
    if (url !== undefined && base64 !== undefined) throw oneOnly(`${at}base64`)
    if (base64 !== undefined) return this.keep(once(readBase64(base64, `${at}base64`)), claimed)
    if (url === undefined) throw oneOnly(`${at}url`)
    return this.#media.fetch(this.#caller, this.#instance, readUrl(url, `${at}url`), claimed)
  }

  async keep(bytes: AsyncIterable<Uint8Array>, claimed: FileClaim): Promise<MediaFile> {
    return this.#media.upload(this.#caller, this.#instance, bytes, claimed)
  }
}

/** What cannot name a file is answered like what names none. */
export function readMediaId(text: string): MediaId {
  if (!/^[\w-]{20,128}$/.test(text)) throw new GatewayError('media-not-found', 'no such file')
  return text as MediaId
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}

/** Node reads over what is no Base64; a file that was cut or mangled on its way is not to be sent. */
export function readBase64(text: string, field: string): Uint8Array {
  const digits = text.replace(/^data:[^,]*,/, '').replace(/\s/g, '')
  if (digits.length % 4 === 1 || !/^[\w+/-]*={0,2}$/.test(digits))
    throw new GatewayError('bad-request', `The field "${field}" is no Base64.`, { field })
  return Buffer.from(digits, 'base64')
}

function readUrl(text: string, field: string): string {
  if (/^https?:$/.test(parsedUrl(text)?.protocol ?? '')) return text
  throw new GatewayError('bad-request', `The field "${field}" is no address of http or https.`, { field })
}

function oneOnly(field: string): GatewayError {
  return new GatewayError('bad-request', 'A file is named by exactly one of "media", "url" and "base64".', { field })
}
