import type { Caller } from '../access/access.js'
import { GatewayError } from '../errors/gateway-error.js'
import { mediaKey } from '../identifiers.js'
import type { InstanceId } from '../ids.js'
import type { Roster } from '../instances/roster.js'
import type { FileContent, FileKind } from '../messages/content.js'
import type { FileResolver, LocalCopy } from '../messages/file-resolver.js'
import type { FileWish } from '../messages/wish.js'
import type { MediaInspector } from '../ports/media-inspector.js'
import type { MediaStore } from '../ports/media-store.js'
import type { Downloads } from './downloads.js'
import { preparation, requireSize, usualKind, withCaption, withViewOnce } from './file-kinds.js'
import { fileName } from './file-name.js'
import type { IncomingFiles } from './incoming-files.js'
import type { LocalCopies } from './local-copies.js'
import type { KeptFile, MediaFile } from './media-file.js'

interface SendableParts {
  readonly roster: Roster
  readonly store: MediaStore
  readonly copies: LocalCopies
  readonly inspector: MediaInspector
  readonly downloads: Downloads
  readonly incoming: IncomingFiles
}

/** Makes files ready to be sent: as what, with which traits, and as WhatsApp wants them. */
export class SendableFiles implements FileResolver {
  readonly #parts: SendableParts

  constructor(parts: SendableParts) {
    this.#parts = parts
  }

  async resolve(caller: Caller, instance: InstanceId, wish: FileWish): Promise<FileContent> {
    const file = await this.#find(caller, wish)
    const kind = wish.kind === 'auto' ? usualKind(file.mimetype, file.size) : wish.kind
    checkExtras(kind, wish)
    return this.#withCopy(file, async ({ path }) => {
      const ready = await this.#prepared(instance, kind, file, path)
      const named = nameFor(kind, wish.name === undefined ? ready.name : fileName(wish.name))
      const caption = withCaption.has(kind) && wish.caption ? { caption: wish.caption } : {}
      return {
        kind,
        file: { ...ready, name: named },
        ...caption,
        ...(wish.viewOnce === true ? { viewOnce: true } : {}),
        ...(wish.background !== undefined && kind === 'voice' ? { background: wish.background } : {}),
        ...(await this.#traits(ready, kind, path)),
      }
    })
  }

  path(file: MediaFile): Promise<LocalCopy | undefined> {
    return this.#parts.copies.path(file)
  }

  /** One that came with a message is brought here first, since it has to be looked into. */
  async #find(caller: Caller, { media: id }: FileWish): Promise<KeptFile> {
    const { store, roster, downloads } = this.#parts
    const media = await store.find(mediaKey(id))
    if (!media || !roster.has(caller, media.instance)) throw noSuchFile()
    const { state, facts } = await downloads.bring(media)
    if (state.kind !== 'here') throw noSuchFile()
    return { id, ...facts, size: state.size, sha256: state.sha256 }
  }

  async #withCopy<T>(file: MediaFile, work: (copy: LocalCopy) => Promise<T>): Promise<T> {
    const copy = await this.path(file)
    if (!copy) throw noSuchFile()
    try {
      return await work(copy)
    } finally {
      await copy.release()
    }
  }

  async #prepared(instance: InstanceId, kind: FileKind, file: KeptFile, path: string): Promise<KeptFile> {
    const { inspector, incoming } = this.#parts
    const needed = preparation(kind, file.mimetype)
    if (needed === 'none' || (needed === 'sticker' && (await this.#isSticker(file, path)))) {
      requireSize(kind, file.size)
      return file
    }
    const bytes = await inspector.convert(path, needed)
    const extension = needed === 'jpeg' ? 'jpg' : 'webp'
    const name = file.name === null ? null : file.name.replace(/(\.[^.]{1,16})?$/, `.${extension}`)
    const made = await incoming.take(instance, oneChunk(bytes), { name, mimetype: null })
    requireSize(kind, made.size)
    return made
  }

  async #isSticker(file: KeptFile, path: string): Promise<boolean> {
    if (file.mimetype !== 'image/webp') return false
    const { width, height } = await this.#parts.inspector.describe(path, file.mimetype, 'sticker')
    return width === 512 && height === 512
  }

  /** Of the file itself, or of the one that it was made from where that is all the same to its traits. */
  async #traits(file: KeptFile, kind: FileKind, original: string) {
    const { inspector } = this.#parts
    const describe = (path: string) => inspector.describe(path, file.mimetype, kind)
    if (kind !== 'sticker') return describe(original)
    return this.#withCopy(file, ({ path }) => describe(path))
  }
}

/** What a caller says outright has to be possible. Where the kind was left open, a caption that has no place is left out. */
function checkExtras(kind: FileKind, wish: FileWish): void {
  const refuse = (field: 'caption' | 'viewOnce' | 'background'): never => {
    throw new GatewayError('bad-request', `A file sent as '${kind}' has no '${field}'.`, { field })
  }
  if (wish.caption && wish.kind !== 'auto' && !withCaption.has(kind)) refuse('caption')
  // Never left out: what was to be seen once would stay.
  if (wish.viewOnce === true && !withViewOnce.has(kind)) refuse('viewOnce')
  if (wish.background !== undefined && wish.kind !== 'auto' && kind !== 'voice') refuse('background')
}

/** Clients show a document by its name. */
function nameFor(kind: FileKind, name: string | null): string | null {
  return kind === 'document' ? (name ?? 'file') : name
}

function noSuchFile(): GatewayError {
  return new GatewayError('media-not-found', 'There is no such file, or it has expired.', { field: 'media' })
}

async function* oneChunk(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(bytes)
}
