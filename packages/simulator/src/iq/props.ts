import type { IqAnswer } from '../server/iq-answer.js'
import { element } from '../wire/nodes.js'

/** What the server has clients try out: nothing. */
export function answerProps(): IqAnswer {
  return [element('props', { protocol: '1', hash: 'sim', refresh: '86400', refresh_id: '1' }, [])]
}
