import type { Clock } from '../ports/clock.js'
import type { LinkPreviews } from '../ports/link-previews.js'
import type { LinkPreview } from './content.js'
import { parsedUrl } from '../parsed-url.js'

/** What a sender waits for a preview, in ms. */
const patience = 5_000

/** The first link in a text that WhatsApp's clients would preview, as it stands there. */
export function firstLink(text: string): string | undefined {
  const found = /https?:\/\/[^\s<>"']+/i.exec(text)?.[0].replace(/[.,;:!?)\]]+$/, '')
  return found !== undefined && parsedUrl(found) ? found : undefined
}

/** What a text that goes out shows of its first link; nothing where it has none, or where that cannot be had in time. */
export async function previewOf(
  text: string,
  previews: LinkPreviews | undefined,
  clock: Clock,
): Promise<LinkPreview | undefined> {
  const url = firstLink(text)
  if (url === undefined || previews === undefined) return undefined
  const stop = new AbortController()
  let cancel: () => void = () => undefined
  const tooLate = new Promise<null>((resolve) => {
    cancel = clock.after(patience, () => {
      stop.abort()
      resolve(null)
    })
  })
  try {
    return (await Promise.race([previews.preview(url, stop.signal).catch(() => null), tooLate])) ?? undefined
  } finally {
    cancel()
  }
}
