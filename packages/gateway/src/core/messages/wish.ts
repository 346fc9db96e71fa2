import type { MediaId } from '../ids.js'
import type {
  ButtonReplyContent,
  ButtonsContent,
  ContactCard,
  ContentContext,
  FileKind,
  GroupInviteContent,
  LinkPreview,
  ListReplyContent,
  LocationContent,
  PollContent,
  TextContent,
} from './content.js'

/** The shape of `Content` before the core has looked up what it refers to. */
type Plain<Kind> = Omit<Kind, keyof ContentContext>

/** What a caller asks to be sent. Messages are named by their ids; whose they are is looked up. */
export type WishContent =
  /** `preview`: true looks it up, false leaves it out; as the instance's options say unless told. */
  | (Omit<Plain<TextContent>, 'preview'> & { readonly preview?: boolean | LinkPreview })
  | FileWish
  | Plain<LocationContent>
  | { readonly kind: 'contacts'; readonly contacts: readonly ContactCard[] }
  | Plain<PollContent>
  | Plain<GroupInviteContent>
  | Omit<Plain<ButtonsContent>, 'style'>
  | Omit<Plain<ButtonReplyContent>, 'style'>
  | Plain<ListReplyContent>
  | { readonly kind: 'reaction'; readonly target: string; readonly emoji: string | null }
  | { readonly kind: 'edit'; readonly target: string; readonly text: string }
  | { readonly kind: 'delete'; readonly target: string }
  | { readonly kind: 'poll-vote'; readonly target: string; readonly options: readonly string[] }
  | { readonly kind: 'pin'; readonly target: string; readonly seconds: number | null }

export interface FileWish {
  /** `auto`: by the type of the file. */
  readonly kind: FileKind | 'auto'
  /** A file that was uploaded or fetched, or that came with a message. */
  readonly media: MediaId
  /** Instead of the name that it was uploaded under. */
  readonly name?: string
  readonly caption?: string
  readonly viewOnce?: boolean
  readonly background?: string
}
