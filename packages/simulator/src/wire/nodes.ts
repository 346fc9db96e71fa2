import type { BinaryNode } from 'baileys'

/** Address of the server itself in stanzas. */
export const serverJid = '@s.whatsapp.net'

export function element(
  tag: string,
  attrs: Readonly<Record<string, string | undefined>> = {},
  content?: BinaryNode[] | string | Uint8Array,
): BinaryNode {
  const present: Record<string, string> = {}
  for (const [name, value] of Object.entries(attrs)) if (value !== undefined) present[name] = value
  return content === undefined ? { tag, attrs: present } : { tag, attrs: present, content }
}

export function children(node: BinaryNode | undefined, tag?: string): BinaryNode[] {
  const all = Array.isArray(node?.content) ? node.content : []
  return tag === undefined ? all : all.filter((one) => one.tag === tag)
}

export function child(node: BinaryNode | undefined, tag: string): BinaryNode | undefined {
  return children(node, tag)[0]
}

export function bytesOf(node: BinaryNode | undefined): Buffer | undefined {
  return node?.content instanceof Uint8Array ? Buffer.from(node.content) : undefined
}

/** What is written in a node, whichever of the two wire forms carried it. */
export function textOf(node: BinaryNode | undefined): string {
  if (typeof node?.content === 'string') return node.content
  return bytesOf(node)?.toString('utf8') ?? ''
}

export function bigEndian(value: number, length: number): Buffer {
  const buffer = Buffer.alloc(length)
  buffer.writeUIntBE(value, 0, length)
  return buffer
}

/** Zero when there is nothing to read. */
export function readBigEndian(bytes: Uint8Array | undefined): number {
  return bytes === undefined || bytes.length === 0 || bytes.length > 6
    ? 0
    : Buffer.from(bytes).readUIntBE(0, bytes.length)
}

export function unixSeconds(now = Date.now()): string {
  return Math.floor(now / 1000).toString()
}
