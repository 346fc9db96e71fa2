import { createHash } from 'node:crypto'

/** The parts of a Signal message that travel in the clear. */
export interface SignalMessage {
  /** Identifies the sender's chain of message keys: its ratchet key, or the number of its sender key. */
  readonly chain: string
  readonly counter: number
  readonly digest: string
  /** Only in the message that opens a session. */
  readonly preKeyId?: number
  readonly baseKey?: Buffer
}

type Fields = Map<number, number | Buffer>

/** Undefined when the bytes are no Signal message. */
export function readSignalMessage(type: string | undefined, bytes: Buffer): SignalMessage | undefined {
  try {
    if (type === 'msg') return inner(bytes, bytes)
    if (type === 'skmsg') return ofGroup(bytes)
    if (type !== 'pkmsg') return undefined
    const outer = readFields(bytes.subarray(1))
    const message = inner(asBytes(outer.get(4)), bytes)
    const preKeyId = outer.get(1)
    return { ...message, baseKey: asBytes(outer.get(2)), ...(typeof preKeyId === 'number' && { preKeyId }) }
  } catch {
    return undefined
  }
}

function ofGroup(bytes: Buffer): SignalMessage {
  const versionLength = 1
  const signatureLength = 64
  const fields = readFields(bytes.subarray(versionLength, -signatureLength))
  const [id = 0, counter = 0] = [fields.get(1), fields.get(2)]
  if (typeof id !== 'number' || typeof counter !== 'number') throw new Error('not a counter')
  return { chain: `sender key ${id}`, counter, digest: digestOf(bytes) }
}

function inner(bytes: Buffer, whole: Buffer): SignalMessage {
  const versionLength = 1
  const macLength = 8
  const fields = readFields(bytes.subarray(versionLength, -macLength))
  const counter = fields.get(2) ?? 0
  if (typeof counter !== 'number') throw new Error('not a counter')
  return { chain: asBytes(fields.get(1)).toString('base64'), counter, digest: digestOf(whole) }
}

function digestOf(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('base64').slice(0, 12)
}

function asBytes(field: number | Buffer | undefined): Buffer {
  if (!Buffer.isBuffer(field)) throw new Error('not bytes')
  return field
}

/** Protocol buffers without a schema: varints and length-delimited fields are all that Signal uses. */
function readFields(bytes: Buffer): Fields {
  const fields: Fields = new Map()
  let at = 0
  const varint = (): number => {
    let value = 0
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++]
      if (byte === undefined || shift > 49) throw new Error('cut off')
      value += (byte & 0x7f) * 2 ** shift
      if (byte < 0x80) return value
    }
  }
  while (at < bytes.length) {
    const key = varint()
    const wireType = key & 7
    if (wireType === 0) fields.set(key >>> 3, varint())
    else if (wireType === 2) {
      const length = varint()
      if (at + length > bytes.length) throw new Error('cut off')
      fields.set(key >>> 3, bytes.subarray(at, at + length))
      at += length
    } else throw new Error('unexpected wire type')
  }
  return fields
}
