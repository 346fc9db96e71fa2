export interface LoggedEvent {
  readonly seq: number
  readonly id: string
  readonly kind: string
  readonly data: Readonly<Record<string, unknown>>
}

/** The gateway's native API, as somebody who has to reckon with its death at any moment calls it. */
export class HardyClient {
  readonly #base: string
  readonly #key: string

  constructor(base: string, key: string) {
    this.#base = `${base}/api/v1`
    this.#key = key
  }

  /** One attempt. Rejects when there was no answer. */
  async call(method: string, path: string, body?: object, headers: Readonly<Record<string, string>> = {}) {
    const response = await fetch(this.#base + path, {
      method,
      headers: {
        authorization: `Bearer ${this.#key}`,
        ...(body && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(20_000),
    })
    const text = await response.text()
    const isJson = response.headers.get('content-type')?.includes('json') === true
    return { status: response.status, text, body: isJson ? (JSON.parse(text) as Record<string, unknown>) : {} }
  }

  /** Everything after `after`, page by page. */
  async events(instance: string, after = 0): Promise<LoggedEvent[]> {
    const events: LoggedEvent[] = []
    for (let next: unknown = after; typeof next === 'number';) {
      const { status, text, body } = await this.call('GET', `/instances/${instance}/events?after=${next}&limit=1000`)
      if (status !== 200) throw new Error(`reading the log answered ${status}: ${text}`)
      events.push(...(body.items as LoggedEvent[]))
      next = body.next
    }
    return events
  }
}

/** One instance's log, read on as it grows. */
export class EventLog {
  readonly #client: HardyClient
  readonly #instance: string
  readonly events: LoggedEvent[] = []
  /** Of the messages that it told of, received or sent from the phone. */
  readonly told = new Set<string>()
  /** Of the messages that it told a status of which came from outside. */
  readonly reported = new Set<string>()
  unreadable = 0

  constructor(client: HardyClient, instance: string) {
    this.#client = client
    this.#instance = instance
  }

  async catchUp(): Promise<void> {
    for (const event of await this.#client.events(this.#instance, this.events.at(-1)?.seq ?? 0)) {
      this.events.push(event)
      const id = String(event.data.id)
      if (event.kind === 'message.received' || event.kind === 'message.sent-from-phone') this.told.add(id)
      if (event.kind === 'message.undecryptable') this.unreadable++
      if (event.kind === 'message.status' && ['delivered', 'read', 'played'].includes(String(event.data.status))) {
        this.reported.add(id)
      }
    }
  }

  /** The whole of it, read once more from the start. */
  fromStart(): Promise<LoggedEvent[]> {
    return this.#client.events(this.#instance)
  }
}
