import { join } from 'node:path'
import { Child, within } from './processes.mjs'

const program = join(import.meta.dirname, 'bare.mjs')

/** The bare script in its own process, driven by the same calls as the gateway. */
export class BareScript {
  name = 'bare script'
  #child
  #lastId = 0
  #watched = new Map()

  static async start(simulator, options = {}) {
    const bare = new BareScript()
    const onEvent = (event) => bare.#hear(event)
    bare.#child = new Child([program, simulator.url, simulator.rootKey], { ...options, onEvent })
    await bare.#child.prints('ready')
    return bare
  }

  get child() {
    return this.#child
  }

  async prepare() {
    return ++this.#lastId
  }

  /** The time is from `makeWASocket` to the QR, taken inside the script. */
  async firstQr(id) {
    return this.#child.ask('link', { id })
  }

  async watch(id) {
    const linked = new Promise((resolve, reject) => this.#watched.set(id, { resolve, reject }))
    return { linked: within(linked, 'linking with the bare script') }
  }

  async drop(id) {
    await this.#child.ask('drop', { id })
  }

  /** Closes the connection and keeps the account. */
  async pause(id) {
    await this.#child.ask('pause', { id })
  }

  /** Starts connecting anew. */
  async resume(id) {
    await this.#child.ask('resume', { id })
  }

  async stop() {
    await this.#child.stop()
  }

  #hear({ event, id, code }) {
    if (event === 'open') this.#watched.get(id)?.resolve()
    else this.#watched.get(id)?.reject(new Error(`the connection of the bare script was closed with ${code}`))
  }
}
