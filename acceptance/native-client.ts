import type { GatewayProcess } from './gateway-process.js'

/** An answer of the API as it came, for tests that look at its status and shape. */
export interface Answer {
  readonly status: number
  readonly body: Record<string, unknown>
  readonly text: string
}

export interface LinkSnapshot {
  readonly step: 'opening' | 'scan' | 'type-code' | 'starting' | 'linked' | 'failed'
  readonly attempt: string
  readonly qr: string
  readonly png: string
  readonly svg: string
  readonly code: string
  readonly phone: string
  readonly expiresAt: string
  readonly error: { readonly code: string; readonly hint?: string }
}

export interface GatewayEvent {
  readonly seq: number
  readonly kind: string
  readonly data: Record<string, unknown>
}

export interface Instance {
  readonly id: string
  readonly state: string
  readonly reason: string
  readonly account: { readonly phone: string } | null
}

/** Calls the native API with plain fetch, as a stranger's script would. */
export class NativeClient {
  readonly #base: string
  readonly #key: string

  constructor(base: string, key: string) {
    this.#base = `${base}/api/v1`
    this.#key = key
  }

  static async of(gateway: GatewayProcess): Promise<NativeClient> {
    return new NativeClient(gateway.url, await gateway.adminKey())
  }

  async call(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    const response = await fetch(this.#base + path, {
      method,
      headers: {
        authorization: `Bearer ${this.#key}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    const isJson = response.headers.get('content-type')?.includes('json') === true
    return { status: response.status, text, body: isJson ? (JSON.parse(text) as Record<string, unknown>) : {} }
  }

  /** The same, for a call that has to succeed. */
  async ok<T = Record<string, unknown>>(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<T> {
    const answer = await this.call(method, path, body, headers)
    if (answer.status >= 300) throw new Error(`${method} ${path} answered ${answer.status}: ${answer.text}`)
    return answer.body as T
  }

  async create(wish: object): Promise<Instance> {
    return this.ok('POST', '/instances', wish)
  }

  async instance(id: string): Promise<Instance> {
    return this.ok('GET', `/instances/${id}`)
  }

  async link(id: string, how: object = { method: 'qr' }): Promise<LinkSnapshot> {
    return this.ok('POST', `/instances/${id}/link`, how)
  }

  async events(id: string): Promise<GatewayEvent[]> {
    const { items } = await this.ok<{ items: GatewayEvent[] }>('GET', `/instances/${id}/events?after=0&limit=500`)
    return items
  }

  /** Asks for a QR until there is one, and answers its text. */
  async qr(id: string): Promise<string> {
    const { qr } = await until(
      () => this.link(id),
      ({ step }) => step === 'scan',
    )
    return qr
  }

  /** Reads the attempt until it ends, and answers how. */
  async linkEnd(id: string): Promise<LinkSnapshot> {
    return until(
      () => this.ok<LinkSnapshot>('GET', `/instances/${id}/link?wait=5`),
      ({ step }) => step === 'linked' || step === 'failed',
    )
  }

  async reaches(id: string, state: string): Promise<Instance> {
    return until(
      () => this.instance(id),
      (instance) => instance.state === state,
    )
  }

  /** Waits for an event that fits, past or to come. */
  async event(id: string, fits: (event: GatewayEvent) => boolean): Promise<GatewayEvent> {
    const events = await until(
      () => this.events(id),
      (all) => all.some(fits),
    )
    const found = events.find(fits)
    if (!found) throw new Error('the event is gone again')
    return found
  }
}

/** A run shares its machine: that something takes long is no finding, that it never comes is one. */
const patience = 60_000
const pause = 20

/** Asks again and again until the answer fits; fails with the last answer when that takes too long. */
export async function until<T>(ask: () => Promise<T> | T, fits: (answer: T) => boolean): Promise<T> {
  const deadline = performance.now() + patience
  for (;;) {
    const answer = await ask()
    if (fits(answer)) return answer
    if (performance.now() > deadline)
      throw new Error(`waited in vain; last seen: ${JSON.stringify(answer).slice(0, 2000)}`)
    await new Promise((resolve) => setTimeout(resolve, pause))
  }
}
