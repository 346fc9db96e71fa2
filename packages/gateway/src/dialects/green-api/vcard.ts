export interface Card {
  readonly phone: string
  /** What is shown of them. */
  readonly name: string
  readonly first: string | undefined
  readonly middle: string | undefined
  readonly last: string | undefined
  readonly company: string | undefined
}

/** A contact card as WhatsApp's clients write one: vCard 3.0 (RFC 2426), whose `waid` makes the number a chat. */
export function vcard({ phone, name, first, middle, last, company }: Card): string {
  return [
    'BEGIN:VCARD',
    'VERSION:3.0',
    `N:${[last, first, middle, '', ''].map((part) => escaped(part ?? '')).join(';')}`,
    `FN:${escaped(name)}`,
    ...(company === undefined ? [] : [`ORG:${escaped(company)}`]),
    `TEL;type=CELL;type=VOICE;waid=${phone}:+${phone}`,
    'END:VCARD',
  ].join('\n')
}

function escaped(value: string): string {
  return value.replace(/[\\;,]/g, '\\$&').replace(/\r\n|[\r\n]/g, '\\n')
}
