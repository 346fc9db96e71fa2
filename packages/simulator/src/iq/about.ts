import type { BinaryNode } from 'baileys'
import { changeAbout } from '../profiles/acts.js'
import { badRequest, firstChild, type IqAnswer, type IqError } from '../server/iq-answer.js'
import { textOf } from '../wire/nodes.js'
import type { Asker } from './query.js'

/** Longest line of text that a profile has. */
const longest = 139
const notAcceptable: IqError = { code: 406, text: 'not-acceptable' }

/** The account changes the text in its profile. What others have is asked for by usync. */
export function answerAbout(iq: BinaryNode, { network, account }: Asker): IqAnswer {
  const wanted = firstChild(iq)
  if (iq.attrs.type !== 'set' || wanted?.tag !== 'status') return badRequest
  const text = textOf(wanted)
  if (text.length > longest) return notAcceptable
  changeAbout(network, account, text)
  return []
}
