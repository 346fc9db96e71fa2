/** The logger given to the library: its lines carry JIDs, keys and message texts, so none of them is kept (promise 7). */
export const quietLogger = {
  level: 'silent',
  child: () => quietLogger,
  trace: () => undefined,
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
}

/** libsignal prints whole sessions, private keys included, to the console. A thread that runs it gets a mute one. */
export function muteConsole(): void {
  const mute = (): void => undefined
  Object.assign(globalThis.console, { log: mute, info: mute, warn: mute, error: mute, debug: mute, trace: mute })
}
