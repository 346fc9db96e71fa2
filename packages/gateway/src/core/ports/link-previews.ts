import type { LinkPreview } from '../messages/content.js'

/** Looks at what a link leads to, as a messenger does before it sends one. */
export interface LinkPreviews {
  /**
   * What a message shows of this http or https URL; null where there is nothing to show. May reject: a message goes out
   * without a preview then, as it does when `signal` aborts before the answer.
   * @param url as it stands in the text
   */
  preview(url: string, signal: AbortSignal): Promise<LinkPreview | null>
}
