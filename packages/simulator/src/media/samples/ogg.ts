/** One second of silence in an Ogg file with an Opus stream, as voice messages have (RFC 7845). */
export function sampleVoice(): Buffer {
  const preSkip = 312
  const rate = 48_000
  const frames = 51
  const head = Buffer.alloc(19)
  head.write('OpusHead', 'latin1')
  head.writeUInt8(1, 8)
  head.writeUInt8(1, 9)
  head.writeUInt16LE(preSkip, 10)
  head.writeUInt32LE(rate, 12)
  const tags = Buffer.concat([Buffer.from('OpusTags'), lengthed('gangway-simulator'), Buffer.alloc(4)])
  // A whole frame of 20 ms that says nothing (RFC 6716).
  const silence = Buffer.from([0xf8, 0xff, 0xfe])
  return Buffer.concat([
    page({ flags: 2, granule: 0, sequence: 0 }, [head]),
    page({ flags: 0, granule: 0, sequence: 1 }, [tags]),
    page(
      { flags: 4, granule: rate + preSkip, sequence: 2 },
      Array.from({ length: frames }, () => silence),
    ),
  ])
}

function lengthed(text: string): Buffer {
  const length = Buffer.alloc(4)
  length.writeUInt32LE(text.length)
  return Buffer.concat([length, Buffer.from(text)])
}

interface PageHead {
  /** 2 begins the stream, 4 ends it. */
  readonly flags: number
  readonly granule: number
  readonly sequence: number
}

/** Packets of less than 255 bytes each. */
function page({ flags, granule, sequence }: PageHead, packets: readonly Buffer[]): Buffer {
  const head = Buffer.alloc(27)
  head.write('OggS', 'latin1')
  head.writeUInt8(flags, 5)
  head.writeBigUInt64LE(BigInt(granule), 6)
  head.writeUInt32LE(1, 14)
  head.writeUInt32LE(sequence, 18)
  head.writeUInt8(packets.length, 26)
  const whole = Buffer.concat([head, Buffer.from(packets.map(({ length }) => length)), ...packets])
  whole.writeUInt32LE(checksum(whole), 22)
  return whole
}

/** CRC-32 with the polynomial of zlib, but not reflected and from zero. */
function checksum(bytes: Buffer): number {
  let sum = 0
  for (const byte of bytes) {
    sum ^= byte << 24
    for (let bit = 0; bit < 8; bit++) sum = sum & 0x80000000 ? (sum << 1) ^ 0x04c11db7 : sum << 1
  }
  return sum >>> 0
}
