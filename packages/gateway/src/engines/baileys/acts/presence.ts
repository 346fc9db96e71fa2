import type { Act } from './act.js'

export const set: Act<'presence.set'> = async ({ socket }, { presence }) => {
  await socket.sendPresenceUpdate(presence)
  return null
}

export const show: Act<'presence.show'> = async ({ socket }, { chat, presence }) => {
  await socket.sendPresenceUpdate(presence, chat)
  return null
}

/** More chats than this nobody watches over one connection; the first are forgotten then. */
const mostWatched = 5_000

export const subscribe: Act<'presence.subscribe'> = async ({ socket, keys, watched }, { chat }) => {
  await keys.book.prepare([chat])
  watched.add(keys.book.nameOf(chat))
  const [oldest] = watched
  if (watched.size > mostWatched && oldest !== undefined) watched.delete(oldest)
  await socket.presenceSubscribe(chat)
  return null
}
