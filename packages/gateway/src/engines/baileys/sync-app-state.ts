import { ALL_WA_PATCH_NAMES } from 'baileys'
import type { Session } from './session.js'

/**
 * Reads what the devices of the account have in common as soon as the phone has shared the keys for it: address book,
 * archived chats, names. The library does so only together with the history of chats, which is not taken here. Once in
 * the life of a link: from then on WhatsApp says what has changed.
 */
export function syncAppState({ socket, creds }: Session): void {
  let begun = false
  const sync = async (): Promise<void> => {
    if (begun || creds.myAppStateKeyId === undefined || creds.accountSyncCounter > 0) return
    begun = true
    await socket.resyncAppState(ALL_WA_PATCH_NAMES, false)
    socket.ev.emit('creds.update', { accountSyncCounter: 1 })
  }
  const start = (): void => {
    // What was not read this time is read over the next connection.
    sync().catch(() => undefined)
  }
  socket.ev.on('connection.update', ({ connection }) => {
    if (connection === 'open') start()
  })
  socket.ev.on('creds.update', ({ myAppStateKeyId }) => {
    if (myAppStateKeyId !== undefined) start()
  })
}
