import type { Caller } from '../access/access.js'
import type { InstanceId } from '../ids.js'
import type { MediaFile } from '../media/media-file.js'
import type { FileContent } from './content.js'
import type { FileWish } from './wish.js'

/** Files as messages need them: looked up when a message is handed in, and at hand when it goes out. */
export interface FileResolver {
  /**
   * What a message with this file says: its kind where the wish leaves that open, and what belongs to a file of that kind.
   * Rejects with `media-not-found` where the caller's workspace has no such file, and with `bad-request` naming `kind` or
   * the field where the file cannot be sent like that, `content-too-large` where WhatsApp takes no such size.
   */
  resolve(caller: Caller, instance: InstanceId, wish: FileWish): Promise<FileContent>
  /**
   * A local copy of the file, which stays until it is released. Undefined where the file is not here: then it can only be
   * sent on by its `handle`.
   */
  path(file: MediaFile): Promise<LocalCopy | undefined>
}

export interface LocalCopy {
  readonly path: string
  release(): Promise<void>
}
