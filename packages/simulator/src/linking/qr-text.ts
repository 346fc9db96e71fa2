/** What a companion puts into its QR code. */
export interface QrText {
  readonly ref: string
  readonly noiseKey: Buffer
  readonly identityKey: Buffer
  readonly advSecret: Buffer
}

/** Both forms: the plain list of older clients, and the same list behind a link. Undefined when it is neither. */
export function readQrText(text: string): QrText | undefined {
  const list = text.trim().replace(/^https:\/\/wa\.me\/settings\/linked_devices#/, '')
  const [ref, ...rest] = list.split(',')
  const [noiseKey, identityKey, advSecret] = rest.map((part) => Buffer.from(part, 'base64'))
  if (!ref || noiseKey?.length !== 32 || identityKey?.length !== 32 || advSecret?.length !== 32) return undefined
  return { ref, noiseKey, identityKey, advSecret }
}
