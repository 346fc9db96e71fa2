import { isHostedLidUser, isHostedPnUser, isLidUser, isPnUser, jidDecode, jidNormalizedUser } from 'baileys'
import type { ChatId, PhoneNumber } from '../../core/ids.js'

/** One person or group as WhatsApp may address it: by number, by LID, or by something else. */
export interface Addresses {
  readonly phone: string | null
  readonly lid: string | null
  readonly other: string
}

/** WhatsApp addresses one person by number or by LID and may give the other one beside it. */
export function addresses(jid: string, alternative?: string | null): Addresses {
  const all = [plain(jid), plain(alternative ?? '')]
  return {
    phone: all.find((one) => isPnUser(one) === true) ?? null,
    lid: all.find((one) => isLidUser(one) === true) ?? null,
    other: all[0] ?? '',
  }
}

/** Without the device. Devices that WhatsApp hosts for a business have servers of their own, and are the same person. */
function plain(jid: string): string {
  const user = jidNormalizedUser(jid)
  if (isHostedPnUser(user)) return user.replace('@hosted', '@s.whatsapp.net')
  return isHostedLidUser(user) ? user.replace('@hosted.lid', '@lid') : user
}

/** One id per person: the number where it is known. */
export function canonical({ phone, lid, other }: Addresses): string {
  return phone ?? lid ?? other
}

/** The digits of a JID by number. */
export function phoneOf({ phone }: Addresses): PhoneNumber | null {
  return phone === null ? null : ((jidDecode(phone)?.user ?? null) as PhoneNumber | null)
}

export function samePerson(one: Addresses, other: Addresses): boolean {
  return (one.phone !== null && one.phone === other.phone) || (one.lid !== null && one.lid === other.lid)
}

/** The chat that a JID belongs to, without its device. */
export function chatOf(jid: string, alternative?: string): ChatId {
  return canonical(addresses(jid, alternative)) as ChatId
}
