import { getBinaryNodeChild, getBinaryNodeChildren, S_WHATSAPP_NET } from 'baileys'
import { ask, unanswered } from '../refusals.js'
import type { Socket } from '../socket.js'
import { parsedUrl } from '../../../core/parsed-url.js'

/** Where files can be taken and given at the moment, and with what. */
export interface MediaAccess {
  /** `https://host`, the one to try first at the front. */
  readonly origins: readonly URL[]
  readonly auth: string
}

/** WhatsApp's media hosts, as it names them to one connection. */
export class MediaHosts {
  readonly #socket: Socket
  readonly #scheme: 'http' | 'https'
  #last: { readonly access: MediaAccess; readonly goodUntil: number } | undefined

  /** @param url of the chat server: the media hosts of one without TLS have none either */
  constructor(socket: Socket, url: string) {
    this.#socket = socket
    this.#scheme = new URL(url).protocol === 'ws:' ? 'http' : 'https'
  }

  /**
   * As the library's `refreshMediaConn` asks, which never asks again once it has not been answered.
   * @param afresh the last answer has turned out to be worth nothing any more
   */
  async access(afresh = false): Promise<MediaAccess> {
    if (this.#last && !afresh && performance.now() < this.#last.goodUntil) return this.#last.access
    const attrs = { type: 'set', xmlns: 'w:m', to: S_WHATSAPP_NET }
    const found = getBinaryNodeChild(await ask(this.#socket, attrs, [{ tag: 'media_conn', attrs: {} }]), 'media_conn')
    if (!found) throw unanswered()
    const hosts = getBinaryNodeChildren(found, 'host').flatMap(({ attrs: { hostname } }) =>
      this.#origin(hostname ?? ''),
    )
    const access = { origins: hosts, auth: found.attrs.auth ?? '' }
    this.#last = { access, goodUntil: performance.now() + Number(found.attrs.ttl ?? 0) * 1000 }
    return access
  }

  #origin(host: string): URL[] {
    const origin = parsedUrl(`${this.#scheme}://${host}`)
    return origin?.host === host.toLowerCase() ? [origin] : []
  }
}

/**
 * The address of a direct path at a media host; undefined for one that leads elsewhere. It comes from whoever wrote the
 * message, and must not lead this gateway to anybody else.
 */
export function addressAt(origin: URL, directPath: string): URL | undefined {
  const address = /^\/[^/\\]/.test(directPath) ? parsedUrl(directPath, origin) : undefined
  return address?.origin === origin.origin && address.username === '' ? address : undefined
}
