import type { EventBody } from '../core/events/event.js'
import { mediaKey } from '../core/identifiers.js'
import type { InstanceId } from '../core/ids.js'
import { filesOf } from '../core/media/files-of.js'
import type { FileFacts } from '../core/media/media-file.js'
import type { SealedMedia } from './commands/media.js'
import type { Sealer, SealPlace } from './seal.js'

/** What is known of a file, sealed: its name is its sender's, and its handle holds the key to it at WhatsApp. */
export class MediaSealer {
  readonly #sealer: Sealer

  constructor(sealer: Sealer) {
    this.#sealer = sealer
  }

  seal(instance: InstanceId, key: string, facts: FileFacts): SealedMedia {
    const bytes = this.#sealer.seal(Buffer.from(JSON.stringify(facts)), placeOf(instance, key))
    return { digest: digestOf(key), bytes }
  }

  open(instance: InstanceId, key: string, bytes: Uint8Array): FileFacts {
    return JSON.parse(Buffer.from(this.#sealer.open(bytes, placeOf(instance, key))).toString()) as FileFacts
  }

  /** The files that somebody may ask for because of this event. */
  filesIn(instance: InstanceId, event: EventBody): readonly SealedMedia[] {
    return filesOf(event)
      .filter(({ handle }) => handle !== undefined)
      .map(({ id, ...facts }) => this.seal(instance, mediaKey(id), facts))
  }
}

/** A buffer of its own, never a slice of Node's pool: posting a slice to a thread would copy the whole pool. */
export function digestOf(key: string): Uint8Array {
  return new Uint8Array(Buffer.from(key, 'hex'))
}

export function keyOf(digest: Uint8Array): string {
  return Buffer.from(digest).toString('hex')
}

function placeOf(instance: InstanceId, key: string): SealPlace {
  return { instance, generation: 0, kind: 'media', id: key }
}
