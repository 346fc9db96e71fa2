/** Asks every few milliseconds until it is so; fails when it has not become so in a very long time. */
export async function becomes(
  what: string,
  isSo: () => boolean | Promise<boolean>,
  patience: { readonly ms: number; readonly lastSeen?: () => unknown } = { ms: 60_000 },
): Promise<void> {
  const deadline = performance.now() + patience.ms
  while (!(await isSo())) {
    if (performance.now() > deadline) {
      throw new Error(`waited in vain: ${what} ${JSON.stringify(patience.lastSeen?.())}`)
    }
    await pause(5)
  }
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms)
  })
}
