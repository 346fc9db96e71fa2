import { isJidGroup, isLidUser, isPnUser, WAMessageAddressingMode } from 'baileys'
import type { Writing } from '../content/write-content.js'
import type { Session } from '../session.js'

/**
 * How people are named in a message to this chat: a group says itself whether by number or by LID, and in a chat of two
 * both are named as the other one is.
 * @param people who will be named
 */
export async function writingTo(session: Session, chat: string, people: readonly (string | null)[]): Promise<Writing> {
  const { creds, keys, groups } = session
  const byLid =
    isJidGroup(chat) === true
      ? (await groups.get(session.socket, chat)).addressingMode === WAMessageAddressingMode.LID
      : isLidUser(chat) === true
  await keys.book.prepare(people.filter((jid) => jid !== null))
  return {
    chat,
    addressOf: (jid) => {
      const who = keys.book.of(jid ?? creds.me?.id ?? '')
      // Whoever has only the other address is named by that.
      return (byLid ? (who.lid ?? who.phone) : (who.phone ?? who.lid)) ?? who.other
    },
  }
}

/** Whether the members of a chat are more than the two, so that a message has to say whose it is. */
export function hasMembers(chat: string): boolean {
  return isPnUser(chat) !== true && isLidUser(chat) !== true
}
