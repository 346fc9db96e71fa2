import { writeRandomPadMax16, type BinaryNode } from 'baileys'
import type { PoisonForm } from '../api.js'
import { bytesOf, element } from '../wire/nodes.js'

/** A field number that no version of the message has. */
const unheardOfField = 50_000

/** What is encrypted in place of the message, for the forms that only show once it is decrypted. */
export function poisonedPlaintext(form: PoisonForm): Buffer | undefined {
  // A field that claims to be longer than the message is.
  if (form === 'not-protobuf') return Buffer.from(writeRandomPadMax16(Buffer.from([0x0a, 0x7f, 0x01, 0x02, 0x03])))
  if (form !== 'unknown-content') return undefined
  const key = Buffer.from(varint(unheardOfField * 8 + 2))
  return Buffer.from(writeRandomPadMax16(Buffer.concat([key, Buffer.from([3, 1, 2, 3])])))
}

/** Nothing is left of the message then, the sender key that came with it included. */
export function isWithheld(form: PoisonForm): boolean {
  return form === 'unavailable' || form === 'view-once'
}

/** What becomes of the encrypted parts of a message. */
export function poisonedContent(form: PoisonForm, content: readonly BinaryNode[]): readonly BinaryNode[] {
  switch (form) {
    case 'garbled':
      return content.map((enc) => element(enc.tag, enc.attrs, garbled(bytesOf(enc) ?? Buffer.alloc(0))))
    case 'unavailable':
      return [element('unavailable')]
    case 'view-once':
      return [element('unavailable', { type: 'view_once' })]
    case 'unknown-encryption':
      return content.map((enc) => element(enc.tag, { ...enc.attrs, type: 'xmsg' }, bytesOf(enc)))
    case 'not-protobuf':
    case 'unknown-content':
      return content
  }
}

/** Still a Signal message from the outside: only its last bytes, by which it is authenticated, are not right. */
function garbled(bytes: Buffer): Buffer {
  const copy = Buffer.from(bytes)
  for (let at = Math.max(0, copy.length - 8); at < copy.length; at++) copy.writeUInt8(copy.readUInt8(at) ^ 0x55, at)
  return copy
}

function varint(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...varint(value >>> 7)]
}
