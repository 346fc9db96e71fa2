import { createReadStream } from 'node:fs'

/** What a name and its number may be apart, so that neither is cut by the end of a chunk. */
const overlap = 256

/**
 * How many pages a PDF says it has: the largest count of its page trees, where these stand open. A file that keeps them
 * compressed is not opened for it.
 */
export async function pdfPages(path: string): Promise<number | undefined> {
  let most = 0
  let tail = ''
  for await (const chunk of createReadStream(path, { encoding: 'latin1', highWaterMark: 1024 * 1024 })) {
    const text = tail + String(chunk)
    for (const [tree] of text.matchAll(/\/Type\s{0,8}\/Pages\b[^]{0,200}|[^]{0,200}\/Type\s{0,8}\/Pages\b/g)) {
      const [, count] = /\/Count\s{1,8}(\d{1,6})\b/.exec(tree) ?? []
      most = Math.max(most, Number(count ?? 0))
    }
    tail = text.slice(-overlap)
  }
  return most > 0 ? most : undefined
}
