import type { BinaryNode } from 'baileys'
import { children, element, serverJid } from '../wire/nodes.js'

/** What the server says to an iq: the content of a result, or why not. */
export type IqAnswer = readonly BinaryNode[] | IqError
export interface IqError {
  readonly code: number
  readonly text: string
}

export const notImplemented: IqError = { code: 501, text: 'feature-not-implemented' }
export const notFound: IqError = { code: 404, text: 'item-not-found' }
export const badRequest: IqError = { code: 400, text: 'bad-request' }

/** Every iq is answered at once: an unanswered one holds a client up for a minute. */
export function answerIq(iq: BinaryNode, answer: IqAnswer): BinaryNode {
  const attrs = { id: iq.attrs.id, from: iq.attrs.to ?? serverJid }
  if ('code' in answer) {
    const error = element('error', { code: answer.code.toString(), text: answer.text })
    return element('iq', { ...attrs, type: 'error' }, [error])
  }
  return element('iq', { ...attrs, type: 'result' }, answer.length > 0 ? [...answer] : undefined)
}

/** The first child says what is asked. */
export function firstChild(iq: BinaryNode): BinaryNode | undefined {
  return children(iq)[0]
}
