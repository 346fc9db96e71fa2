import { open, type FileHandle } from 'node:fs/promises'
import type { MediaTraits } from '../../core/ports/media-inspector.js'

/** The index of a film of hours is smaller. */
const largestIndex = 16 * 1024 * 1024
const mostBoxes = 1_000

export function isFilm(mimetype: string): boolean {
  return ['video/mp4', 'video/quicktime', 'video/3gpp', 'video/x-m4v'].includes(mimetype)
}

/** Size and length of a film, from its index (ISO/IEC 14496-12: moov, trak, tkhd). Nothing of the film is decoded. */
export async function filmTraits(path: string): Promise<MediaTraits> {
  const file = await open(path)
  try {
    const index = await readIndex(file)
    return index === undefined ? {} : { ...pictureSize(index), ...playingTime(index) }
  } finally {
    await file.close()
  }
}

async function readIndex(file: FileHandle): Promise<Buffer | undefined> {
  const { size: end } = await file.stat()
  const header = Buffer.alloc(16)
  let at = 0
  for (let box = 0; box < mostBoxes && at + 8 <= end; box++) {
    const { bytesRead } = await file.read(header, 0, 16, at)
    const { type, length, headLength } = boxAt(header.subarray(0, bytesRead), end - at)
    if (length < headLength) return undefined
    if (type === 'moov') {
      const index = Buffer.alloc(Math.min(length - headLength, end - at - headLength, largestIndex))
      await file.read(index, 0, index.length, at + headLength)
      return index
    }
    at += length
  }
  return undefined
}

function boxAt(bytes: Buffer, rest: number): { type: string; length: number; headLength: number } {
  const short = bytes.readUInt32BE(0)
  const type = bytes.toString('latin1', 4, 8)
  if (short === 1 && bytes.length >= 16) return { type, length: Number(bytes.readBigUInt64BE(8)), headLength: 16 }
  return { type, length: short === 0 ? rest : short, headLength: 8 }
}

/** The boxes directly in another one. */
function* boxesIn(bytes: Buffer): Generator<{ type: string; content: Buffer }> {
  for (let at = 0; at + 8 <= bytes.length;) {
    const { type, length, headLength } = boxAt(bytes.subarray(at), bytes.length - at)
    if (length < headLength) return
    yield { type, content: bytes.subarray(at + headLength, at + length) }
    at += length
  }
}

/** Of the first track that is shown: width and height end its header, and its matrix may turn it by a quarter. */
function pictureSize(index: Buffer): MediaTraits {
  for (const track of boxesIn(index)) {
    if (track.type !== 'trak') continue
    const head = [...boxesIn(track.content)].find(({ type }) => type === 'tkhd')?.content
    if (head === undefined || head.length < 84) continue
    const [width, height] = [head.readUInt32BE(head.length - 8) >>> 16, head.readUInt32BE(head.length - 4) >>> 16]
    if (width === 0 || height === 0) continue
    const isTurned = head.readInt32BE(head.length - 44) === 0 && head.readInt32BE(head.length - 40) !== 0
    return isTurned ? { width: height, height: width } : { width, height }
  }
  return {}
}

function playingTime(index: Buffer): MediaTraits {
  const head = [...boxesIn(index)].find(({ type }) => type === 'mvhd')?.content
  if (head === undefined || head.length < 32) return {}
  const isLong = head[0] === 1
  const scale = head.readUInt32BE(isLong ? 20 : 12)
  const length = isLong ? Number(head.readBigUInt64BE(24)) : head.readUInt32BE(16)
  return scale === 0 || length === 0 ? {} : { seconds: Math.round(length / scale) }
}
