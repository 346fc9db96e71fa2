import type { LogoPixels } from '../qr/logo-hole.js'

/** Pictures from outside. Whatever is in one, it costs a bounded amount of memory and time to be looked at. */
export interface LogoImages {
  /**
   * A PNG, JPEG or WebP by its first bytes, as a PNG of ours: at most 512 pixels a side and without anything but its pixels.
   * Rejects with `bad-request` naming `field`.
   */
  read(bytes: Uint8Array, field: string): Promise<Uint8Array>
  /** A PNG that `read` answered, fitted into the middle of a transparent square. */
  draw(png: Uint8Array, side: number): Promise<LogoPixels>
}
