import type { PhoneNumber } from '../../core/ids.js'

/** A contact card as WhatsApp's clients write one: vCard 3.0 (RFC 2426), whose `waid` makes the number a chat. */
export function vcard(name: string, phone: PhoneNumber, organization: string | undefined): string {
  return [
    'BEGIN:VCARD',
    'VERSION:3.0',
    `N:;${escaped(name)};;;`,
    `FN:${escaped(name)}`,
    ...(organization === undefined ? [] : [`ORG:${escaped(organization)}`]),
    `TEL;type=CELL;type=VOICE;waid=${phone}:+${phone}`,
    'END:VCARD',
  ].join('\n')
}

function escaped(value: string): string {
  return value.replace(/[\\;,]/g, '\\$&').replace(/\r\n|[\r\n]/g, '\\n')
}
