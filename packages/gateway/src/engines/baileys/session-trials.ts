import libsignal from 'libsignal'

/** One session with a correspondent, as libsignal holds it while it works. */
interface Session {
  serialize(): object
}

interface SessionType {
  deserialize(data: object): Session
}

/** What libsignal's `SessionCipher` has and its types leave out. */
interface Trials {
  decryptWithSessions: (this: Trials, data: Uint8Array, sessions: readonly Session[]) => Promise<unknown>
}

let alone = false

/**
 * Two people who write to each other at once have two sessions, and libsignal tries a message on one after the other. A
 * session that did not fit has by then been stepped to a ratchet that the other side knows nothing of, and is stored like
 * that together with the one that did (`decryptWithSessions` of libsignal 6): every later message in it is unreadable and
 * has to be asked for again. Here a session that did not fit is put back as it was. For all of this thread.
 */
export function tryEachSessionAlone(): void {
  if (alone) return
  alone = true
  const cipher = libsignal.SessionCipher.prototype as unknown as Trials
  const together = cipher.decryptWithSessions
  cipher.decryptWithSessions = async function (data, sessions) {
    if (sessions.length < 2) return together.call(this, data, sessions)
    let failure: unknown
    for (const session of sessions) {
      const before = session.serialize()
      try {
        return await together.call(this, data, [session])
      } catch (error) {
        failure = error
        Object.assign(session, (session.constructor as unknown as SessionType).deserialize(before))
      }
    }
    throw failure
  }
}
