import { randomFillSync } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { crc32, createDeflate } from 'node:zlib'
import { buffer } from 'node:stream/consumers'
import { Readable } from 'node:stream'
import { onTestFinished } from 'vitest'

/** Writes a file that is gone after the test; its name says nothing of what is in it. */
export function written(bytes: Uint8Array | string): string {
  const folder = mkdtempSync(join(tmpdir(), 'gangway-sample-'))
  onTestFinished(() => {
    rmSync(folder, { recursive: true, force: true })
  })
  const path = join(folder, 'file')
  writeFileSync(path, bytes)
  return path
}

/** A black RGB picture of that size: any number of pixels in next to nothing. */
export async function png(width: number, height: number): Promise<Buffer> {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header.set([8, 2, 0, 0, 0], 8)
  const row = Buffer.alloc(1 + 3 * width)
  const rows = Readable.from(Array.from({ length: height }, () => row))
  const pixels = await buffer(rows.pipe(createDeflate()))
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    pngChunk('IHDR', header),
    pngChunk('IDAT', pixels),
    pngChunk('IEND', Buffer.alloc(0)),
  ])
}

function pngChunk(type: string, content: Buffer): Buffer {
  const typed = Buffer.concat([Buffer.from(type, 'latin1'), content])
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)]
  length.writeUInt32BE(content.length)
  check.writeUInt32BE(crc32(typed))
  return Buffer.concat([length, typed, check])
}

function box(type: string, ...content: Buffer[]): Buffer {
  const head = Buffer.alloc(8)
  head.writeUInt32BE(8 + content.reduce((sum, part) => sum + part.length, 0))
  head.write(type, 4, 'latin1')
  return Buffer.concat([head, ...content])
}

export interface Film {
  readonly width: number
  readonly height: number
  readonly seconds: number
  /** By a quarter, as phones record. */
  readonly turned?: boolean
  /** Bytes of film before its index. */
  readonly before?: number
}

/** The boxes of an MP4 without a frame in it. */
export function mp4({ width, height, seconds, turned = false, before = 0 }: Film): Buffer {
  const head = Buffer.alloc(100)
  head.writeUInt32BE(1000, 12)
  head.writeUInt32BE(seconds * 1000, 16)
  const sound = Buffer.alloc(84)
  const picture = Buffer.alloc(84)
  const one = 0x10000
  for (const [at, value] of (turned ? [0, one, 0, -one, 0, 0] : [one, 0, 0, 0, one, 0]).entries())
    picture.writeInt32BE(value, 40 + 4 * at)
  picture.writeUInt32BE(width << 16, 76)
  picture.writeUInt32BE(height << 16, 80)
  return Buffer.concat([
    box('ftyp', Buffer.from('isom\0\0\x02\0isomiso2avc1mp41', 'latin1')),
    box('mdat', Buffer.alloc(before)),
    box('moov', box('mvhd', head), box('trak', box('tkhd', sound)), box('trak', box('tkhd', picture))),
  ])
}

/** Frames of MPEG-1 layer III at 128 kbit/s, 26 ms each, and silent. */
export function mp3(frames: number): Buffer {
  const frame = Buffer.alloc(417)
  frame.set([0xff, 0xfb, 0x90, 0x00])
  return Buffer.concat(Array.from({ length: frames }, () => frame))
}

/** 20 ms each of an Opus stream: silence, or what a decoder makes of random bytes, which is noise. */
export type Sound = 'silence' | 'noise'

/** An Ogg file with one Opus stream, one packet to a page. */
export function voiceNote(sounds: readonly Sound[]): Buffer {
  const head = Buffer.from('OpusHead\x01\x01\0\0\x80\xbb\0\0\0\0\0', 'latin1')
  const tags = Buffer.from('OpusTags\x04\0\0\0test\0\0\0\0', 'latin1')
  const packets = sounds.map((sound) =>
    sound === 'silence'
      ? Buffer.from([0xf8, 0xff, 0xfe])
      : Buffer.concat([Buffer.from([0xf8]), randomFillSync(Buffer.alloc(300))]),
  )
  return oggPages([head, tags, ...packets])
}

export function oggPages(packets: readonly Buffer[]): Buffer {
  return Buffer.concat(
    packets.map((packet, number) => {
      const page = Buffer.alloc(27)
      page.write('OggS', 'latin1')
      page.writeUInt8(number === 0 ? 2 : number === packets.length - 1 ? 4 : 0, 5)
      page.writeBigInt64LE(BigInt(Math.max(0, number - 1) * 960), 6)
      page.writeUInt32LE(1, 14)
      page.writeUInt32LE(number, 18)
      const sizes = Buffer.alloc(Math.floor(packet.length / 255) + 1, 255)
      sizes[sizes.length - 1] = packet.length % 255
      page.writeUInt8(sizes.length, 26)
      return Buffer.concat([page, sizes, packet])
    }),
  )
}
