import { expect } from 'vitest'
import type { Caller, Scope } from '#gateway/core/access/access.js'
import type { Gateway } from '#gateway/core/gateway.js'
import type { MessageLinks } from '#gateway/core/message-links/message-links.js'
import { meta } from '#gateway/dialects/meta/index.js'
import { served, type Answer } from '../dialects/served.js'
import { noonClock, publicUrl, startLinks, type LinksWorld } from '../message-links/world.js'

export const key = 'key-of-ours'
export const strangerKey = 'key-of-a-stranger'
export const number = '4915112345678'
/** The one of Meta's own samples. */
export const phoneNumberId = '106540352242922'
export const edge = `/v25.0/${number}/message_qrdls`

export interface QrCode {
  readonly code: string
  readonly prefilled_message: string
  readonly deep_link_url: string
  readonly qr_image_url?: string
}

export interface Page {
  readonly data: readonly QrCode[]
  readonly paging?: {
    readonly cursors: { readonly before: string; readonly after: string }
    readonly previous?: string
    readonly next?: string
  }
}

export interface World extends LinksWorld {
  readonly log: string[]
  readonly url: string
  readonly caller: Caller
  /** What the next question to the core is refused with. */
  readonly failNext: (error: Error) => void
  /** With the key of ours unless a header says otherwise. */
  readonly call: (method: string, path: string, body?: unknown, headers?: Record<string, string>) => Promise<Answer>
  readonly make: (text?: string) => Promise<QrCode>
  readonly page: (path: string) => Promise<Page>
  readonly keyWith: (scopes: readonly Scope[], network?: 'sandbox') => Promise<string>
}

/** The dialect over the real core and store, on a real socket. */
export async function startWorld(): Promise<World> {
  const links = await startLinks(noonClock())
  const caller = await links.callerOf('shop')
  await links.core.access.admit(caller.workspace, key, 'ours')
  await links.core.access.admit((await links.callerOf('bar')).workspace, strangerKey, 'a stranger’s')
  let failure: Error | undefined
  const messageLinks = new Proxy<MessageLinks>(links.links, {
    get: (target, name: keyof MessageLinks) => {
      return (...parts: never[]) => {
        const thrown = failure
        failure = undefined
        if (thrown) return Promise.reject(thrown)
        return (target[name] as (...parts: never[]) => unknown).apply(target, parts)
      }
    },
  })
  const gateway: Gateway = { ...links.core.gateway, messageLinks }
  const { url, log, call: bare } = await served(gateway, meta({ publicUrl: `${publicUrl}/` }))
  const call: World['call'] = (method, path, body, headers = {}) =>
    bare(method, path, body, { authorization: `Bearer ${key}`, ...headers })
  const ok = async (...parts: Parameters<World['call']>): Promise<unknown> => {
    const answer = await call(...parts)
    expect([answer.status, answer.body.error]).toEqual([200, undefined])
    return answer.body
  }
  return {
    ...links,
    log: log as string[],
    url,
    caller,
    call,
    failNext: (error) => (failure = error),
    make: async (text = 'Hello') => (await ok('POST', edge, { prefilled_message: text })) as QrCode,
    page: async (path) => (await ok('GET', path)) as Page,
    keyWith: async (scopes, network) => {
      const made = await links.core.gateway.access.createKey(caller, {
        name: 'narrow',
        scopes: [...scopes],
        ...(network && { network }),
      })
      return made.key
    },
  }
}

/** The whole of an error, as Graph tells it. */
export function graphError(error: Record<string, unknown>): Record<string, unknown> {
  return { error: { ...error, fbtrace_id: expect.stringMatching(/^A[\w-]{22}$/) as string } }
}
