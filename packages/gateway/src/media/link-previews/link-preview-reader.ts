import type { Readable } from 'node:stream'
import { TextDecoder } from 'node:util'
import { LRUCache } from 'lru-cache'
import type { LinkPreview } from '../../core/messages/content.js'
import type { LinkPreviews } from '../../core/ports/link-previews.js'
import type { MediaInspector } from '../../core/ports/media-inspector.js'
import type { MediaStorage } from '../../core/ports/media-storage.js'
import type { Outbound } from '../../core/ports/outbound.js'
import { PageReader, type PageFacts } from './page-facts.js'

export interface LinkPreviewParts {
  readonly outbound: Outbound
  readonly storage: Pick<MediaStorage, 'scratch' | 'fill' | 'discard'>
  readonly inspector: MediaInspector
}

const kibibyte = 1024
/** Of a page; what it says of itself stands at its beginning. */
const mostRead = 512 * kibibyte
/** A page may be larger: it is left where enough has been read. */
const largestPage = 64 * 1024 * kibibyte
const largestImage = 5 * 1024 * kibibyte
const patience = 5_000
/** A link is often sent to many. */
const remembered = { max: 500, ttl: 600_000 }
/** Pages that are looked at at a time; a message whose link is one more goes without. */
const atOnce = 20

type Facts = Omit<LinkPreview, 'url'>

/** Looks at pages through the filter for addresses that users name, and remembers for a while what it saw. */
export class LinkPreviewReader implements LinkPreviews {
  readonly #parts: LinkPreviewParts
  readonly #known = new LRUCache<string, { readonly facts: Facts | null }>(remembered)
  #looking = 0

  constructor(parts: LinkPreviewParts) {
    this.#parts = parts
  }

  async preview(url: string, signal: AbortSignal): Promise<LinkPreview | null> {
    const known = this.#known.get(url)
    if (known) return known.facts && { url, ...known.facts }
    if (this.#looking >= atOnce) return null
    this.#looking++
    try {
      const facts = await this.#look(url, signal)
      // What was given up halfway says nothing of the page.
      if (!signal.aborted) this.#known.set(url, { facts })
      return facts && { url, ...facts }
    } finally {
      this.#looking--
    }
  }

  async #look(url: string, signal: AbortSignal): Promise<Facts | null> {
    const answer = await this.#get(url, largestPage, 'text/html,application/xhtml+xml', signal)
    if (answer.kind !== 'found') return null
    const { title, description, image } = await readPage(answer.bytes, answer.headers.contentType)
    if (title === null) return null
    const thumbnail = image === null ? null : await this.#thumbnail(image, answer.url, signal).catch(() => null)
    return { title, description, thumbnail }
  }

  async #thumbnail(image: string, page: URL, signal: AbortSignal): Promise<string | null> {
    const answer = await this.#get(new URL(image, page).href, largestImage, 'image/*', signal)
    if (answer.kind !== 'found') return null
    const { storage, inspector } = this.#parts
    const path = await storage.scratch()
    try {
      await storage.fill(path, answer.bytes)
      const mimetype = await inspector.identify(path, { declared: null, name: null })
      return (await inspector.describe(path, mimetype, 'image')).thumbnail ?? null
    } finally {
      answer.bytes.destroy()
      await storage.discard(path)
    }
  }

  #get(url: string, most: number, accept: string, signal: AbortSignal) {
    return this.#parts.outbound.get({ url, most, accept, signal, timeout: patience, lane: 'link preview' })
  }
}

const nothing: PageFacts = { title: null, description: null, image: null }

/** As far as it came: a page that breaks off has said something by then. */
async function readPage(bytes: Readable, contentType = 'text/html'): Promise<PageFacts> {
  const reader = new PageReader()
  try {
    if (!/^\s*(?:text\/html|application\/xhtml\+xml)\b/i.test(contentType)) return nothing
    let decoder: TextDecoder | undefined
    let read = 0
    for await (const chunk of bytes as AsyncIterable<Buffer>) {
      decoder ??= decoderFor(contentType, chunk)
      read += chunk.length
      if (reader.read(decoder.decode(chunk, { stream: true })) || read >= mostRead) break
    }
  } catch {
    // The message does not wait for the rest.
  } finally {
    bytes.destroy()
  }
  return reader.facts()
}

/** As the header says, or the page itself in its first bytes. */
function decoderFor(contentType: string, start: Buffer): TextDecoder {
  const named = /charset\s*=\s*["']?([\w.:-]{1,40})/i
  const [, name = 'utf-8'] = named.exec(contentType) ?? named.exec(start.toString('latin1', 0, kibibyte)) ?? []
  try {
    return new TextDecoder(name)
  } catch {
    return new TextDecoder()
  }
}
