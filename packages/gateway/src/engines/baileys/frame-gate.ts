/** What a frame waits for: undefined when there is nothing. */
export type Barrier = () => Promise<void> | undefined

type Sent = (error?: Error) => void

/** Of a WebSocket, what the library writes its frames with. */
export interface Wire {
  send(data: Uint8Array, sent?: Sent): void
}

/**
 * Lets a frame leave only after everything that was to be committed when it was written is on the disk. So no
 * acknowledgement overtakes the event that it acknowledges, and no message the ratchet that it was encrypted with
 * (promise 1), whatever in the library sends it. Frames keep their order: each is encrypted with the number of its place.
 */
export function holdFrames(wire: Wire, barrier: Barrier): void {
  const send = wire.send.bind(wire)
  let last: Promise<void> | undefined
  const pass = (data: Uint8Array, sent?: Sent): void => {
    const committed = barrier()
    if (!last && !committed) {
      send(data, sent)
      return
    }
    // The library goes on with the next message meanwhile: waiting here would make each of them wait for a disk sync.
    sent?.()
    const turn = Promise.all([last, committed]).then(() => {
      send(data)
      if (last === turn) last = undefined
    })
    // Where the commit failed nothing leaves any more: this frame and all after it are dropped, and the connection ends.
    turn.catch(() => undefined)
    last = turn
  }
  wire.send = pass
}
