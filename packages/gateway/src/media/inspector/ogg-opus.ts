import { createReadStream } from 'node:fs'

export interface OpusStream {
  readonly channels: number
  readonly preSkip: number
}

/** RFC 3533: an Ogg page begins with this, and its segment table says which of its bytes are which packet's. */
const pageMark = 'OggS'
const pageHead = 27

export interface OggPacket {
  readonly bytes: Buffer
  /** Samples (of 48,000 a second) up to the end of its page, as the page says; undefined where it says nothing. */
  readonly granule: number | undefined
}

/** The packets of an Ogg file with one stream, in order, page by page. Ends at the first thing that is no page. */
export async function* oggPackets(path: string): AsyncGenerator<OggPacket> {
  let rest: Buffer = Buffer.alloc(0)
  let open: Buffer[] = []
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
    for (;;) {
      const page = pageAt(rest)
      if (page === 'broken') return
      if (page === undefined) break
      const { packets, remainder } = packetsOf(page, open)
      open = remainder
      for (const bytes of packets) yield { bytes, granule: page.granule }
      rest = rest.subarray(page.length)
    }
  }
}

interface Page {
  readonly length: number
  readonly sizes: Buffer
  readonly body: Buffer
  readonly granule: number | undefined
}

function pageAt(bytes: Buffer): Page | 'broken' | undefined {
  if (bytes.length < pageHead) return undefined
  if (bytes.toString('latin1', 0, 4) !== pageMark) return 'broken'
  const bodyStart = pageHead + bytes.readUInt8(pageHead - 1)
  if (bytes.length < bodyStart) return undefined
  const sizes = bytes.subarray(pageHead, bodyStart)
  const length = bodyStart + sizes.reduce((sum, size) => sum + size, 0)
  if (bytes.length < length) return undefined
  const granule = bytes.readBigInt64LE(6)
  return {
    length,
    sizes,
    body: bytes.subarray(bodyStart, length),
    granule: granule < 0n ? undefined : Number(granule),
  }
}

/** A segment of 255 bytes goes on in the next one, also over the end of a page. */
function packetsOf({ sizes, body }: Page, begun: Buffer[]): { packets: Buffer[]; remainder: Buffer[] } {
  const packets: Buffer[] = []
  let parts = begun
  let at = 0
  for (const size of sizes) {
    parts.push(body.subarray(at, at + size))
    at += size
    if (size === 255) continue
    packets.push(Buffer.concat(parts))
    parts = []
  }
  return { packets, remainder: parts }
}

/** The first packet of an Opus stream (RFC 7845 5.1); undefined for another codec. */
export function readOpusHead(packet: Buffer): OpusStream | undefined {
  if (packet.length < 19 || packet.toString('latin1', 0, 8) !== 'OpusHead') return undefined
  return { channels: packet.readUInt8(9), preSkip: packet.readUInt16LE(10) }
}
