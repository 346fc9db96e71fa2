import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { Readable } from 'node:stream'
import { SimulatorError } from '../errors.js'
import { fromText, toText } from '../store/records.js'
import { Batch, type Store } from '../store/store.js'
import type { Shelf } from './shelf.js'

/** WhatsApp takes documents of 2 GB; nobody rehearses with those. */
export const largestFile = 128 * 1024 * 1024
/** How long what `w:m` hands out is good for, in seconds. */
export const authLifetime = 21_600

/** Under which an encrypted file can be downloaded. */
export interface Address {
  /** WhatsApp's `direct_path`: what follows the host in a URL. */
  readonly directPath: string
  readonly url: string
}

/** How an address answers that has been closed. */
export type GoneStatus = 404 | 410

interface Placement {
  /** Base64url of the SHA-256 of the file, by which it stands on the shelf. */
  readonly token: string
  readonly gone?: GoneStatus
}

/** A file as it can be downloaded now, or how the server refuses to give it. */
export type Found = { readonly token: string; readonly size: number } | { readonly status: GoneStatus }

/**
 * Keeps encrypted files and knows nothing of what is in them. A file stands once however many addresses lead to it, and
 * stays when its addresses are closed, because the phones that saw it have it; the oldest make way for new ones.
 */
export class MediaServer {
  /** `host:port` of the listener, once there is one. */
  host = ''
  readonly #store: Store
  readonly #shelf: Shelf
  readonly #secret: Buffer
  /** By path without the query. */
  readonly #placements = new Map<string, Placement>()
  /** The oldest first. */
  readonly #sizes = new Map<string, number>()
  #held = 0

  constructor(store: Store, shelf: Shelf, secret: Buffer) {
    this.#store = store
    this.#shelf = shelf
    this.#secret = secret
    for (const { key, value } of store.load('media')) this.#placements.set(key, fromText(String(value)) as Placement)
    const wanted = new Set([...this.#placements.values()].map(({ token }) => token))
    for (const { name, size } of shelf.left) {
      if (wanted.has(name)) this.#stands(name, size)
      else shelf.remove(name)
    }
  }

  /** What a device has to show when it uploads. */
  newAuth(now = Date.now()): string {
    const claim = `${randomBytes(12).toString('base64url')}.${Math.floor(now / 1000) + authLifetime}`
    return `${claim}.${this.#sign(claim).toString('base64url')}`
  }

  accepts(auth: string, now = Date.now()): boolean {
    const end = auth.lastIndexOf('.')
    const [claim, signature] = [auth.slice(0, Math.max(0, end)), Buffer.from(auth.slice(end + 1), 'base64url')]
    const expected = this.#sign(claim)
    if (signature.length !== expected.length || !timingSafeEqual(signature, expected)) return false
    return Number(claim.split('.')[1]) * 1000 > now
  }

  /** Takes a file in, if it is the one that the token names. `kind`: the last part of the path it was sent to. */
  async take(kind: string, token: string, chunks: AsyncIterable<Buffer>): Promise<Address> {
    const draft = await this.#shelf.begin()
    const hash = createHash('sha256')
    let size = 0
    try {
      for await (const chunk of chunks) {
        size += chunk.length
        if (size > largestFile) throw new SimulatorError('media-too-large', `a file has at most ${largestFile} bytes`)
        hash.update(chunk)
        await draft.write(chunk)
      }
      if (hash.digest('base64url') !== token) {
        throw new SimulatorError('media-damaged', 'the token is not the hash of the bytes')
      }
    } catch (error) {
      await draft.discard()
      throw error
    }
    await draft.keep(token)
    this.#stands(token, size)
    this.#makeRoom(token)
    return this.publish(kind, token)
  }

  /** A new address of a file that is here already. */
  publish(kind: string, token: string): Address {
    const name = `${randomBytes(12).toString('hex')}_n.enc`
    const path = `/v/${folders[kind] ?? folders.image}/${name}`
    this.#place(path, { token })
    return this.#address(path)
  }

  find(path: string): Found {
    const placement = this.#placements.get(pathOf(path))
    const size = placement && this.#sizes.get(placement.token)
    if (placement === undefined || size === undefined) return { status: 404 }
    return placement.gone === undefined ? { token: placement.token, size } : { status: placement.gone }
  }

  /** Closes an address, as time does. `path`: a direct path or a whole URL. */
  expire(path: string, status: GoneStatus = 410): void {
    const placement = this.#placements.get(pathOf(path))
    if (placement === undefined) throw new SimulatorError('media-not-found', `no file was ever at ${path}`)
    this.#place(pathOf(path), { ...placement, gone: status })
  }

  has(token: string): boolean {
    return this.#sizes.has(token)
  }

  stream(token: string, start: number, end: number): Readable {
    return start > end ? Readable.from([]) : this.#shelf.stream(token, start, end)
  }

  bytes(token: string): Promise<Buffer> {
    return this.#shelf.bytes(token)
  }

  #address(path: string): Address {
    const expires = (Math.floor(Date.now() / 1000) + 30 * 86_400).toString(16).toUpperCase()
    const directPath = `${path}?ccb=11-4&oh=${this.#sign(path).toString('hex').slice(0, 24)}&oe=${expires}&_nc_sid=5e03e0`
    return { directPath, url: `http://${this.host}${directPath}` }
  }

  #place(path: string, placement: Placement): void {
    this.#placements.set(path, placement)
    const batch = new Batch(this.#store)
    batch.put('media', path, () => toText(placement))
    batch.commit()
  }

  #stands(token: string, size: number): void {
    this.#held += size - (this.#sizes.get(token) ?? 0)
    this.#sizes.delete(token)
    this.#sizes.set(token, size)
  }

  #makeRoom(newest: string): void {
    for (const [token, size] of this.#sizes) {
      if (this.#held <= this.#shelf.capacity || token === newest) return
      this.#sizes.delete(token)
      this.#held -= size
      this.#shelf.remove(token)
      this.#forget(token)
    }
  }

  #forget(token: string): void {
    const batch = new Batch(this.#store)
    for (const [path, placement] of this.#placements) {
      if (placement.token !== token) continue
      this.#placements.delete(path)
      batch.remove('media', path)
    }
    batch.commit()
  }

  #sign(text: string): Buffer {
    return createHmac('sha256', this.#secret).update(text).digest()
  }
}

/** WhatsApp's own folders, by the last part of the path of an upload. */
const folders: Readonly<Record<string, string>> & { readonly image: string } = {
  image: 't62.7118-24',
  video: 't62.7161-24',
  audio: 't62.7117-24',
  document: 't62.7119-24',
  'md-app-state': 't62.36144-24',
}

function pathOf(address: string): string {
  try {
    return new URL(address, 'http://media.invalid').pathname
  } catch {
    return address
  }
}
