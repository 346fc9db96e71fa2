import type { Content, Quoted } from '../../core/messages/content.js'
import { vendorId } from './chat-ids.js'
import { flattened } from './flattened.js'
import type { Said } from './message-data.js'

/** The message that another one answers or reacts to, with what it says one level up. */
export interface QuotedMessage {
  readonly stanzaId: string
  readonly participant?: string
  /** Left out, with all that it says, where it is not shown. */
  readonly typeMessage?: Said['typeMessage']
}

export function quotedMessage(
  { id, sender, content }: Quoted,
  saidData: (content: Content) => Said | null,
): QuotedMessage {
  const said = content === null || content.kind === 'unsupported' ? null : saidData(content)
  return {
    stanzaId: id,
    participant: sender === null ? '' : vendorId(sender),
    ...(said !== null && { typeMessage: said.typeMessage, ...flattened(said) }),
  }
}
