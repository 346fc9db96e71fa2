import type { proto } from 'baileys'
import { bounds, cut, first } from './bounds.js'
import type { Unwrapped } from './unwrap.js'

/** JIDs that reading a message will ask the name of, as far as its context names them. */
export function peopleIn({ body }: Unwrapped): readonly string[] {
  const people = Object.values(body).flatMap((said: unknown) => {
    if (typeof said !== 'object' || said === null || !('contextInfo' in said)) return []
    const info = said.contextInfo as proto.IContextInfo | null
    return info ? [...(info.participant ? [info.participant] : []), ...first(info.mentionedJid, bounds.mentions)] : []
  })
  const keys = [body.commentMessage?.targetMessageKey, body.reactionMessage?.key]
  return [...people, ...keys.flatMap((key) => (key?.participant ? [key.participant] : []))].map((jid) =>
    cut(jid, bounds.jid),
  )
}
