/** A film of one picture that is shown for one second: Motion JPEG in an MP4 file (ISO 14496-12). */
export function sampleFilm(jpeg: Buffer, width: number, height: number): Buffer {
  const type = box('ftyp', 'isom', u32(0x200), 'isomiso2mp41')
  const data = box('mdat', jpeg)
  return Buffer.concat([type, data, movie({ size: jpeg.length, offset: type.length + 8, width, height })])
}

interface Picture {
  readonly size: number
  readonly offset: number
  readonly width: number
  readonly height: number
}

const second = u32(1000)
const unrotated = Buffer.concat([0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000].map(u32))

function movie(picture: Picture): Buffer {
  const head = full('mvhd', 0, gap(8), second, second, u32(0x10000), u16(0x100), gap(10), unrotated, gap(24), u32(2))
  return box('moov', head, box('trak', trackHead(picture), media(picture)))
}

function trackHead({ width, height }: Picture): Buffer {
  const visible = 7
  const place = [gap(16), unrotated, u32(width * 0x10000), u32(height * 0x10000)]
  return full('tkhd', visible, gap(8), u32(1), gap(4), second, ...place)
}

function media(picture: Picture): Buffer {
  const undetermined = u16(0x55c4)
  const head = full('mdhd', 0, gap(8), second, second, undetermined, gap(2))
  const handler = full('hdlr', 0, gap(4), 'vide', gap(13))
  const here = box('dinf', full('dref', 0, u32(1), full('url ', 1)))
  return box('mdia', head, handler, box('minf', full('vmhd', 1, gap(8)), here, samples(picture)))
}

function samples({ size, offset, width, height }: Picture): Buffer {
  const resolution = u32(0x480000)
  const entry = box(
    'jpeg',
    ...[gap(6), u16(1), gap(16), u16(width), u16(height), resolution, resolution, gap(4)],
    ...[u16(1), gap(32), u16(24), u16(0xffff)],
  )
  const one = u32(1)
  return box(
    'stbl',
    full('stsd', 0, one, entry),
    full('stts', 0, one, one, second),
    full('stsc', 0, one, one, one, one),
    full('stsz', 0, gap(4), one, u32(size)),
    full('stco', 0, one, u32(offset)),
  )
}

function full(name: string, flags: number, ...parts: readonly (Buffer | string)[]): Buffer {
  return box(name, u32(flags), ...parts)
}

function box(name: string, ...parts: readonly (Buffer | string)[]): Buffer {
  const content = Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : part)))
  return Buffer.concat([u32(content.length + 8), Buffer.from(name), content])
}

function gap(length: number): Buffer {
  return Buffer.alloc(length)
}

function u16(value: number): Buffer {
  const bytes = Buffer.alloc(2)
  bytes.writeUInt16BE(value)
  return bytes
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}
