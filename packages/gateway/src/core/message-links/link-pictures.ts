import { createHash } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import type { LogoImages } from '../ports/logo-images.js'
import type { MessageLinkStore } from '../ports/message-link-store.js'
import { qrPdfPicture, qrPngPicture, qrSvgPicture, type Logo } from '../qr/qr-picture.js'
import type { PdfPage } from '../qr/pdf.js'
import { linkUrl } from './link-addresses.js'
import { readStyle } from './link-fields.js'
import type { MessageLinkRecord } from './message-link.js'
import type { LinkPicture, PictureWish } from './message-links.js'

/** Bytes of pictures that are kept for whoever asks next. */
const kept = 32 * 1024 * 1024
/** A4 in points of 1/72 inch. */
const paper = { width: 595, height: 842 }

/** Draws links. The same link of the same version in the same style is the same bytes. */
export class LinkPictures {
  readonly #store: Pick<MessageLinkStore, 'logo'>
  readonly #images: LogoImages | undefined
  readonly #base: string
  readonly #drawn = new LRUCache<string, LinkPicture>({
    maxSize: kept,
    sizeCalculation: ({ bytes }) => bytes.length + 200,
  })

  constructor(store: Pick<MessageLinkStore, 'logo'>, images: LogoImages | undefined, base: string) {
    this.#store = store
    this.#images = images
    this.#base = base
  }

  async draw(link: MessageLinkRecord, { type, style: wish }: PictureWish): Promise<LinkPicture> {
    const style = wish === undefined ? link.style : readStyle(wish, link.style)
    const key = `${link.id} ${link.version} ${type} ${JSON.stringify(style)}`
    const known = this.#drawn.get(key)
    if (known) return known
    const bytes = await this.#bytes({ ...link, style }, type)
    const tag = createHash('sha256').update(bytes).digest('base64url').slice(0, 22)
    const picture = { type, bytes, tag, version: link.version }
    this.#drawn.set(key, picture)
    return picture
  }

  async #bytes(link: MessageLinkRecord, type: PictureWish['type']): Promise<Uint8Array> {
    const { style } = link
    const url = linkUrl(link, this.#base)
    const logo = link.hasLogo ? await this.#logoOf(link) : undefined
    if (type === 'PNG') return qrPngPicture(url, style, logo)
    if (type === 'SVG') return Buffer.from(await qrSvgPicture(url, style, logo))
    return qrPdfPicture(url, style, poster(link.name, url), logo)
  }

  async #logoOf({ id }: MessageLinkRecord): Promise<Logo | undefined> {
    const [png, images] = [await this.#store.logo(id), this.#images]
    return png && images ? (side) => images.draw(png, side) : undefined
  }
}

/** A page to hang up: the name large, the code over most of the width, and the address for those who would rather type it. */
function poster(name: string | null, url: string): PdfPage {
  const side = 480
  const code = { x: (paper.width - side) / 2, y: 190, side }
  const fitted = (text: string, most: number): number => Math.max(6, Math.min(most, Math.floor(900 / text.length)))
  return {
    ...paper,
    code,
    lines: [
      ...(name === null ? [] : [{ y: 730, size: fitted(name, 34), text: name }]),
      { y: 150, size: fitted(url, 15), text: url.replace(/^https?:\/\//, '') },
    ],
  }
}
