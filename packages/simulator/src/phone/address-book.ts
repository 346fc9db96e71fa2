import { chatModificationToAppPatch } from 'baileys'
import { shownNumber } from '../accounts/shown-number.js'
import type { Contact, Label } from '../virtual-chat.js'
import { lidJid } from '../wire/addresses.js'
import type { Phone } from './phone.js'

/** Whom the devices of an account know by name. */
export function contactsOf(phone: Phone): readonly Contact[] {
  return phone.appState.entries('contact').map(({ index: [, jid = ''], action: { contactAction } }) => {
    const account = phone.network.directory.byJid(jid)
    return {
      jid,
      number: account?.number,
      lid: account && lidJid(account.lid),
      fullName: contactAction?.fullName ?? '',
      firstName: contactAction?.firstName ?? '',
    }
  })
}

export function saveContact(phone: Phone, who: string, fullName: string, firstName = fullName): Promise<void> {
  return phone.act(() => {
    const account = phone.accountNamed(who)
    const [lid, address] = [lidJid(account.lid), shownNumber(account) ?? lidJid(account.lid)]
    const contact = { fullName, firstName, lidJid: lid, saveOnPrimaryAddressbook: true }
    return phone.appState.change(chatModificationToAppPatch({ contact }, knownAs(phone, account.number) ?? address))
  })
}

export function removeContact(phone: Phone, who: string): Promise<void> {
  return phone.act(async () => {
    const jid = knownAs(phone, phone.accountNamed(who).number)
    if (jid !== undefined) await phone.appState.change(chatModificationToAppPatch({ contact: null }, jid))
  })
}

export function labelsOf(phone: Phone): readonly Label[] {
  return phone.appState.entries('label_edit').flatMap(({ index: [, id = ''], action: { labelEditAction } }) => {
    if (!labelEditAction || labelEditAction.deleted) return []
    return [{ id, name: labelEditAction.name ?? '', color: labelEditAction.color ?? 0 }]
  })
}

function knownAs(phone: Phone, number: string): string | undefined {
  return contactsOf(phone).find((contact) => contact.number === number)?.jid
}
