import { join } from 'node:path'
import { Agent, request } from 'undici'
import { Child } from './processes.mjs'

const program = join(import.meta.dirname, '..', 'packages', 'simulator', 'dist', 'cli.js')

/** A WhatsApp in a process of its own, which everything measured connects to. */
export class Simulator {
  #child
  #control
  #agent = new Agent({ connections: 64, headersTimeout: 60_000 })

  static async start(options = {}) {
    const simulator = new Simulator()
    const child = new Child([program, '--port', '0', '--control-port', '0', '--json'], options)
    const { url, rootKey, control } = JSON.parse(await child.prints('}\n'))
    simulator.#child = child
    simulator.#control = control
    return Object.assign(simulator, { url, rootKey })
  }

  /** Registers a phone and answers its number. */
  async phone() {
    return (await this.#call('POST', '/phones', {})).number
  }

  async scan(number, qr) {
    await this.#call('POST', `/phones/${number}/scan`, { qr })
  }

  /** Sends a text from one phone to a number. */
  async send(from, to, text) {
    return this.#call('POST', `/phones/${from}/messages`, { to, text })
  }

  /** What it saw and did after the first `after` entries. */
  async history(after = 0) {
    return this.#call('GET', `/history?after=${after}`)
  }

  async stop() {
    await this.#child.stop()
    await this.#agent.destroy()
  }

  async #call(method, path, body) {
    const { statusCode, body: answer } = await request(this.#control + path, {
      method,
      dispatcher: this.#agent,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const text = await answer.text()
    if (statusCode >= 300) throw new Error(`the simulator answered ${statusCode} to ${method} ${path}: ${text}`)
    return JSON.parse(text)
  }
}
