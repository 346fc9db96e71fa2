import { performance } from 'node:perf_hooks'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { Agent, request } from 'undici'
import { Child, temporaryFolder, within } from './processes.mjs'

const program = join(import.meta.dirname, '..', 'packages', 'gateway', 'dist', 'app', 'cli', 'main.js')

/** The gateway as a user runs it: its own process, its data on disk, driven over HTTP only. */
export class Gateway {
  name = 'gateway'
  #child
  #agent = new Agent({ connections: 512, headersTimeout: 60_000 })
  #options

  /** Starts one and waits until it is up. */
  static async start(simulator, options = {}) {
    const gateway = new Gateway()
    gateway.port = await freePort()
    gateway.dataDir = temporaryFolder()
    gateway.#options = {
      ...options,
      env: {
        ...options.env,
        PORT: String(gateway.port),
        GANGWAY_DATA_DIR: gateway.dataDir,
        GANGWAY_WHATSAPP_URL: simulator.url,
        GANGWAY_WHATSAPP_ROOT_KEY: simulator.rootKey,
        GANGWAY_LOG_LEVEL: 'error',
      },
    }
    gateway.begin()
    await gateway.child.prints('Link a first account')
    gateway.key = readFileSync(join(gateway.dataDir, 'admin-key'), 'utf8').trim()
    return gateway
  }

  get child() {
    return this.#child
  }

  /** Starts the process, on the same port and data each time, and waits for nothing. */
  begin() {
    this.#child = new Child([program, 'start'], this.#options)
  }

  /** An instance that is not linked; answers its id. */
  async prepare() {
    return (await this.create()).id
  }

  /** The same; answers everything that is said about it, with the credentials of the other dialects. */
  async create() {
    return this.call('POST', '/instances', { name: 'bench' })
  }

  /** Asks for the first QR; answers its text and how long that took, in ms. */
  async firstQr(id) {
    const started = performance.now()
    const { step, qr } = await this.call('POST', `/instances/${id}/link`, { method: 'qr' })
    if (step !== 'scan') throw new Error(`the link is at the step '${step}', not at 'scan'`)
    return { qr, ms: performance.now() - started }
  }

  /** Resolves when the link is being watched, with a promise of its success. */
  async watch(id) {
    const { body } = await this.#request('GET', `/api/v1/instances/${id}/link/events`)
    return { linked: within(readSteps(body), 'linking with the gateway') }
  }

  /** Gives the attempt up. */
  async drop(id) {
    await this.call('DELETE', `/instances/${id}/link`)
  }

  /** Closes the connection and keeps the account. */
  async pause(id) {
    await this.call('POST', `/instances/${id}/pause`)
  }

  /** Starts connecting anew. */
  async resume(id) {
    await this.call('POST', `/instances/${id}/resume`)
  }

  /** Accounts that are linked and connected, by its own word. */
  async linkedAccounts() {
    const { body } = await this.#request('GET', '/metrics')
    return Number(/gangway_instances\{network="whatsapp",state="linked"\} (\d+)/.exec(await body.text())?.[1])
  }

  async call(method, path, body) {
    const { body: answer } = await this.#request(method, `/api/v1${path}`, body)
    const text = await answer.text()
    return text === '' ? undefined : JSON.parse(text)
  }

  /** What any path is answered with, as it is; rejects unless that is success. */
  async get(path) {
    const { body } = await this.#request('GET', path)
    return body.text()
  }

  /** The same, for what is sent as JSON. */
  async post(path, json) {
    const { body } = await this.#request('POST', path, json)
    return body.text()
  }

  /** What a path is answered with, as it comes. */
  async stream(path) {
    return (await this.#request('GET', path)).body
  }

  /** Has a file go up, piece by piece; answers what is said of it. */
  async upload(path, pieces) {
    const { body } = await this.#ask('POST', `/api/v1${path}`, Readable.from(pieces), 'application/octet-stream')
    return body.json()
  }

  async stop() {
    await this.#child.stop()
  }

  async #request(method, path, body) {
    if (body === undefined) return this.#ask(method, path)
    return this.#ask(method, path, JSON.stringify(body), 'application/json')
  }

  async #ask(method, path, body, type) {
    const answer = await request(`http://127.0.0.1:${this.port}${path}`, {
      method,
      dispatcher: this.#agent,
      headers: { authorization: `Bearer ${this.key}`, ...(type === undefined ? {} : { 'content-type': type }) },
      ...(body === undefined ? {} : { body }),
    })
    if (answer.statusCode < 300) return answer
    throw new Error(`${method} ${path} was answered with ${answer.statusCode}: ${await answer.body.text()}`)
  }
}

/** Reads Server-Sent Events up to the one that says `linked`. */
async function readSteps(body) {
  let text = ''
  for await (const chunk of body.setEncoding('utf8')) {
    text = text.slice(-1000) + chunk
    if (text.includes('"step":"linked"')) return
    if (text.includes('"step":"failed"')) break
  }
  throw new Error(`the link failed: ${text.slice(-500)}`)
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address()
  server.close()
  await once(server, 'close')
  return port
}
