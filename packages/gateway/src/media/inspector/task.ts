import type { FileKind } from '../../core/messages/content.js'
import type { MediaTraits } from '../../core/ports/media-inspector.js'

/** What the process is asked, one at a time. */
export type Task =
  | { readonly do: 'identify'; readonly path: string; readonly declared: string | null; readonly name: string | null }
  | { readonly do: 'describe'; readonly path: string; readonly mimetype: string; readonly kind: FileKind }
  | { readonly do: 'avatar'; readonly path: string }
  | { readonly do: 'convert'; readonly path: string; readonly to: 'sticker' | 'jpeg' }

export interface TaskResults {
  readonly identify: string
  readonly describe: MediaTraits
  readonly avatar: Uint8Array
  readonly convert: Uint8Array
}

/** What it answers: nothing of an error but that there was one, since its text may quote the file. */
export type Answer = { readonly ok: true; readonly value: unknown } | { readonly ok: false }
