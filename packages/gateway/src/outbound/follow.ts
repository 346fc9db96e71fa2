import type { OutboundFile, Unreachable } from '../core/ports/outbound.js'
import type { Stop } from './download.js'
import { readTarget } from './target-url.js'
import { parsedUrl } from '../core/parsed-url.js'

const mostRedirects = 3

/** Asks one URL after the other, each as if somebody had named it, until one is not a redirect. */
export async function follow(
  first: string,
  allowPrivate: boolean,
  ask: (url: URL) => Promise<Stop>,
): Promise<OutboundFile> {
  let next = first
  for (let redirect = 0; redirect <= mostRedirects; redirect++) {
    const target = readTarget(next, allowPrivate)
    if (target.kind === 'refused') return unreachable('not-allowed')
    const stop = await ask(target.url)
    if (stop.kind === 'found') return { ...stop, url: target.url }
    if (stop.kind !== 'moved') return stop
    const url = parsedUrl(stop.location, target.url)
    if (url === undefined) break
    next = url.href
  }
  return unreachable('redirected')
}

function unreachable(why: Unreachable): OutboundFile {
  return { kind: 'unreachable', why }
}
