type Note = (fields?: unknown, message?: string) => void

/** As much of a logger as the library asks for. */
export interface QuietLogger {
  level: string
  child: () => QuietLogger
  trace: Note
  debug: Note
  info: Note
  warn: Note
  error: Note
}

/** The logger given to the library: its lines carry JIDs, keys and message texts, so none of them is kept (promise 7). */
export const quietLogger: QuietLogger = {
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
