import { numberJid } from '../wire/addresses.js'
import type { Account } from './account.js'

/** The number of an account as stanzas name it beside the LID; undefined while the account keeps it to itself. */
export function shownNumber({ number, record }: Account): string | undefined {
  return record.numberHidden === true ? undefined : numberJid(number)
}
