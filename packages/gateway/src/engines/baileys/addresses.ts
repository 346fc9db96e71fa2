import { isLidUser, isPnUser } from 'baileys'
import type { PhoneNumber } from '../../core/ids.js'

/** One person or group as WhatsApp may address it: by number, by LID, or by something else. */
export interface Addresses {
  readonly phone: string | null
  readonly lid: string | null
  readonly other: string
}

/** WhatsApp addresses one person by number or by LID and may give the other one beside it. */
export function addresses(jid: string, alternative?: string | null): Addresses {
  const other = plain(jid)
  const second = alternative ? plain(alternative) : ''
  return { phone: firstOf(isPnUser, other, second), lid: firstOf(isLidUser, other, second), other }
}

function firstOf(fits: (jid: string) => boolean | undefined, one: string, other: string): string | null {
  if (fits(one) === true) return one
  return fits(other) === true ? other : null
}

/**
 * Without the device. Devices that WhatsApp hosts for a business have servers of their own, and are the same person. As the
 * library's `jidNormalizedUser`, which takes a JID to pieces and puts it together again for every message.
 */
function plain(jid: string): string {
  const at = jid.indexOf('@')
  if (at < 0) return ''
  const server = jid.slice(at + 1)
  const end = jid.search(/[:_@]/)
  return `${jid.slice(0, end)}@${servers[server] ?? server}`
}

/** Other names of the same server. */
const servers: Readonly<Record<string, string | undefined>> = {
  'c.us': 's.whatsapp.net',
  hosted: 's.whatsapp.net',
  'hosted.lid': 'lid',
}

/** One id per person: the number where it is known. */
export function canonical({ phone, lid, other }: Addresses): string {
  return phone ?? lid ?? other
}

/** What stands before the server of a JID without device. */
export function userOf(jid: string): string {
  return jid.slice(0, jid.indexOf('@'))
}

/** The digits of a JID by number. */
export function phoneOf({ phone }: Addresses): PhoneNumber | null {
  return phone === null ? null : (userOf(phone) as PhoneNumber)
}

/** Every way to name somebody, the LID first. */
export function spellingsOf({ phone, lid, other }: Addresses): readonly string[] {
  const known = [lid, phone].filter((jid) => jid !== null)
  return known.length > 0 ? known : [other]
}

export function samePerson(one: Addresses, other: Addresses): boolean {
  return (one.phone !== null && one.phone === other.phone) || (one.lid !== null && one.lid === other.lid)
}
