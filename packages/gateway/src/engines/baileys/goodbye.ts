import { S_WHATSAPP_NET, type AuthenticationCreds } from 'baileys'
import { ask } from './refusals.js'
import type { Socket } from './socket.js'

/** Tells WhatsApp that this device goes; false when it did not answer. Never rejects. */
export async function sayGoodbye(socket: Socket, creds: AuthenticationCreds): Promise<boolean> {
  const attrs = { jid: creds.me?.id ?? '', reason: 'user_initiated' }
  const goodbye = { tag: 'remove-companion-device', attrs }
  try {
    await ask(socket, { to: S_WHATSAPP_NET, type: 'set', xmlns: 'md' }, [goodbye])
    return true
  } catch {
    return false
  }
}
