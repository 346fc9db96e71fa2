import type { Caller } from '../../core/access/access.js'
import { GatewayError } from '../../core/errors/gateway-error.js'
import type { Gateway } from '../../core/gateway.js'
import type { InstanceId, MessageId } from '../../core/ids.js'
import { Turns } from '../../core/turns.js'
import { Refused } from './errors.js'

/** Whose status goes where. URLs stand once, however many messages name them. */
interface Callbacks {
  readonly urls: readonly string[]
  /** The newest last: message id and place among `urls`. */
  readonly messages: readonly (readonly [id: string, url: number])[]
}

const none: Callbacks = { urls: [], messages: [] }
/** Of one device; what becomes of older ones is no longer told. */
const mostMessages = 1000
const dialect = 'wavave'

/** Where a message's statuses go, as far as its call named a URL. */
export function callbackOf(settings: unknown, message: string): string | undefined {
  const { urls, messages } = read(settings)
  const place = messages.findLast(([id]) => id === message)?.[1]
  return place === undefined ? undefined : urls[place]
}

/** Remembers the `callbackStatus` of messages, in the settings of this dialect, before each is handed in. */
export class CallbackStatus {
  readonly #gateway: Pick<Gateway, 'settings' | 'subscriptions'>
  readonly #turns = new Turns()

  constructor(gateway: Pick<Gateway, 'settings' | 'subscriptions'>) {
    this.#gateway = gateway
  }

  async remember(caller: Caller, instance: InstanceId, message: MessageId, url: string): Promise<void> {
    const { settings } = this.#gateway
    await this.#turns.run(instance, async () => {
      await this.#subscribe(caller, instance, url)
      const known = read(await settings.read(caller, instance, dialect))
      await settings.write(caller, instance, dialect, withMessage(known, message, url))
    })
  }

  /** One subscription carries the statuses of a device; its own URL is the newest that was named. */
  async #subscribe(caller: Caller, instance: InstanceId, url: string): Promise<void> {
    try {
      await this.#gateway.subscriptions.manage(caller, instance, dialect, { url, kinds: ['message.status'] })
    } catch (error) {
      if (!(error instanceof GatewayError) || error.field !== 'url') throw error
      throw new Refused('bad-request', 'Parameter callbackStatus harus berupa URL publik', {
        field: 'callbackStatus',
        cause: error,
      })
    }
  }
}

function read(settings: unknown): Callbacks {
  return { ...none, ...(settings as Partial<Callbacks> | undefined) }
}

function withMessage(known: Callbacks, message: string, url: string): Callbacks {
  const kept = known.messages.slice(1 - mostMessages).map(([id, place]) => [id, known.urls[place] ?? ''] as const)
  const all = [...kept, [message, url] as const]
  const urls = [...new Set(all.map(([, one]) => one))]
  return { urls, messages: all.map(([id, one]) => [id, urls.indexOf(one)] as const) }
}
