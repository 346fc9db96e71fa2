import whatsAppClient from '@green-api/whatsapp-api-client'
import { GreenApiClient } from '@green-api/whatsapp-api-client-js-v2'
import { until } from '../native-client.js'
import type { Credentials } from './client.js'

type Typed = ReturnType<typeof whatsAppClient.restAPI>

/** GREEN-API's published client, with what its types leave out. */
export type Sdk = Omit<Typed, 'instance'> & {
  readonly message: {
    sendButtons(chatId: string, message: string, footer: string, buttons: readonly object[]): Promise<unknown>
    sendTemplateButtons(chatId: string, message: string, footer: string, buttons: readonly object[]): Promise<unknown>
    sendListMessage(
      chatId: string,
      message: string,
      buttonText: string,
      title: string,
      footer: string,
      sections: readonly object[],
    ): Promise<unknown>
  }
  readonly instance: Omit<Typed['instance'], 'archiveChat' | 'unarchiveChat'> & {
    archiveChat(chatId: string): Promise<unknown>
    unarchiveChat(chatId: string): Promise<unknown>
    getDeviceInfo(): Promise<unknown>
    editMessage(chatId: string, idMessage: string, message: string): Promise<{ idMessage: string }>
    deleteMessage(chatId: string, idMessage: string): Promise<unknown>
    getChats(): Promise<readonly Readonly<Record<string, unknown>>[]>
  }
  readonly settings: { getWaSettings(): Promise<Readonly<Record<string, unknown>>> }
}

export function sdkOf(url: string, { idInstance, apiTokenInstance }: Credentials): Sdk {
  return whatsAppClient.restAPI({
    idInstance: String(idInstance),
    apiTokenInstance,
    host: url,
    media: url,
  }) as unknown as Sdk
}

/** The newer one: the address of the vendor stands fixed in it. */
export function secondOf(url: string, credentials: Credentials): GreenApiClient {
  class Client extends GreenApiClient {
    protected override buildUrl(): string {
      return `${url}/waInstance${this.instance.idInstance}`
    }
  }
  return new Client(credentials)
}

/** What one can call on each part of a client, as `part.method`. */
export function methodsOf(parts: object): string[] {
  return Object.entries(parts).flatMap(([part, object]) => callables(object).map((method) => `${part}.${method}`))
}

function callables(object: unknown): string[] {
  const names: string[] = []
  for (
    let at = object;
    typeof at === 'object' && at !== null && at !== Object.prototype;
    at = Object.getPrototypeOf(at) as unknown
  ) {
    const own = Object.entries(Object.getOwnPropertyDescriptors(at))
    names.push(
      ...own.filter(([name, { value }]) => name !== 'constructor' && typeof value === 'function').map(([name]) => name),
    )
  }
  return [...new Set(names)]
}

/** The same client, which waits its turn where the vendor's limits ask for that and notes what it is called for. */
export function noting<Client extends object>(client: Client, called: Set<string>): Client {
  return new Proxy(client, {
    get(parts, part: string) {
      const value: unknown = Reflect.get(parts, part)
      return typeof value === 'object' && value !== null ? notingIn(value, part, called) : value
    },
  })
}

function notingIn<Part extends object>(part: Part, name: string, called: Set<string>): Part {
  return new Proxy(part, {
    get(methods, method: string) {
      const value: unknown = Reflect.get(methods, method)
      if (typeof value !== 'function') return value
      return (...said: unknown[]): unknown => {
        called.add(`${name}.${method}`)
        const ask = (): unknown => Reflect.apply(value, methods, said)
        const answer = ask()
        return answer instanceof Promise ? inTurn(ask, answer) : answer
      }
    },
  })
}

/** Waits its turn where the vendor's limits ask for that: its client throws at a 429. */
export async function inTurn<Reply>(ask: () => Reply | Promise<Reply>, first = ask()): Promise<Reply> {
  let turn: Reply | Promise<Reply> | undefined = first
  const { reply } = await until(
    async () => {
      try {
        return { reply: await (turn ?? ask()) }
      } catch (error) {
        if (statusOf(error) !== 429) throw error
        turn = undefined
        return {}
      }
    },
    (answer) => 'reply' in answer,
  )
  return reply as Reply
}

/** With which status a client's call was refused; both of the vendor's clients throw, and the second keeps the text alone. */
export function statusOf(error: unknown): number | undefined {
  const status = error instanceof Error ? /status code (\d{3})/.exec(error.message)?.[1] : undefined
  return status === undefined ? undefined : Number(status)
}
