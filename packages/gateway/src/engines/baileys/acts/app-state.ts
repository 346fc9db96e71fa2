import type { ChatModification } from 'baileys'
import { GatewayError } from '../../../core/errors/gateway-error.js'
import type { Session } from '../session.js'

/** Changes what all devices of the account have in common. */
export async function changeState({ socket, creds }: Session, change: ChatModification, jid: string): Promise<void> {
  if (creds.myAppStateKeyId === undefined) {
    throw new GatewayError('send-timed-out', 'The phone has not shared the keys for this yet.')
  }
  await socket.chatModify(change, jid)
}
