/**
 * What may be logged of an error that came up over somebody's content: its name and place. Its message may quote the text
 * itself, as that of a JSON parser does.
 */
export function whereOf(error: unknown): { readonly error: string; readonly at: readonly string[] } {
  if (!(error instanceof Error)) return { error: typeof error, at: [] }
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line))
  return { error: error.name, at: frames.slice(0, 5).map((line) => line.trim()) }
}
