/**
 * Gathers messages and posts them together: waking the other thread costs more than the messages do.
 * @param when how long to gather: `setImmediate` for the turn of the event loop, `queueMicrotask` for what is going on
 */
export function postBatch<Message>(
  post: (messages: readonly Message[]) => void,
  when: (flush: () => void) => void,
): (message: Message) => void {
  let gathered: Message[] = []
  const flush = (): void => {
    const messages = gathered
    gathered = []
    post(messages)
  }
  return (message) => {
    if (gathered.push(message) === 1) when(flush)
  }
}
