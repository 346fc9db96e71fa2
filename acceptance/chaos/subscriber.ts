import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Webhook } from 'standardwebhooks'
import type { HardyClient, LoggedEvent } from './event-log.js'

interface Delivery {
  readonly webhookId: string
  readonly timestamp: number
  readonly event: LoggedEvent & { readonly instance: string }
}

/** Somebody's webhook, outside of the trouble: takes every delivery, checks its signature, and keeps a list of them. */
export class Subscriber {
  readonly url: string
  readonly deliveries: Delivery[] = []
  readonly #server: Server
  #webhook: Webhook | undefined
  #forged = 0

  private constructor(url: string, server: Server) {
    this.url = url
    this.#server = server
    server.on('request', (request, response) => {
      let body = ''
      request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk))
      request.on('end', () => {
        this.#take(body, request.headers as Record<string, string>)
        response.writeHead(204).end()
      })
    })
  }

  static async open(): Promise<Subscriber> {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    return new Subscriber(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`, server)
  }

  /** From now on it is told of everything that happens in the workspace. */
  async subscribe(client: HardyClient): Promise<void> {
    const { status, text, body } = await client.call('POST', '/subscriptions', { url: this.url, from: 'start' })
    if (status !== 201) throw new Error(`subscribing was answered with ${status}: ${text}`)
    this.#webhook = new Webhook(String(body.secret))
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections()
    this.#server.close()
    await once(this.#server, 'close')
  }

  /** The newest event of an instance that it has been told of. */
  reached(instance: string): number {
    return this.deliveries.findLast(({ event }) => event.instance === instance)?.event.seq ?? 0
  }

  /**
   * I3 and F4: everything in the log was delivered, in order once repeats are left out by their id, each repeat under the
   * id that it had before and signed anew.
   */
  judge(name: string, instance: string, log: readonly LoggedEvent[]): string[] {
    const wrong = this.#forged > 0 ? [`I3 ${this.#forged} deliveries with a signature that is not valid`] : []
    const first = new Map<string, Delivery>()
    for (const delivery of this.deliveries) {
      if (delivery.event.instance !== instance) continue
      const before = first.get(delivery.webhookId)
      if (!before) first.set(delivery.webhookId, delivery)
      else if (before.event.seq !== delivery.event.seq) wrong.push(`F4 ${name} has two events under one webhook-id`)
      else if (delivery.timestamp < before.timestamp) wrong.push(`F4 ${name} repeats an event with an older time`)
    }
    const told = [...first.values()]
    const missing = log.filter(({ id }) => !first.has(id))
    if (missing.length > 0) wrong.push(`I3 ${missing.length} events of ${name} were never delivered`)
    if (told.some(({ event }, at) => event.seq !== at + 1)) wrong.push(`I3 ${name} was delivered out of order`)
    return wrong
  }

  #take(body: string, headers: Record<string, string>): void {
    try {
      this.#webhook?.verify(body, headers)
    } catch {
      this.#forged++
    }
    this.deliveries.push({
      webhookId: headers['webhook-id'] ?? '',
      timestamp: Number(headers['webhook-timestamp']),
      event: JSON.parse(body) as Delivery['event'],
    })
  }
}
