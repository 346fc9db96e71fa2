import { wavave, type WavaveOptions } from '#gateway/dialects/wavave/index.js'
import { served, type Answer } from '../dialects/served.js'
import { key, stagedGateway, type StagedGateway } from '../dialects/staged-gateway.js'

export const device = '628123456789'
export const calls = ['/v1/device/scanqr', '/v1/device/pairingcode', '/v1/device/disconnect'] as const

export interface World {
  readonly gateway: StagedGateway
  readonly url: string
  readonly log: readonly string[]
  readonly post: (path: string, body?: unknown, headers?: Record<string, string>) => Promise<Answer>
  readonly call: (method: string, path: string, body?: unknown, headers?: Record<string, string>) => Promise<Answer>
}

/** With the key of ours unless a header says otherwise. */
export async function startWorld(options: WavaveOptions = {}, gateway = stagedGateway()): Promise<World> {
  const { url, log, call: bare } = await served(gateway, wavave(options))
  const call: World['call'] = (method, path, body, headers = {}) =>
    bare(method, path, body, { authorization: `Bearer ${key}`, ...headers })
  return { gateway, url, log, call, post: (path, body, headers) => call('POST', path, body, headers) }
}

/** The whole of a failure as the vendor's clients read it. */
export function failure(code: number, status: string, message: string): Record<string, unknown> {
  return { success: false, message, status, code, status_code: code }
}
