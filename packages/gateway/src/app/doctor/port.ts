import { createServer } from 'node:net'
import type { Config } from '../config.js'
import { fail, ok, warn, type Finding } from './finding.js'

export type PortState =
  | { readonly kind: 'free' }
  | { readonly kind: 'any' }
  | { readonly kind: 'gangway'; readonly version: string }
  | { readonly kind: 'taken' }
  | { readonly kind: 'refused'; readonly code: string }

const patience = 2_000

/** `url`: where a gateway on that port would answer. */
export async function inspectPort({ host, port }: Pick<Config, 'host' | 'port'>, url: string): Promise<PortState> {
  if (port === 0) return { kind: 'any' }
  const code = await listeningFails(host, port)
  if (code === undefined) return { kind: 'free' }
  if (code !== 'EADDRINUSE') return { kind: 'refused', code }
  const version = await gangwayAt(url)
  return version === undefined ? { kind: 'taken' } : { kind: 'gangway', version }
}

async function listeningFails(host: string, port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', (error) => {
      resolve('code' in error && typeof error.code === 'string' ? error.code : error.message)
    })
    server.listen({ host, port, exclusive: true }, () => {
      server.close(() => {
        resolve(undefined)
      })
    })
  })
}

/** Its version, if a Gangway is what answers. */
async function gangwayAt(url: string): Promise<string | undefined> {
  try {
    const response = await fetch(`${url}/healthz`, { signal: AbortSignal.timeout(patience) })
    const body: unknown = await response.json()
    const isGangway = typeof body === 'object' && body !== null && 'status' in body && 'version' in body
    return isGangway && typeof body.version === 'string' ? body.version : undefined
  } catch {
    return undefined
  }
}

/** `ours`: a gateway holds the data folder of these settings. */
export function judgePort(
  state: PortState,
  about: { readonly port: number; readonly url: string; readonly version: string; readonly ours: boolean },
): Finding {
  const subject = 'Port'
  const { port, url, version, ours } = about
  switch (state.kind) {
    case 'any':
      return ok(subject, 'any that is free (PORT=0)')
    case 'free':
      return ours
        ? warn(
            subject,
            `${port} is free, but a gateway uses this data folder`,
            'It listens elsewhere: set PORT as it is.',
          )
        : ok(subject, `${port} is free`)
    case 'taken':
      return fail(subject, `${port} is taken by something else`, 'Stop what uses it, or set PORT to another one.')
    case 'refused':
      return fail(
        subject,
        `${port} cannot be used (${state.code})`,
        'Set PORT to one above 1023 and HOST to an address of this machine.',
      )
    case 'gangway':
      if (!ours) {
        return warn(
          subject,
          `${port} is in use by a Gangway with another data folder`,
          'Set GANGWAY_DATA_DIR as it is for that one, or PORT to another port.',
        )
      }
      if (state.version !== version) {
        return warn(subject, `Gangway ${state.version} answers at ${url}, and this is ${version}`, 'Restart it.')
      }
      return ok(subject, `Gangway ${version} answers at ${url}`)
  }
}
