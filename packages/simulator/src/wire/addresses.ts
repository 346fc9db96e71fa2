import { jidDecode } from 'baileys'

/** An account's device, by phone number (`@s.whatsapp.net`) or by LID (`@lid`). Device 0 is the phone. */
export interface Address {
  readonly user: string
  readonly device: number
  readonly kind: 'number' | 'lid'
}

/** Undefined for groups, broadcasts and everything else that is not a person. */
export function readAddress(jid: string | undefined): Address | undefined {
  const decoded = jid === undefined ? undefined : jidDecode(jid)
  if (decoded === undefined || decoded.user === '') return undefined
  const kind = { 's.whatsapp.net': 'number', 'c.us': 'number', lid: 'lid' }[decoded.server as string]
  if (kind !== 'number' && kind !== 'lid') return undefined
  return { user: decoded.user, device: decoded.device ?? 0, kind }
}

export function numberJid(number: string, device = 0): string {
  return device === 0 ? `${number}@s.whatsapp.net` : `${number}:${device}@s.whatsapp.net`
}

export function lidJid(lid: string, device = 0): string {
  return device === 0 ? `${lid}@lid` : `${lid}:${device}@lid`
}
