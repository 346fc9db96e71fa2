/** Records are kept as JSON text in which bytes survive. */
export function toText(value: unknown): string {
  return JSON.stringify(value, function (this: Record<string, unknown>, name, current: unknown) {
    // Buffers have a toJSON of their own, so the untouched value is looked at.
    const raw = this[name]
    return raw instanceof Uint8Array ? { $bytes: Buffer.from(raw).toString('base64') } : current
  })
}

export function fromText(text: string): unknown {
  return JSON.parse(text, (_name, value: unknown) => {
    if (typeof value !== 'object' || value === null || !('$bytes' in value)) return value
    return Buffer.from(String(value.$bytes), 'base64')
  })
}
